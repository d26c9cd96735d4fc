// The composer of the scripted host. What is sent goes through its states as they are told to it by
// `progress`, since the clock of a scene stands still.
import type { Answer } from "../../frame/asked";
import type { Problem } from "../../host";
import type {
  ComposeHost,
  Draft,
  MessageNews,
  PersonHost,
  Preview,
  SendState,
  ThreadMessage,
} from "../../screens/messages/host";
import { personOf, threadOf } from "./people";
import { fieldsFor, refusalsFor, render, segmentsOf } from "./rendering";

export type Yes = <T>(name: string, data: () => T) => Promise<Answer<T>>;

export interface ScriptedSends {
  /** The newest own send goes on to this state. */
  progress(state: SendState): void;
  readonly optedOut: Set<string>;
}

const gone: Problem = {
  code: "notFound",
  message:
    "HubSpot has no contact with this id, or the key may not see it. Look for the person by name.",
  detail: "",
};

export function scriptedCompose(
  now: number,
  yes: Yes,
  tell: (news: MessageNews) => void,
): PersonHost & ComposeHost & ScriptedSends {
  const optedOut = new Set<string>();
  const threads = new Map<string, ThreadMessage[]>();
  const drafts = new Map<string, Draft>();
  const made: { send: number; draft: Draft; message: ThreadMessage }[] = [];
  let revision = 0;

  const person = (contact: string) => personOf(contact, now, optedOut, false);
  const thread = (contact: string): ThreadMessage[] => {
    const known = threads.get(contact) ?? threadOf(contact, now);
    threads.set(contact, known);
    return known;
  };
  const setState = (send: number, state: SendState): string | undefined => {
    for (const [contact, messages] of threads) {
      const at = messages.findIndex((one) => one.send === send);
      const message = messages[at];
      if (message) {
        messages[at] = { ...message, state };
        tell({ what: "sends", connection: 1, contact });
        return contact;
      }
    }
    return undefined;
  };

  function preview(draft: Draft): Preview {
    const to = person(draft.contactId);
    if (!to) throw new Error("Nobody is there.");
    const rendered = render(draft.text, to, draft.filled);
    const way = draft.way === "auto" ? (to.ways[0] ?? null) : draft.way;
    const all = refusalsFor(to, draft, now);
    const excused = (reason: string): boolean =>
      draft.overrides.some((one) => one.reason === reason);
    const sms =
      way === "sms" || draft.fallback === "tuco" || draft.fallback === "sms";
    return {
      seen: `${String(revision)} ${rendered.text}`,
      text: rendered.text,
      fromFields: rendered.fromFields,
      unresolved: rendered.unresolved,
      segments: sms && rendered.text ? segmentsOf(rendered.text) : null,
      way,
      wayWhy: "It reached them before.",
      to: way === "email" ? (to.email ?? "") : (to.phone ?? to.email ?? ""),
      line: draft.line.line === "chosen" ? draft.line.id : "line_1",
      lineWhy: "It wrote to them last.",
      at: draft.at,
      atWhy: "",
      attachments: draft.attachments.map((url) => ({
        url,
        name: url.split("/").at(-1) ?? url,
        ok: !url.includes("big") && !url.endsWith(".exe"),
        why: url.includes("big")
          ? "It is 41 MB; Tuco takes at most 25 MB."
          : url.endsWith(".exe")
            ? "Tuco takes images, MP4, MOV, CAF and PDF only."
            : "",
      })),
      refusals: all.filter((one) => !excused(one.reason)),
      overridden: all.filter((one) => excused(one.reason)),
      warnings:
        /https?:/.test(draft.text) && thread(draft.contactId).length === 0
          ? [
              {
                code: "firstTouchLink",
                sentence:
                  "A link in the first message makes people report it. Write without one first.",
              },
            ]
          : [],
    };
  }

  return {
    optedOut,
    progress: (state) => {
      const last = made.at(-1);
      if (last) setState(last.send, state);
    },
    recipient: (_connection, contact) => {
      const found = person(contact);
      return found
        ? yes("recipient", () => found)
        : Promise.resolve({ status: "error", error: gone });
    },
    thread: (_connection, contact, before) =>
      yes("thread", () =>
        before === null
          ? { messages: [...thread(contact)], more: contact === "70000" }
          : {
              messages: [
                {
                  key: `${contact}-older`,
                  send: null,
                  event: null,
                  direction: "out" as const,
                  way: "sms" as const,
                  line: "Front desk",
                  by: "",
                  text: "Hi Ana, thank you for your visit.",
                  cut: false,
                  files: [],
                  at: now - 200 * 86_400_000,
                  state: { state: "sent" as const, at: now - 200 * 86_400_000 },
                },
              ],
              more: false,
            },
      ),
    listsOfContact: (_connection, contact) =>
      yes("listsOfContact", () => ({
        allowed: contact !== "70001",
        names:
          contact === "70001"
            ? []
            : ["Newsletter", "Customers of the spring fair in Valencia 2026"],
        more: false,
      })),
    mergeFields: (_connection, contact) =>
      yes("mergeFields", () =>
        fieldsFor(contact === null ? undefined : person(contact)),
      ),
    previewMessage: (_connection, draft) =>
      yes("previewMessage", () => preview(draft)),
    sendMessage: (_connection, draft, seen) =>
      yes(`sendMessage ${draft.contactId}`, () => {
        // Somebody changes the contact between looking and pressing.
        if (draft.text.includes("(changed)") && revision === 0) revision += 1;
        const now_ = preview(draft);
        if (now_.seen !== seen || now_.refusals.length > 0) {
          return { answer: "changed" as const, preview: now_ };
        }
        const before = made.find((one) => one.draft.intent === draft.intent);
        const send = before?.send ?? 500 + made.length;
        if (!before) {
          const message: ThreadMessage = {
            key: `own-${String(send)}`,
            send,
            event: null,
            direction: "out",
            way: now_.way ?? "iMessage",
            line: "Front desk",
            by: "Dana Lane",
            text: now_.text,
            cut: false,
            files: [],
            at: now,
            state:
              draft.at === null
                ? { state: "undoable", until: now + 10_000 }
                : { state: "waiting", why: "scheduled", until: draft.at },
          };
          made.push({ send, draft, message });
          thread(draft.contactId).push(message);
        }
        return { answer: "accepted" as const, send, undoUntil: now + 10_000 };
      }),
    undoSend: (_connection, send) => {
      const one = made.find((other) => other.send === send);
      if (!one) return Promise.resolve({ status: "error", error: gone });
      setState(send, { state: "cancelled", at: now, by: "Dana Lane" });
      return yes(`undoSend ${String(send)}`, () => ({
        ...one.draft,
        intent: `${one.draft.intent}-again`,
      }));
    },
    cancelSend: (_connection, send) => {
      setState(send, { state: "cancelled", at: now, by: "Dana Lane" });
      return yes(
        `cancelSend ${String(send)}`,
        () => "Cancelled at Tuco. It does not go out.",
      );
    },
    lookUpSend: (_connection, send) => {
      const state: SendState = { state: "delivered", at: now - 3_600_000 };
      setState(send, state);
      return yes(`lookUpSend ${String(send)}`, () => state);
    },
    ownSends: () =>
      yes("ownSends", () => [
        ...made
          .map(({ send, draft, message }) => ({
            send,
            contactId: draft.contactId,
            name: person(draft.contactId)?.name ?? "",
            text: message.text,
            way: "iMessage" as const,
            createdAt: now,
            state:
              thread(draft.contactId).find((one) => one.send === send)?.state ??
              ({ state: "atTuco" } as const),
          }))
          .reverse(),
        ...["70004", "70009"].map((contactId, at) => ({
          send: 90 + at,
          contactId,
          name: person(contactId)?.name ?? "",
          text: "One more thing about Friday.",
          way: "iMessage" as const,
          createdAt: now - 3_600_000 * (at + 1),
          state:
            at === 0
              ? ({
                  state: "waiting",
                  why: "cap",
                  until: now + 36_000_000,
                } as const)
              : ({ state: "delivered", at: now - 7_000_000 } as const),
        })),
      ]),
    keptMessages: () =>
      yes("keptMessages", () =>
        [...drafts.values()].map((draft) => ({
          draft,
          name: person(draft.contactId)?.name ?? "",
          keptAt: now - 60_000,
        })),
      ),
    keepMessage: (_connection, draft) =>
      yes("keepMessage", () => {
        drafts.set(draft.contactId, draft);
        return null;
      }),
    forgetMessage: (_connection, contact) =>
      yes("forgetMessage", () => {
        drafts.delete(contact);
        return null;
      }),
  };
}
