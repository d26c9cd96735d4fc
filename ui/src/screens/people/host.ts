// What the people screen asks of the host. Who belongs to whom, who wins and why are decided by the
// program; the page draws it and asks before anything is changed.
import type { Answer } from "../../frame/asked";

/** The lists of the screen. */
export type PeopleList =
  "linked" | "unmatched" | "ambiguous" | "optedOut" | "changed" | "conflict";

/** Why a contact and a lead are the same person. */
export type MatchReason =
  | "byHand"
  | "hubSpotId"
  | "email"
  | "otherEmail"
  | "phone"
  | "lastDigits"
  | "nameAndCompany"
  | "created";

/** One person in a list: a contact, a lead, or both. */
export interface PersonRow {
  /** The program's own number; stays as long as the person does. */
  id: number;
  contact: string | null;
  lead: string | null;
  name: string;
  email: string | null;
  phone: string | null;
  company: string | null;
  /** How the two were found to be one; none where they are not linked. */
  linkedBy: MatchReason | null;
  /** Contacts or leads that may be the same person. */
  suggestions: number;
  /** Fields in conflict. */
  conflicts: number;
  optedOut: boolean;
  ignored: boolean;
  /** When something about the person last changed on either side. */
  changedAt: number;
  /** "Phone changed in HubSpot", for the list of what changed lately; may be empty. */
  changed: string;
}

/** A place in a list: that of a row. By name, or by time where the list is of what changed. */
export interface PersonPlace {
  sort: string;
  id: number;
}

export type PeopleStart =
  | { from: "first" }
  /** After this row. */
  | { from: "after"; place: PersonPlace }
  /** So many rows from the top, as a scroll bar says. */
  | { from: "position"; above: number };

export interface PeopleFilter {
  list: PeopleList;
  /** Words in the name, the address, the number or the company. */
  words: string;
  /** Of the unmatched: those of one side only. */
  side: "both" | "contact" | "lead";
  /** Also those that were put aside. */
  ignored: boolean;
}

export interface PeoplePage {
  rows: PersonRow[];
  /** Where the page after this one begins; none at the end. */
  next: PersonPlace | null;
  /** How many the filter lets through. */
  total: number;
}

/** What a field holds on both sides, and who wins. */
export interface PersonField {
  /** The row of the mapping. */
  row: number;
  label: string;
  contact: string | null;
  lead: string | null;
  /** What both sides last agreed on. */
  agreed: string | null;
  wins: "contact" | "lead" | "same" | "nobody";
  /** Why: "Changed in HubSpot on 20 Nov, and the newest wins." */
  why: string;
  /** What is written next; none where nothing is. */
  writes: "contact" | "lead" | null;
}

export interface PersonSide {
  id: string;
  name: string;
  email: string | null;
  phone: string | null;
  company: string | null;
  changedAt: number | null;
  /** Where the record is shown; none where it has no page. */
  page: string | null;
}

/** Somebody who may be the same person. */
export interface Suggestion {
  of: "contact" | "lead";
  record: PersonSide;
  reason: MatchReason;
  /** "Same last seven digits, 555 0129". */
  says: string;
  /** The record is linked to somebody else already: their name. */
  linkedTo: string | null;
}

export interface LinkStep {
  id: number;
  at: number;
  what: "linked" | "unlinked" | "moved" | "merged" | "ignored" | "heeded";
  byHand: boolean;
  /** "Linked by the same e-mail address". */
  says: string;
}

export interface Conflict {
  id: number;
  row: number;
  label: string;
  at: number;
  contact: string | null;
  lead: string | null;
  agreed: string | null;
  /** What became of it: it waits, or a side won. */
  now: "waits" | "contact" | "lead";
  /** By which rule, or that a person chose. */
  says: string;
}

export interface Person {
  row: PersonRow;
  contact: PersonSide | null;
  lead: PersonSide | null;
  fields: PersonField[];
  suggestions: Suggestion[];
  /** The newest first. */
  history: LinkStep[];
  conflicts: Conflict[];
  /** The last few messages, the newest first. */
  thread: {
    event: number;
    at: number;
    inbound: boolean;
    text: string;
    /** "On timeline", "Waits". */
    state: string;
  }[];
  /** Timeline entries that were written to the contact from here. */
  entries: number;
  /** Why nothing is kept in step; empty where it is. */
  held: string;
  optedOut: { at: number; says: string } | null;
}

/** A record that a contact is tied to. Every text may be empty, and none is markup. */
export interface BesideLine {
  id: string;
  title: string;
  text: string;
  stage: string;
  closed: boolean;
  /** `4500 USD`. */
  amount: string;
  /** `2026-12-01`. */
  closes: string;
  owner: string;
  note: string;
  at: number | null;
}

/** The records of one kind, the newest first. */
export interface BesideSection {
  kind: string;
  label: string;
  lines: BesideLine[];
  /** How many there are in HubSpot. */
  total: number;
  /** Whether they can't be read, for want of a scope. */
  barred: boolean;
  /** What to do where a scope is lacking, for these or for their text; else empty. */
  todo: string;
  readAt: number;
}

export interface PersonBeside {
  /** Whether anything of it is switched on. */
  on: boolean;
  sections: BesideSection[];
}

/** Whose records are kept in step. */
export type WhichPeople =
  | { who: "everybody" }
  | { who: "list"; list: string }
  | { who: "stage"; stage: string }
  | { who: "property"; property: string; value: string };

