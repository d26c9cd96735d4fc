// The people part of the scripted host: a hundred thousand of them, made as they are asked for.
import type { Answer } from "../frame/asked";
import type { Problem } from "../host";
import type {
  PeopleFilter,
  PeopleHost,
  PeopleList,
  Person,
  PersonRow,
  SyncState,
} from "../screens/people/host";
import { besideOf, type BesideAnswers, extras, readBeside } from "./beside";
import type { Answers } from "./mapping";
import { people as names } from "./people";
import { matchesOf, personOf } from "./person";

const noDisk: Problem = {
  code: "dataFile",
  message:
    "The list of people can't be read from the data file. The log is safe. Close the program, restore a backup under Settings, then open it again.",
  detail: "people_list",
};

const totals: Record<PeopleList, number> = {
  linked: 98_412,
  unmatched: 1_204,
  ambiguous: 7,
  optedOut: 311,
  changed: 148,
  conflict: 5,
};

const lists = Object.keys(totals) as PeopleList[];

/** The person at a place of a list. */
function rowAt(now: number, list: PeopleList, at: number): PersonRow {
  const base = names[at % names.length];
  const name = base?.name ?? "";
  const turn = Math.floor(at / names.length);
  const inHubSpot = list !== "unmatched" || at % 3 !== 0;
  const inTuco = !["unmatched", "ambiguous"].includes(list)
    ? true
    : list === "ambiguous" || at % 3 === 0;
  return {
    id: lists.indexOf(list) * 1_000_000 + at + 1,
    contact: inHubSpot && list !== "ambiguous" ? String(70_000 + at) : null,
    lead: inTuco ? `6b1f${String(at).padStart(20, "0")}` : null,
    name: name && turn > 0 ? `${name} ${String(turn)}` : name,
    email: base?.address.includes("@") ? base.address : null,
    phone: base?.address.startsWith("+") ? base.address : null,
    company: at % 3 === 0 ? "Harbor Dental Group" : null,
    linkedBy:
      list === "unmatched" || list === "ambiguous"
        ? null
        : ((["email", "phone", "byHand", "lastDigits", "created"] as const)[
            at % 5
          ] ?? null),
    suggestions:
      list === "ambiguous" ? 2 + (at % 2) : list === "unmatched" ? at % 2 : 0,
    conflicts: list === "conflict" ? 1 + (at % 2) : 0,
    optedOut: list === "optedOut",
    ignored: false,
    changedAt: now - 60_000 * (1 + at * 7),
    changed: at % 2 === 0 ? "Phone changed in HubSpot" : "Name changed in Tuco",
  };
}

