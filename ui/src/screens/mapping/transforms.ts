// The transforms: how each is called, how it begins, and what it says of itself in a row.
import type { FieldType, Transform, TransformKind } from "./host";

interface Word {
  word: string;
  about: string;
  /** The types that it is offered for first. */
  suits: FieldType[];
  /** It goes one way only. */
  oneWay?: boolean;
  fresh: () => Transform;
}

const texts: FieldType[] = ["text", "longText"];

export const transformWords: Record<TransformKind, Word> = {
  trim: {
    word: "Trim",
    about: "Takes away spaces around the value and doubled ones within.",
    suits: [...texts, "email", "phone"],
    fresh: () => ({ kind: "trim" }),
  },
  case: {
    word: "Capitals",
    about: "Writes small, in capitals, or Each Word With One.",
    suits: texts,
    fresh: () => ({ kind: "case", to: "title" }),
  },
  phone: {
    word: "Phone number",
    about: "As +1 904 555 0129 is dialled from anywhere: +19045550129.",
    suits: ["phone"],
    fresh: () => ({ kind: "phone", region: "auto" }),
  },
  email: {
    word: "E-mail address",
    about: "In small letters, without spaces.",
    suits: ["email"],
    fresh: () => ({ kind: "email" }),
  },
  namePart: {
    word: "Part of a full name",
    about: "The first word is the first name, the rest is the last name.",
    suits: texts,
    oneWay: true,
    fresh: () => ({ kind: "namePart", part: "first" }),
  },
  join: {
    word: "Join with other fields",
    about: "This value and others, with something between them.",
    suits: texts,
    oneWay: true,
    fresh: () => ({ kind: "join", fields: [], by: " " }),
  },
  template: {
    word: "Template",
    about: "A text of your own in which fields stand for their values.",
    suits: texts,
    oneWay: true,
    fresh: () => ({ kind: "template", text: "" }),
  },
  pairs: {
    word: "Replace values",
    about: "One value stands for another, as “lead” for “New”.",
    suits: ["choice", "choices", "owner"],
    fresh: () => ({
      kind: "pairs",
      pairs: [{ from: "", to: "" }],
      otherwise: { do: "keep" },
    }),
  },
  yesNo: {
    word: "Words for yes and no",
    about: "Which word stands for yes and which for no.",
    suits: ["yesNo"],
    fresh: () => ({ kind: "yesNo", yes: "Yes", no: "No" }),
  },
  list: {
    word: "Several values as text",
    about: "The values of a list in one text, with something between them.",
    suits: ["choices"],
    fresh: () => ({ kind: "list", by: ", ", labels: true }),
  },
  date: {
    word: "Date",
    about: "As a date, a date with its time, or a text of your own form.",
    suits: ["date", "dateTime"],
    fresh: () => ({
      kind: "date",
      to: "date",
      zone: "portal",
      pattern: "d MMM yyyy",
    }),
  },
  number: {
    word: "Number",
    about: "How many decimals, and what stands between the digits.",
    suits: ["number"],
    fresh: () => ({
      kind: "number",
      decimals: null,
      thousands: "",
      point: ".",
    }),
  },
  text: {
    word: "Text of at most",
    about: "Any value as text, cut after so many letters.",
    suits: ["longText", "number", "date", "dateTime", "choice"],
    fresh: () => ({ kind: "text", longest: null }),
  },
  default: {
    word: "Where it is empty",
    about: "A value of your own in the place of an empty one.",
    suits: [],
    fresh: () => ({ kind: "default", value: "" }),
  },
};

export const transformKinds = Object.keys(transformWords) as TransformKind[];

/** All transforms, those that suit a type first. */
export function offeredFor(type: FieldType | undefined): {
  suiting: TransformKind[];
  others: TransformKind[];
} {
  const suits = (kind: TransformKind): boolean =>
    type !== undefined && transformWords[kind].suits.includes(type);
  return {
    suiting: transformKinds.filter(suits),
    others: transformKinds.filter((kind) => !suits(kind)),
  };
}

const caseWords = { lower: "small", upper: "CAPITALS", title: "Each Word" };
const dateWords = { date: "date", dateTime: "date and time", text: "" };

/** A transform in a word or two, as it stands in a row. */
export function brief(transform: Transform): string {
  switch (transform.kind) {
    case "trim":
      return "trim";
    case "case":
      return caseWords[transform.to];
    case "text":
      return transform.longest === null
        ? "text"
        : `${String(transform.longest)} letters`;
    case "namePart":
      return transform.part === "first" ? "first name" : "last name";
    case "join":
      return `join ${String(transform.fields.length + 1)}`;
    case "phone":
      return transform.region === "auto"
        ? "phone"
        : `phone ${transform.region}`;
    case "email":
      return "e-mail";
    case "date":
      return dateWords[transform.to] || transform.pattern;
    case "pairs":
      return `${String(transform.pairs.length)} replaced`;
    case "yesNo":
      return `${transform.yes}/${transform.no}`;
    case "list":
      return "list as text";
    case "number":
      return transform.decimals === null
        ? "number"
        : `${String(transform.decimals)} decimals`;
    case "default":
      return `else “${transform.value}”`;
    case "template":
      return "template";
  }
}
