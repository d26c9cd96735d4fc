// What a person of the scripted host has beside them in HubSpot, in each state that there is.
import type { Answer } from "../frame/asked";
import type { Problem } from "../host";
import type {
  BesideLine,
  BesideSection,
  Extra,
  PersonBeside,
  SyncChoice,
} from "../screens/people/host";

/** `&beside=`: off as at the start, or on and answering like this. */
export type BesideAnswers =
  "off" | "yes" | "never" | "problem" | "stale" | "scopes" | "empty";

const known: readonly BesideAnswers[] = [
  "yes",
  "never",
  "problem",
  "stale",
  "scopes",
  "empty",
];

export function besideAnswers(asked: URLSearchParams): BesideAnswers {
  const named = asked.get("beside");
  return known.find((one) => one === named) ?? "off";
}

export const extras: Extra[] = [
  {
    extra: "companies",
    says: "On a person's page. Needs crm.objects.companies.read; 2 calls when a page is opened.",
    lack: "",
  },
  {
    extra: "deals",
    says: "On a person's page. Needs crm.objects.deals.read; 2 calls when a page is opened.",
    lack: "",
  },
  {
    extra: "tickets",
    says: "On a person's page. Needs crm.objects.tickets.read or tickets; 2 calls when a page is opened.",
    lack: "It can't read tickets. The key lacks crm.objects.tickets.read or tickets. Add what is lacking to the key in HubSpot (Settings, Integrations); the key itself stays the same.",
  },
  {
    extra: "engagements",
    says: "On a person's page. Needs crm.objects.contacts.read, and sales-email-read for the text of e-mails; 8 calls at most when a page is opened.",
    lack: "",
  },
  {
    extra: "objects",
    says: "On a person's page and in the mapping. Needs crm.schemas.custom.read and crm.objects.custom.read; 1 call a day, and 2 for each object when a page is opened.",
    lack: "",
  },
];

const none: Omit<BesideLine, "id" | "at"> = {
  title: "",
  text: "",
  stage: "",
  closed: false,
  amount: "",
  closes: "",
  owner: "",
  note: "",
};
const day = 86_400_000;

function deals(now: number): BesideLine[] {
  return Array.from({ length: 14 }, (_, at) => ({
    ...none,
    id: String(40_014 - at),
    title:
      [
        "New crown, upper left",
        "Whitening for the whole family, with the follow-up in spring and the night guards",
        "خطة تقويم الأسنان",
      ][at % 3] ?? "",
    stage:
      ["Appointment Scheduled", "Contract Sent", "Closed Won"][at % 3] ?? "",
    closed: at % 3 === 2,
    amount: at === 4 ? "" : `${String(1250 + at * 400)}.5 USD`,
    closes: at % 3 === 2 ? "2026-09-01" : "2026-12-24",
    owner: at % 2 === 0 ? "Maria Lopez" : "",
    at: now - day * (1 + at * 40),
  }));
}

function timeline(now: number): BesideSection[] {
  const of = (
    kind: string,
    label: string,
    lines: BesideLine[],
  ): BesideSection => ({
    kind,
    label,
    lines,
    total: lines.length,
    barred: false,
    todo: "",
    readAt: now - 40_000,
  });
  return [
    of("emails", "E-mails", [
      {
        ...none,
        id: "1",
        title: "Re: your appointment",
        text: "Thursday suits me better.\nBest,\nAna\n\nOn 12 Nov you wrote:\n> Would Tuesday at nine work?",
        note: "Incoming",
        owner: "Maria Lopez",
        at: now - day * 2,
      },
    ]),
    of("calls", "Calls", [
      {
        ...none,
        id: "2",
        title: "Reminder",
        text: "Left word with her son.",
        note: "Outgoing, 12 min, Left voicemail",
        at: now - day * 3,
      },
    ]),
    of("notes", "Notes", [
      {
        ...none,
        id: "3",
        text: "<img src=x onerror=canary()> asked whether we take her insurance.\nSecond line\n- one\n- two\nA longer note that goes on, so that it is cut and has to be opened to be read to its end by whoever cares for it.",
        owner: "Maria Lopez",
        at: now - day * 5,
      },
      { ...none, id: "4", text: "تفضل الرسائل النصية", at: now - day * 400 },
    ]),
  ];
}

const noText =
  "It can't read the text of e-mails. You signed in without sales-email-read. See that your app in HubSpot lists it among its optional scopes, then sign in again: this switch makes the sign-in ask for it.";

/** What is kept of it: nothing where nothing was read yet. */
export function besideOf(
  now: number,
  choice: SyncChoice,
  answers: BesideAnswers,
): PersonBeside {
  const { companies, tickets, engagements } = choice;
  const on = companies || choice.deals || tickets || engagements;
  if (!on || ["never", "problem"].includes(answers)) {
    return { on, sections: [] };
  }
  const readAt = answers === "stale" ? now - 3 * day : now - 40_000;
  const lines = answers === "empty" ? [] : deals(now);
  const barred = answers === "scopes";
  const todo = barred
    ? "You signed in without crm.objects.tickets.read or tickets. See that your app in HubSpot lists it among its optional scopes, then sign in again: this switch makes the sign-in ask for it."
    : "";
  const empty = { lines: [], total: 0, barred: false, todo: "", readAt };
  const rest =
    answers === "empty"
      ? []
      : timeline(now).map((one) =>
          barred && one.kind === "emails" ? { ...one, todo: noText } : one,
        );
  return {
    on,
    sections: [
      ...(choice.deals
        ? [
            {
              ...empty,
              kind: "deals",
              label: "Deals",
              lines,
              total: lines.length > 0 ? 131 : 0,
            },
          ]
        : []),
      ...(tickets
        ? [{ ...empty, kind: "tickets", label: "Tickets", barred, todo }]
        : []),
      ...(engagements
        ? [...rest, { ...empty, kind: "meetings", label: "Meetings" }]
        : []),
    ],
  };
}

const offline: Problem = {
  code: "offline",
  message:
    "HubSpot can't be reached. Look whether this computer is online; it is read again when the person is opened.",
  detail: "",
};

export function readBeside(
  now: number,
  choice: SyncChoice,
  answers: BesideAnswers,
): Promise<Answer<PersonBeside>> {
  if (answers === "never") return new Promise(() => undefined);
  if (answers === "problem" || answers === "stale") {
    return Promise.resolve({ status: "error", error: offline });
  }
  return Promise.resolve({
    status: "ok",
    data: besideOf(now, choice, answers === "off" ? "yes" : answers),
  });
}
