// The people of the scripted composer: the ones of the log, each with something of their own.
import type {
  Recipient,
  SendState,
  ThreadMessage,
} from "../../screens/messages/host";
import { people } from "../people";

const hour = 3_600_000;
const day = 24 * hour;

const zones: Record<string, Recipient["zone"]> = {
  "70005": {
    zone: "Africa/Cairo",
    from: "areaCode",
    how: "from the country code 20",
  },
  "70008": {
    zone: "Asia/Tokyo",
    from: "areaCode",
    how: "from the country code 81",
  },
  "70003": {
    zone: "Europe/Paris",
    from: "portal",
    how: "that of the portal",
  },
};

export function personOf(
  contact: string,
  now: number,
  optedOut: Set<string>,
  lifted: boolean,
): Recipient | undefined {
  const at = Number(contact) - 70_000;
  const one = people[at];
  if (!one) return undefined;
  const email = one.address.includes("@") ? one.address : null;
  const phone = one.address.startsWith("+") ? one.address : null;
  const byReply = at === 1 && !lifted;
  return {
    contactId: contact,
    name: one.name ?? "",
    email: at === 0 ? "ana.ruiz@example.com" : email,
    phone,
    company: at % 3 === 0 ? "Harbor Dental Group" : null,
    facts: [
      { label: "Owner", value: "Dana Lane" },
      { label: "Lifecycle stage", value: at % 2 === 0 ? "Customer" : "Lead" },
      ...(at === 0
        ? [
            { label: "Next visit", value: "26 November 2026" },
            { label: "Newest deal", value: "Aligners, 1,200.00 USD" },
          ]
        : []),
    ],
    lastContactedAt: at === 2 ? null : now - 26 * hour,
    lastRepliedAt: at === 2 ? null : now - 3 * hour,
    zone: zones[contact] ?? {
      zone: "America/New_York",
      from: "property",
      how: "from the property Time zone",
    },
    optOut:
      byReply || optedOut.has(contact)
        ? {
            since: now - 2 * day,
            by: byReply ? "reply" : "here",
            how: byReply
              ? "Ben Okafor replied STOP on 19 November."
              : "Opted out here just now.",
          }
        : null,
    review: at === 6 ? 1 : null,
    consent: at === 7 ? "missing" : "notAsked",
    ways: phone
      ? email || at === 0
        ? ["iMessage", "sms", "email"]
        : ["iMessage", "sms"]
      : ["email"],
  };
}

interface Said {
  text: string;
  in?: boolean;
  ago: number;
  state?: SendState;
}

/** What was said with somebody before the scene began. */
export function threadOf(contact: string, now: number): ThreadMessage[] {
  const plain: Said[] = [
    {
      text: "Hi Ana, it has been six months since your last cleaning. Would next Tuesday at 10 suit you?",
      ago: 3 * day,
      state: { state: "delivered", at: now - 3 * day },
    },
    {
      text: "Is Thursday possible? I work on Tuesdays 🙏",
      in: true,
      ago: 2 * day + hour,
    },
    {
      text: "Thursday at 3 is free. Shall I put you down for it?",
      ago: 26 * hour,
      state: { state: "delivered", at: now - 26 * hour },
    },
    {
      text: "Sounds good, Thursday at 3 works for me",
      in: true,
      ago: 3 * hour,
    },
  ];
  const all: Record<string, Said[]> = {
    "70001": [
      {
        text: "Hi Ben, your whitening kit is ready to pick up.",
        ago: 2 * day + hour,
        state: { state: "delivered", at: now - 2 * day },
      },
      { text: "STOP", in: true, ago: 2 * day },
    ],
    "70002": [],
    "70004": [
      {
        text: "Hi Dmitri, your crown is back from the lab.",
        ago: 5 * hour,
        state: {
          state: "unknown",
          since: now - 5 * hour,
          looks: 2,
          nextLookAt: null,
        },
      },
      {
        text: "We have an opening on Friday morning.",
        ago: 4 * hour,
        state: {
          state: "failed",
          at: now - 4 * hour,
          why: "The phone network refused it five times.",
          next: "Check the number, or write by e-mail.",
        },
      },
      {
        text: "See you on Friday.",
        ago: 2 * hour,
        state: {
          state: "fallback",
          at: now - 2 * hour,
          text: "No iMessage there: Tuco sent it as an SMS.",
        },
      },
      {
        text: "One more thing about Friday.",
        ago: hour,
        state: { state: "waiting", why: "cap", until: now + 10 * hour },
      },
    ],
    "70006": [
      {
        text: "Hi Grace, shall we plan your next visit?",
        ago: day,
        state: { state: "delivered", at: now - day },
      },
      {
        text: "Please remove me from your texts, thank you",
        in: true,
        ago: 5 * hour,
      },
    ],
  };
  return (all[contact] ?? plain).map((one, at) => ({
    key: `${contact}-${String(at)}`,
    send: one.in || one.state?.state === "delivered" ? null : 100 + at,
    event: one.in ? 10 + at : null,
    direction: one.in ? "in" : "out",
    way: "iMessage",
    line: one.in ? "" : "Front desk",
    by: one.in ? "" : "Dana Lane",
    text: one.text,
    cut: false,
    files: [],
    at: now - one.ago,
    state: one.in ? null : (one.state ?? null),
  }));
}
