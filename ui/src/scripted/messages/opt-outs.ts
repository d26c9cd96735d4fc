// Opt-outs of the scripted host.
import type { Answer } from "../../frame/asked";
import type {
  MessageNews,
  OptOut,
  OptOutReview,
  OptOutsHost,
} from "../../screens/messages/host";
import { people } from "../people";
import type { Yes } from "./compose";

const hour = 3_600_000;

export function scriptedOptOuts(
  now: number,
  yes: Yes,
  tell: (news: MessageNews) => void,
  optedOut: Set<string>,
): OptOutsHost {
  const sources = ["reply", "tuco", "hubSpot", "here"] as const;
  let all: OptOut[] = Array.from({ length: 46 }, (_, at) => {
    const one = people[(at + 1) % people.length];
    const by = sources[at % 4] ?? "here";
    return {
      id: at + 1,
      contactId: String(70_001 + at),
      name: one?.name ?? "",
      address: one?.address ?? "",
      since: now - (at + 2) * 24 * hour,
      by,
      how:
        by === "reply"
          ? "Replied STOP."
          : by === "tuco"
            ? "Was put on Tuco's list by somebody."
            : by === "hubSpot"
              ? "Was opted out in HubSpot by Dana Lane."
              : "Asked for it by phone, says Dana Lane.",
      pending: at === 3 ? "It is not written to HubSpot yet." : "",
    };
  });
  let reviews: OptOutReview[] = [
    {
      id: 1,
      contactId: "70006",
      name: "Grace Liu 刘",
      address: "+1 202 555 0106",
      text: "Please remove me from your texts, thank you",
      at: now - 5 * hour,
      kind: "freeWording",
      held: 2,
    },
    {
      id: 2,
      contactId: "70009",
      name: "नेहा शर्मा",
      address: "+91 98 5555 0108",
      text: "I'll stop by at 3",
      at: now - 7 * hour,
      kind: "harmless",
      held: 0,
    },
  ];
  const changed = <T>(name: string, data: () => T): Promise<Answer<T>> => {
    const answer = yes(name, data);
    tell({ what: "optOuts", connection: 1 });
    return answer;
  };
  return {
    optOuts: (_connection, words, from, limit) =>
      yes("optOuts", () => {
        const rows = all.filter((one) =>
          `${one.name} ${one.address}`
            .toLowerCase()
            .includes(words.toLowerCase()),
        );
        return { rows: rows.slice(from, from + limit), total: rows.length };
      }),
    addOptOut: (_connection, who, why) => {
      if (!/^\+?[\d ]{5,}$|@/.test(who)) {
        return Promise.resolve({
          status: "error",
          error: {
            code: "badInput",
            message:
              "This is neither a number nor an e-mail address nor a HubSpot id. Nothing was changed.",
            detail: "",
          },
        });
      }
      return changed(`addOptOut ${who}`, () => {
        optedOut.add(who);
        const at = Number(who) - 70_000;
        const one: OptOut = {
          id: all.length + 1,
          contactId: who,
          name: people[at]?.name ?? "",
          address: people[at]?.address ?? who,
          since: now,
          by: "here",
          how: why,
          pending: "It is being written to Tuco and HubSpot.",
        };
        all = [one, ...all];
        return one;
      });
    },
    liftOptOut: (_connection, id) =>
      changed(`liftOptOut ${String(id)}`, () => {
        all = all.filter((one) => one.id !== id);
        return "Lifted here and in HubSpot. Take it off Tuco's own list there; its API has no way to.";
      }),
    optOutReviews: () => yes("optOutReviews", () => [...reviews]),
    decideReview: (_connection, id, out) =>
      changed(`decideReview ${String(id)} ${String(out)}`, () => {
        reviews = reviews.filter((one) => one.id !== id);
        return null;
      }),
  };
}
