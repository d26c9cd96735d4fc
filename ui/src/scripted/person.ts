// One person of the scripted host, with everything that the drawer shows.
import type {
  Conflict,
  Person,
  PersonField,
  PersonRow,
  PersonSide,
  Suggestion,
} from "../screens/people/host";
import { people as names } from "./people";

function side(row: PersonRow, id: string, page: string | null): PersonSide {
  return {
    id,
    name: row.name,
    email: row.email,
    phone: row.phone,
    company: row.company,
    changedAt: row.changedAt,
    page,
  };
}

/** Contacts or leads whose names have the words in them. */
export function matchesOf(
  now: number,
  of: "contact" | "lead",
  words: string,
): PersonSide[] {
  return names
    .map((one, at) => ({
      id:
        of === "contact"
          ? String(71_000 + at)
          : `6b1e${String(at).padStart(20, "0")}`,
      name: one.name ?? "",
      email: one.address.includes("@") ? one.address : null,
      phone: one.address.startsWith("+") ? one.address : null,
      company: at % 2 === 0 ? "Harbor Dental Group" : null,
      changedAt: now - at * 3_600_000,
      page: null,
    }))
    .filter((one) =>
      `${one.name} ${one.email ?? ""} ${one.phone ?? ""}`
        .toLocaleLowerCase()
        .includes(words.toLocaleLowerCase()),
    );
}

function fieldsOf(row: PersonRow, both: boolean): PersonField[] {
  const [first = "", ...rest] = row.name.split(" ");
  const same = (
    at: number,
    label: string,
    value: string | null,
  ): PersonField => ({
    row: at,
    label,
    contact: row.contact === null && !both ? null : value,
    lead: row.lead === null && !both ? null : value,
    agreed: both ? value : null,
    wins: both ? "same" : row.contact === null ? "lead" : "contact",
    why: both ? "" : "Only one side is known.",
    writes: null,
  });
  if (!both) {
    return [
      same(1, "First name", first || null),
      same(2, "Last name", rest.join(" ") || null),
      same(3, "E-mail", row.email),
      same(4, "Phone", row.phone),
    ];
  }
  return [
    same(1, "First name", first || null),
    same(2, "Last name", rest.join(" ") || null),
    same(3, "E-mail", row.email),
    {
      row: 4,
      label: "Phone",
      contact: row.phone ?? "+1 202 555 0199",
      lead: "+12025550101",
      agreed: "+12025550101",
      wins: "contact",
      why: "Changed in HubSpot on 20 Nov, and the newest wins.",
      writes: "lead",
    },
    {
      row: 6,
      label: "Company",
      contact: null,
      lead: "Harbor Dental Group",
      agreed: null,
      wins: "lead",
      why: "HubSpot's is empty, and the rule fills what is empty.",
      writes: "contact",
    },
    {
      row: 7,
      label: "Job title",
      contact: "Head of operations",
      lead: "Operations",
      agreed: "Operations",
      wins: "contact",
      why: "The row goes to Tuco only; it is written in the next round.",
      writes: "lead",
    },
    same(9, "Lifecycle stage", "Customer"),
  ];
}

function suggestionsOf(now: number, row: PersonRow): Suggestion[] {
  const reasons = [
    ["email", "Same e-mail, chloe.martin@example.com"],
    ["lastDigits", "Same last seven digits, 555 0129"],
    ["nameAndCompany", "Same name and company, Harbor Dental Group"],
  ] as const;
  const of = row.contact === null ? "contact" : "lead";
  return matchesOf(now, of, "")
    .slice(0, row.suggestions)
    .map((record, at) => ({
      of,
      record,
      reason: reasons[at % 3]?.[0] ?? "email",
      says: reasons[at % 3]?.[1] ?? "",
      linkedTo: at === 1 ? "Hugo Brandt" : null,
    }));
}

function conflictsOf(now: number, row: PersonRow): Conflict[] {
  return Array.from({ length: row.conflicts }, (_, at) => ({
    id: row.id * 10 + at,
    row: at === 0 ? 4 : 7,
    label: at === 0 ? "Phone" : "Job title",
    at: now - 3_600_000 * (at + 1),
    contact: at === 0 ? "+1 202 555 0199" : "Head of operations",
    lead: at === 0 ? "+12025550101" : "Office manager",
    agreed: at === 0 ? "+12025550100" : "Operations",
    now: at === 0 ? "contact" : "waits",
    says:
      at === 0
        ? "HubSpot's was newer by 4 min, and the newest wins."
        : "Changed in the same minute on both sides. It waits for you.",
  }));
}

export function personOf(now: number, row: PersonRow): Person {
  const both = row.contact !== null && row.lead !== null;
  return {
    row,
    contact:
      row.contact === null
        ? null
        : side(row, row.contact, "https://app.hubspot.com/"),
    lead: row.lead === null ? null : side(row, row.lead, null),
    fields: fieldsOf(row, both),
    suggestions: suggestionsOf(now, row),
    history: both
      ? [
          {
            id: 2,
            at: now - 86_400_000,
            what: "merged",
            byHand: false,
            says: "Contact 69114 was merged into this one",
          },
          {
            id: 1,
            at: now - 20 * 86_400_000,
            what: "linked",
            byHand: false,
            says: "Linked by the same e-mail",
          },
        ]
      : [],
    conflicts: conflictsOf(now, row),
    thread: [
      {
        event: 4,
        at: now - 1_800_000,
        inbound: true,
        text: "Sounds good, Thursday at 3 works for me",
        state: "On timeline",
      },
      {
        event: 3,
        at: now - 5_400_000,
        inbound: false,
        text: "مرحبا إيمان، موعدك مؤكد يوم الأحد الساعة ٣",
        state: "On timeline",
      },
    ],
    entries: both ? 14 : 0,
    held: "",
    optedOut: row.optedOut
      ? {
          at: now - 5 * 86_400_000,
          says: "They wrote STOP. Sends to them are refused everywhere.",
        }
      : null,
  };
}
