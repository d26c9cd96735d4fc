// What the mapping screen asks of the host. The rules of what may stand beside what, every sample and
// every check are the program's: the page draws them and keeps nothing but what is being typed.
import type { Answer } from "../../frame/asked";
import type { WrittenFile } from "../../host";
import type { MappingRow } from "./row";

export type * from "./row";

/** What kind of values a property or a field holds. */
export type FieldType =
  | "text"
  | "longText"
  | "number"
  | "date"
  | "dateTime"
  | "choice"
  | "choices"
  | "yesNo"
  | "phone"
  | "email"
  | "owner";

/** One of the values that a choice takes. */
export interface Option {
  value: string;
  label: string;
  hidden: boolean;
}

/** A property of a HubSpot record, as the portal describes it. */
export interface Property {
  /** `contact`, `company`, `deal`, `ticket`, `owner`, or the name of a custom object. */
  object: string;
  name: string;
  label: string;
  description: string;
  /** The label of its group. */
  group: string;
  type: FieldType;
  options: Option[];
  readOnly: boolean;
  calculated: boolean;
  unique: boolean;
  required: boolean;
  hidden: boolean;
}

/** A kind of record whose values can be mapped. */
export interface RecordKind {
  object: string;
  /** "Company", in the portal's own word. */
  label: string;
  /** "Companies". */
  plural: string;
  /** Why it can't be read; empty where it can. */
  why: string;
}

/** A field of a Tuco lead. */
export interface LeadField {
  /** `firstName`, or `customFields.` and a name. */
  name: string;
  label: string;
  type: FieldType;
  /** What it is for; may be empty. */
  about: string;
  custom: boolean;
}

export interface Pipeline {
  object: "deal" | "ticket";
  id: string;
  label: string;
}

/** Both sides, as they were last read. */
export interface Fields {
  kinds: RecordKind[];
  properties: Property[];
  lead: LeadField[];
  pipelines: Pipeline[];
  /** When the portal was last asked; none where it never was. */
  readAt: number | null;
}

/** What a button beside a problem does about it. */
export type Mend =
  | { mend: "row"; row: MappingRow; label: string }
  | { mend: "remove"; label: string }
  | { mend: "createProperty"; property: NewProperty }
  | { mend: "refreshFields" }
  | { mend: "connection"; label: string };

export type ProblemCode =
  | "incomplete"
  | "typeClash"
  | "readOnly"
  | "missingScope"
  | "writtenTwice"
  | "loop"
  | "unknownOption"
  | "gone"
  | "typeChanged"
  | "oneWay"
  | "unknownField"
  | "parameter";

/** Something is wrong with a row. */
export interface RowProblem {
  /** Which row; none where it concerns the whole mapping. */
  row: number | null;
  code: ProblemCode;
  /** What is wrong, in a sentence. */
  says: string;
  /** What to do about it; may be empty. */
  todo: string;
  /** It can't be applied like this. */
  blocks: boolean;
  /** Which part of the row it is about. */
  at: "source" | "lead" | "direction" | "transforms" | "conflict" | "row";
  /** Which transform, where it is about one. */
  transform: number | null;
  mends: Mend[];
}

export interface MappingState {
  /** The number of what holds; 0 while it is as from the start. */
  version: number;
  appliedAt: number | null;
  /** What holds. */
  rows: MappingRow[];
  /** What somebody changed and has not applied. */
  draft: MappingRow[] | null;
  /** Of the draft, else of what holds. */
  problems: RowProblem[];
  /** Whether anything follows the mapping: people sync is on in some direction. */
  inUse: boolean;
}

/** A version that held or holds. */
export interface MappingVersion {
  version: number;
  at: number;
  rows: number;
  /** "3 rows added, 1 changed", or "Imported from leads.toml". */
  says: string;
  holds: boolean;
}

/** A person's record on one side. */
export interface RecordName {
  of: "contact" | "lead";
  id: string;
}

export interface FoundRecord extends RecordName {
  name: string;
  email: string | null;
  phone: string | null;
  company: string | null;
}

/** The value of one row on its way, for one person. None is an empty value. */
export interface RowSample {
  row: number;
  /** What the source holds. */
  before: string | null;
  /** After each transform, in the order in which they work. */
  after: (string | null)[];
  /** What the target gets; the last of `after`, in the form that the target takes. */
  result: string | null;
  /** Why there is no result: the transform that could not, and the value; empty where it could. */
  why: string;
}

export interface Samples {
  /** Whose values these are; none where no person is known yet. */
  whose: FoundRecord | null;
  toTuco: RowSample[];
  toHubSpot: RowSample[];
}

export interface TrialRow extends RowSample {
  /** What the target holds now. */
  holds: string | null;
  does: "writes" | "same" | "keeps" | "empty" | "refused";
  /** Why, in a sentence: which rule decided. */
  says: string;
}

