// One row of a mapping: a value in HubSpot, what becomes of it, and a field in Tuco.

/** Which way a fact goes. */
export type Direction = "both" | "toTuco" | "toHubSpot" | "off";

/** Who wins where both sides changed. */
export type ConflictRule = "newest" | "hubSpot" | "tuco" | "fillEmpty";

/** Which of several deals or tickets. */
export interface WhichRecord {
  take: "newest" | "newestOpen" | "largestOpen";
  /** Only of this pipeline; none for any. */
  pipeline: string | null;
}

/** Where the value is in HubSpot. All but a property of the contact itself is only read. */
export type Source =
  /** Not chosen yet. */
  | { of: "nothing" }
  | { of: "contact"; property: string }
  /** The contact's primary company. */
  | { of: "company"; property: string }
  | { of: "deal"; property: string; which: WhichRecord }
  | { of: "ticket"; property: string; which: WhichRecord }
  /** `name`, `email` or another word of the owner, not the id. */
  | { of: "owner"; property: string }
  /** The newest associated record of a custom object. */
  | { of: "object"; object: string; property: string }
  /** How many records are associated. */
  | { of: "count"; object: string; only: "all" | "open" | "won" }
  /** The sum of a number over the associated records. */
  | {
      of: "sum";
      object: string;
      property: string;
      only: "all" | "open" | "won";
    };

/** What becomes of a value that no pair names. */
export type Unmatched =
  | { do: "keep" }
  | { do: "leaveOut" }
  | { do: "refuse" }
  | { do: "use"; value: string };

/**
 * One step of a value on its way. The chain works in the direction of the row. In a row of both
 * directions it works from left to right towards Tuco, and from right to left towards HubSpot: `pairs`,
 * `yesNo`, `date`, `number` and `list` are turned round, those that tidy do the same both ways, and
 * `namePart`, `template`, `join` go one way only (problem `oneWay`).
 */
export type Transform =
  | { kind: "trim" }
  | { kind: "case"; to: "lower" | "upper" | "title" }
  | { kind: "text"; longest: number | null }
  /** The first word is the first name, the rest the last name. */
  | { kind: "namePart"; part: "first" | "last" }
  /** With other fields of the same record, in order; empty ones are left out with their separator. */
  | { kind: "join"; fields: string[]; by: string }
  /** E.164; `auto` is the region of the settings. */
  | { kind: "phone"; region: string }
  | { kind: "email" }
  | {
      kind: "date";
      to: "date" | "dateTime" | "text";
      zone: "portal" | "utc";
      /** For `text`: as in `d MMM yyyy`. */
      pattern: string;
    }
  | {
      kind: "pairs";
      pairs: { from: string; to: string }[];
      otherwise: Unmatched;
    }
  | { kind: "yesNo"; yes: string; no: string }
  /** A multi-select as text: its values, or their labels, with something between. */
  | { kind: "list"; by: string; labels: boolean }
  | {
      kind: "number";
      decimals: number | null;
      thousands: string;
      point: string;
    }
  /** Where the value is empty. */
  | { kind: "default"; value: string }
  /** `{firstname}` stands for a field of the same record, `{firstname|there}` with a word for none. */
  | { kind: "template"; text: string };

export type TransformKind = Transform["kind"];

export interface MappingRow {
  /** Stays with the row as long as it lives. */
  id: number;
  source: Source;
  /** The lead's field; none while it is not chosen. */
  lead: string | null;
  direction: Direction;
  transforms: Transform[];
  conflict: ConflictRule;
  /** Without a value a record is not created, and an empty one is never written over a full one. */
  required: boolean;
}