export function scriptedPeople(
  calls: string[],
  now: number,
  answers: Answers,
  beside: BesideAnswers = "off",
): PeopleHost {
  let asks = 0;
  let person: Person | undefined;
  let sync: SyncState = {
    choice: {
      toTuco: false,
      toHubSpot: false,
      createLeads: false,
      createContacts: false,
      which: { who: "everybody" },
      companies: beside !== "off",
      deals: beside !== "off",
      tickets: beside !== "off",
      engagements: beside !== "off",
      objects: beside !== "off",
    },
    lists: [
      { id: "12", name: "Recall in November", size: 1_840 },
      { id: "14", name: "قائمة المرضى", size: 220 },
    ],
    stages: [
      { value: "lead", label: "Lead" },
      { value: "customer", label: "Customer" },
    ],
    properties: [
      {
        name: "preferred_channel",
        label: "Preferred channel",
        options: [
          { value: "imessage", label: "iMessage" },
          { value: "sms", label: "SMS" },
        ],
      },
      { name: "city", label: "City", options: [] },
    ],
    extras,
    working: "",
    contactsReadAt: answers === "empty" ? null : now - 42_000,
    leadsReadAt: answers === "empty" ? null : now - 2_400_000,
    notes: [
      "Tuco's leads can't be asked for by date, so they are read in full, once an hour at most.",
    ],
  };

  function yes<T>(name: string, data: () => T): Promise<Answer<T>> {
    calls.push(name);
    if (answers === "never") return new Promise(() => undefined);
    if (answers === "problem" && (asks += 1) <= 4) {
      return Promise.resolve({ status: "error", error: noDisk });
    }
    return Promise.resolve({ status: "ok", data: data() });
  }

  const total = (list: PeopleList): number =>
    answers === "empty" ? 0 : totals[list];

  /** The numbers of those whom a filter lets through. */
  function through(filter: PeopleFilter): number[] | number {
    const words = filter.words.trim().toLocaleLowerCase();
    if (!words && filter.side === "both") return total(filter.list);
    return Array.from(
      { length: Math.min(4_000, total(filter.list)) },
      (_, at) => at,
    ).filter((at) => {
      const row = rowAt(now, filter.list, at);
      const text =
        `${row.name} ${row.email ?? ""} ${row.phone ?? ""} ${row.company ?? ""}`.toLocaleLowerCase();
      return (
        (!words || text.includes(words)) &&
        (filter.side === "both" || row[filter.side] !== null)
      );
    });
  }

  function rowOf(id: number): PersonRow {
    const list = lists[Math.floor((id - 1) / 1_000_000)] ?? "linked";
    return rowAt(now, list, (id - 1) % 1_000_000);
  }

  const change = (
    name: string,
    more: (person: Person) => Person,
  ): Promise<Answer<Person>> =>
    yes(name, () => {
      person = more(person ?? personOf(now, rowOf(1)));
      return person;
    });

  return {
    peopleCounts: () =>
      yes(
        "peopleCounts",
        () =>
          Object.fromEntries(
            lists.map((list) => [list, total(list)]),
          ) as Record<PeopleList, number>,
      ),
    peoplePage: (_connection, filter, start, limit) =>
      yes(`peoplePage ${start.from}`, () => {
        const found = through(filter);
        const many = typeof found === "number" ? found : found.length;
        const from =
          start.from === "first"
            ? 0
            : start.from === "position"
              ? start.above
              : Number(start.place.sort) + 1;
        const rows = Array.from(
          { length: Math.max(0, Math.min(limit, many - from)) },
          (_, at) =>
            rowAt(
              now,
              filter.list,
              typeof found === "number" ? from + at : (found[from + at] ?? 0),
            ),
        );
        const last = rows.at(-1);
        const end = from + rows.length;
        return {
          rows,
          total: many,
          next:
            last && end < many ? { sort: String(end - 1), id: last.id } : null,
        };
      }),
    person: (_connection, id) =>
      yes(`person ${String(id)}`, () => {
        if (person?.row.id !== id) person = personOf(now, rowOf(id));
        return person;
      }),
    readPerson: (_connection, id) =>
      yes(`readPerson ${String(id)}`, () => {
        person = personOf(now, rowOf(id));
        return person;
      }),
    personOf: () => yes("personOf", () => 1),
    personBeside: (_connection, id) =>
      yes(`personBeside ${String(id)}`, () =>
        besideOf(now, sync.choice, beside),
      ),
    readPersonBeside: (_connection, id, again) => {
      calls.push(`readPersonBeside ${String(id)} ${String(again)}`);
      return readBeside(now, sync.choice, beside);
    },
    searchSide: (_connection, of, words) =>
      yes(`searchSide ${of}`, () => matchesOf(now, of, words)),
    openBeside: (_connection, person, kind, id) =>
      yes(`openBeside ${String(person)} ${kind} ${id}`, () => null),
    openRecord: (_connection, of, id) =>
      yes(`openRecord ${of} ${id}`, () => null),
    linkPeople: (_connection, contact, lead) =>
      change(`linkPeople ${contact} ${lead}`, (one) => {
        const side = matchesOf(now, "contact", "")[0];
        const known = one.contact ?? one.lead ?? side;
        return {
          ...one,
          row: {
            ...one.row,
            contact,
            lead,
            linkedBy: "byHand",
            suggestions: 0,
          },
          contact: one.contact ?? (known ? { ...known, id: contact } : null),
          lead: one.lead ?? (known ? { ...known, id: lead } : null),
          suggestions: [],
          held: "",
          history: [
            {
              id: one.history.length + 1,
              at: now,
              what: "linked",
              byHand: true,
              says: "Linked",
            },
            ...one.history,
          ],
        };
      }),
    unlinkPerson: (_connection, id) =>
      change(`unlinkPerson ${String(id)}`, (one) => ({
        ...one,
        row: { ...one.row, linkedBy: null },
        history: [
          {
            id: one.history.length + 1,
            at: now,
            what: "unlinked",
            byHand: true,
            says: "Unlinked",
          },
          ...one.history,
        ],
      })),
    ignorePerson: (_connection, id, ignored) =>
      change(`ignorePerson ${String(id)} ${String(ignored)}`, (one) => ({
        ...one,
        row: { ...one.row, ignored },
        held: ignored ? "Somebody put this person aside." : "",
      })),
    refuseSuggestion: (_connection, _person, _of, id) =>
      change(`refuseSuggestion ${id}`, (one) => ({
        ...one,
        suggestions: one.suggestions.filter((two) => two.record.id !== id),
      })),
    moveEntries: (_connection, _person, contact) =>
      yes(`moveEntries ${contact}`, () => person?.entries ?? 0),
    settleConflict: (_connection, conflict, keep) =>
      change(`settleConflict ${String(conflict)} ${keep}`, (one) => ({
        ...one,
        conflicts: one.conflicts.map((two) =>
          two.id === conflict
            ? { ...two, now: keep, says: "Chosen by hand just now." }
            : two,
        ),
      })),
    undoConflict: (_connection, conflict) =>
      change(`undoConflict ${String(conflict)}`, (one) => ({
        ...one,
        conflicts: one.conflicts.map((two) =>
          two.id === conflict
            ? { ...two, now: "waits", says: "Waits for you." }
            : two,
        ),
      })),
    peopleSync: () => yes("peopleSync", () => sync),
    dryRunSync: (_connection, choice) =>
      yes("dryRunSync", () => ({
        read: 98_919,
        leadsCreated: choice.createLeads ? 804 : 0,
        leadsUpdated: choice.toTuco ? 2_140 : 0,
        contactsCreated: choice.createContacts ? 41 : 0,
        contactsUpdated: choice.toHubSpot ? 318 : 0,
        conflicts: choice.toTuco && choice.toHubSpot ? 5 : 0,
        skipped: [
          {
            reason: "optedOut",
            says: "They have opted out; they are not created anew.",
            people: 311,
          },
          {
            reason: "ambiguous",
            says: "Several contacts fit. They wait under Ambiguous.",
            people: 7,
          },
        ],
        examples: [
          {
            person: "Ana Ruiz",
            side: "lead",
            does: "updates",
            says: "phone becomes +12025550101",
          },
          {
            person: "إيمان حسن",
            side: "lead",
            does: "creates",
            says: "with 6 fields",
          },
          {
            person: "Grace Liu 刘",
            side: "contact",
            does: "skips",
            says: "opted out",
          },
        ],
        typeName: "Harbor Dental Group",
      })),
    changeSync: (_connection, choice, typed) =>
      yes(`changeSync ${typed ?? ""}`, () => {
        sync = { ...sync, choice };
        return sync;
      }),
    reconcile: () =>
      yes("reconcile", () => ({
        at: now,
        rows: [
          {
            of: "contact",
            theirs: 98_915,
            ours: 98_912,
            missing: [
              { id: "70911", name: "Ines Alvarez" },
              { id: "70912", name: "شهد" },
              { id: "70944", name: "" },
            ],
            surplus: [],
            apart: 3,
          },
          {
            of: "lead",
            theirs: 98_724,
            ours: 98_723,
            missing: [],
            surplus: [],
            apart: 1,
          },
        ],
      })),
    repair: () =>
      yes("repair", () => "3 contacts were read; nobody is missing now."),
  };
}