/** What would happen on one side. */
export interface TrialSide {
  does: "creates" | "updates" | "nothing" | "refused";
  /** What HubSpot or Tuco would answer, in words. */
  answer: string;
  rows: TrialRow[];
}

/** One real record, both directions, without writing anything. */
export interface Trial {
  contact: FoundRecord | null;
  lead: FoundRecord | null;
  toTuco: TrialSide;
  toHubSpot: TrialSide;
}

/** A change of a row, in words. */
export interface RowChange {
  row: number;
  what: "added" | "changed" | "removed";
  says: string;
}

/** What applying would do. Counted with the people that are known here; asks nobody outside. */
export interface ApplyPreview {
  changes: RowChange[];
  /** Linked people who were looked at. */
  people: number;
  leadsChange: number;
  contactsChange: number;
  conflicts: number;
  skipped: { says: string; people: number }[];
  examples: {
    name: string;
    side: "contact" | "lead";
    field: string;
    before: string | null;
    after: string | null;
  }[];
  /** The portal's name has to be typed first, since so many people change. */
  typeName: string | null;
}

export interface Preset {
  id: string;
  name: string;
  about: string;
  rows: number;
  /** Somebody kept it; else it came with the program. */
  own: boolean;
}

/** A file was read: it is the draft now, or it is refused and nothing has changed. */
export type Imported =
  | { file: string; result: "draft"; state: MappingState; rows: number }
  | {
      file: string;
      result: "refused";
      faults: { line: number; text: string; reason: string }[];
    };

/** A property that is to be made in HubSpot. */
export interface NewProperty {
  object: string;
  name: string;
  label: string;
  description: string;
  /** The label of its group. */
  group: string;
  type: FieldType;
  options: { value: string; label: string }[];
}

export interface MappingHost {
  mapping(connection: number): Promise<Answer<MappingState>>;
  /** Both sides as they were last read; asks the portal where that never was. */
  fields(connection: number): Promise<Answer<Fields>>;
  /** Asks the portal again. */
  readFields(connection: number): Promise<Answer<Fields>>;
  createProperty(
    connection: number,
    property: NewProperty,
  ): Promise<Answer<Fields>>;

  /** Keeps the draft and answers with its problems. Rows that are new have ids below zero. */
  keepDraft(
    connection: number,
    rows: MappingRow[],
  ): Promise<Answer<RowProblem[]>>;
  discardDraft(connection: number): Promise<Answer<MappingState>>;
  previewDraft(connection: number): Promise<Answer<ApplyPreview>>;
  applyDraft(
    connection: number,
    typed: string | null,
  ): Promise<Answer<MappingState>>;

  /** The newest first. */
  mappingVersions(connection: number): Promise<Answer<MappingVersion[]>>;
  /** Makes an earlier version the draft. */
  draftVersion(
    connection: number,
    version: number,
  ): Promise<Answer<MappingState>>;
  mappingPresets(connection: number): Promise<Answer<Preset[]>>;
  draftPreset(
    connection: number,
    preset: string,
  ): Promise<Answer<MappingState>>;
  keepPreset(connection: number, name: string): Promise<Answer<Preset[]>>;
  forgetPreset(connection: number, preset: string): Promise<Answer<Preset[]>>;
  /** Makes what holds in another connection the draft of this one. */
  draftCopy(connection: number, from: number): Promise<Answer<MappingState>>;
  /** Asks for a file; code `cancelled` where none was chosen. */
  importMapping(connection: number): Promise<Answer<Imported>>;
  /** The draft, else what holds. */
  exportMapping(connection: number): Promise<Answer<WrittenFile>>;

  /** The values of rows for one person that is known here; without one the host takes a good one. */
  sampleRows(
    connection: number,
    rows: MappingRow[],
    record: RecordName | null,
  ): Promise<Answer<Samples>>;
  /** Contacts and leads by a name, an address, a number or an id; the best twenty. */
  findRecords(
    connection: number,
    words: string,
  ): Promise<Answer<FoundRecord[]>>;
  /** Reads the record afresh on both sides; writes nothing. */
  tryMapping(
    connection: number,
    rows: MappingRow[],
    record: RecordName,
  ): Promise<Answer<Trial>>;
  /** Writes what the trial showed, to this one person. Answers with what was done, in words. */
  writeOne(
    connection: number,
    rows: MappingRow[],
    record: RecordName,
    side: "contact" | "lead",
  ): Promise<Answer<string>>;
}

/** The mapping of a host, where it has one. */
export function mappingOf(host: object): MappingHost | undefined {
  return "keepDraft" in host ? (host as MappingHost) : undefined;
}
