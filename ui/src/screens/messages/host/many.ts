// One message to many people: who they are, what each would get, and what became of it.
import type { Answer } from "../../../frame/asked";
import type { FoundContact, WrittenFile } from "../../../host";
import type { Fallback, Filled, LineChoice } from "./compose";
import type { GuardReason, SendState, Way } from "./person";

export type Audience =
  | { from: "list"; list: string }
  /** Words as in the contact finder. */
  | { from: "search"; words: string }
  | { from: "file"; file: number }
  | { from: "picked"; contacts: string[] };

/** Why somebody is left out of a run. */
export type RowReason = Exclude<GuardReason, "emptyText"> | "again" | "changed";

/** A list of HubSpot. */
export interface ContactList {
  id: string;
  name: string;
  size: number | null;
  /** HubSpot keeps it up to date. */
  active: boolean;
}

/** A CSV file that was chosen and checked row by row. */
export interface CheckedFile {
  file: number;
  name: string;
  rows: number;
  /** Rows that name somebody whom we found. */
  found: number;
  /** At most a hundred, in the order of the file. */
  problems: { row: number; why: string }[];
  /** How many problems in all. */
  wrong: number;
}

/** What many get; the fields are filled in for each. */
export interface ManyDraft {
  name: string;
  audience: Audience;
  way: Way | "auto";
  line: LineChoice;
  text: string;
  attachments: string[];
  at: number | null;
  fallback: Fallback;
  template: number | null;
  filled: Filled[];
}

/** How a line is used by a run. */
export interface LineShare {
  line: string;
  label: string;
  messages: number;
  /** In words: “38 today, 12 tomorrow”. */
  spread: string;
}

/** What would happen, counted. Nothing was sent. */
export interface ManyDryRun {
  /** Of exactly this: what it lists is what happens. */
  run: number;
  people: number;
  going: number;
  leftOut: number;
  /** Why people are left out, the most frequent first. */
  reasons: { reason: RowReason; label: string; count: number }[];
  lines: LineShare[];
  firstAt: number;
  lastAt: number;
  /** SMS segments in all; none where nothing goes as an SMS. */
  segments: number | null;
  warnings: string[];
  /** What has to be typed to start; empty up to 25 people. */
  typeToStart: string;
}

/** One person of a dry run or of a run. */
export interface ManyRow {
  row: number;
  contactId: string;
  name: string;
  to: string;
  /** As it arrives; empty for who is left out. */
  text: string;
  way: Way | null;
  line: string;
  at: number | null;
  /** Why this person is left out, in a sentence; empty for who gets it. */
  leftOut: string;
  reason: RowReason | null;
  /** None in a dry run. */
  state: SendState | null;
}

export interface ManyPage {
  rows: ManyRow[];
  total: number;
}

/** Which rows. */
export type ManyFilter =
  "all" | "going" | "leftOut" | "done" | "open" | "failed";

export type RunState =
  | { state: "running" }
  | { state: "waiting"; until: number; why: string }
  | { state: "paused"; at: number; by: string }
  /** Something that holds for all, such as a workspace that is read-only. */
  | { state: "stopped"; at: number; why: string }
  | { state: "finished"; at: number }
  | { state: "cancelled"; at: number; by: string };

export interface Run {
  run: number;
  name: string;
  startedAt: number;
  startedBy: string;
  state: RunState;
  people: number;
  sent: number;
  delivered: number;
  failed: number;
  unknown: number;
  leftOut: number;
  waiting: number;
  /** When the last one goes, as the caps stand. */
  lastAt: number | null;
}

export interface ManyHost {
  contactLists(
    connection: number,
    words: string,
  ): Promise<Answer<ContactList[]>>;
  /** Asks for a file and reads it. Cancelling answers with the code `cancelled`. */
  chooseContactFile(connection: number): Promise<Answer<CheckedFile>>;
  /** Whom the words find: the first twenty and how many. */
  countContacts(
    connection: number,
    words: string,
  ): Promise<Answer<{ contacts: FoundContact[]; total: number }>>;
  /** Reads everybody and asks the guard for each. `told` says how many were looked at. */
  dryRun(
    connection: number,
    draft: ManyDraft,
    told: (looked: { people: number; of: number | null }) => void,
  ): Promise<Answer<ManyDryRun>>;
  /** Of a dry run or of a run; at most 500. */
  manyRows(
    connection: number,
    run: number,
    filter: ManyFilter,
    from: number,
    limit: number,
  ): Promise<Answer<ManyPage>>;
  /** `typed` is what the dry run asked for. A run that was started is not started again. */
  startRun(
    connection: number,
    run: number,
    typed: string,
  ): Promise<Answer<Run>>;
  /** Newest first. */
  runs(connection: number): Promise<Answer<Run[]>>;
  pauseRun(connection: number, run: number): Promise<Answer<Run>>;
  resumeRun(connection: number, run: number): Promise<Answer<Run>>;
  /** Nobody who has not got it yet gets it. */
  cancelRun(connection: number, run: number): Promise<Answer<Run>>;
  /** Asks where to. */
  exportRun(connection: number, run: number): Promise<Answer<WrittenFile>>;
}