export interface SyncChoice {
  toTuco: boolean;
  toHubSpot: boolean;
  createLeads: boolean;
  createContacts: boolean;
  which: WhichPeople;
  /** Also read for the person's page, the mapping and conditions. */
  companies: boolean;
  deals: boolean;
  tickets: boolean;
  engagements: boolean;
  objects: boolean;
}

/** A switch of what is read beside people. */
export interface Extra {
  /** Its name among the choices. */
  extra: string;
  /** What it needs and costs. */
  says: string;
  /** What it can't do for want of scopes, and what to do about that; empty where nothing is lacking. */
  lack: string;
}

export interface SyncState {
  choice: SyncChoice;
  lists: { id: string; name: string; size: number | null }[];
  stages: { value: string; label: string }[];
  properties: {
    name: string;
    label: string;
    options: { value: string; label: string }[];
  }[];
  /** What else can be read; nothing else is offered. */
  extras: Extra[];
  /** What is under way, in words; empty where nothing is. */
  working: string;
  contactsReadAt: number | null;
  leadsReadAt: number | null;
  /** What must be known: "Tuco has no filter by date, so leads are read in full, once an hour." */
  notes: string[];
}

/** What a choice would do, without doing it. */
export interface DryRun {
  read: number;
  leadsCreated: number;
  leadsUpdated: number;
  contactsCreated: number;
  contactsUpdated: number;
  conflicts: number;
  skipped: { reason: string; says: string; people: number }[];
  examples: {
    person: string;
    side: "contact" | "lead";
    does: "creates" | "updates" | "skips";
    says: string;
  }[];
  /** What has to be typed before it begins: the portal's name; none where nothing is written. */
  typeName: string | null;
}

/** The portal's own totals beside ours. */
export interface Reconciled {
  at: number;
  rows: {
    of: "contact" | "lead" | "company" | "deal" | "ticket";
    theirs: number;
    ours: number;
    /** Not here though they are there; the first hundred by name. */
    missing: { id: string; name: string }[];
    /** Here though they are not there any more. */
    surplus: { id: string; name: string }[];
    /** How many are on one side only, those without a name above included. */
    apart: number;
  }[];
}

export interface PeopleHost {
  peopleCounts(connection: number): Promise<Answer<Record<PeopleList, number>>>;
  /** At most 500 rows. */
  peoplePage(
    connection: number,
    filter: PeopleFilter,
    start: PeopleStart,
    limit: number,
  ): Promise<Answer<PeoplePage>>;
  person(connection: number, person: number): Promise<Answer<Person>>;
  /** Reads both records afresh. */
  readPerson(connection: number, person: number): Promise<Answer<Person>>;
  /** What they have beside them in HubSpot, as it was read last. */
  personBeside(
    connection: number,
    person: number,
  ): Promise<Answer<PersonBeside>>;
  /** Reads it where that was not done in the last minutes, or `now`. */
  readPersonBeside(
    connection: number,
    person: number,
    now: boolean,
  ): Promise<Answer<PersonBeside>>;
  /** The person who has a contact or a lead; none where nobody here has. */
  personOf(
    connection: number,
    of: "contact" | "lead",
    id: string,
  ): Promise<Answer<number | null>>;
  /** Contacts or leads, by words; for linking by hand and for moving entries. */
  searchSide(
    connection: number,
    of: "contact" | "lead",
    words: string,
  ): Promise<Answer<PersonSide[]>>;
  /** Opens what stands beside a person in HubSpot, by its kind. */
  openBeside(
    connection: number,
    person: number,
    kind: string,
    id: string,
  ): Promise<Answer<null>>;
  openRecord(
    connection: number,
    of: "contact" | "lead",
    id: string,
  ): Promise<Answer<null>>;

  linkPeople(
    connection: number,
    contact: string,
    lead: string,
  ): Promise<Answer<Person>>;
  unlinkPerson(connection: number, person: number): Promise<Answer<Person>>;
  /** Puts a person aside, or takes them up again. */
  ignorePerson(
    connection: number,
    person: number,
    ignored: boolean,
  ): Promise<Answer<Person>>;
  /** Not the same person: this suggestion is not made again. */
  refuseSuggestion(
    connection: number,
    person: number,
    of: "contact" | "lead",
    id: string,
  ): Promise<Answer<Person>>;
  /** Moves the timeline entries to another contact. Answers with how many, once it is queued. */
  moveEntries(
    connection: number,
    person: number,
    contact: string,
  ): Promise<Answer<number>>;
  /** Settles a conflict by hand, also one that a rule has settled. */
  settleConflict(
    connection: number,
    conflict: number,
    keep: "contact" | "lead",
  ): Promise<Answer<Person>>;
  /** Puts back what was there before the conflict was settled. */
  undoConflict(connection: number, conflict: number): Promise<Answer<Person>>;

  peopleSync(connection: number): Promise<Answer<SyncState>>;
  dryRunSync(connection: number, choice: SyncChoice): Promise<Answer<DryRun>>;
  changeSync(
    connection: number,
    choice: SyncChoice,
    typed: string | null,
  ): Promise<Answer<SyncState>>;
  reconcile(connection: number): Promise<Answer<Reconciled>>;
  /** Reads what is missing and forgets what is gone. Answers with what was done, in words. */
  repair(connection: number): Promise<Answer<string>>;
}

/** The people of a host, where it has them. */
export function peopleOf(host: object): PeopleHost | undefined {
  return "peoplePage" in host ? (host as PeopleHost) : undefined;
}
