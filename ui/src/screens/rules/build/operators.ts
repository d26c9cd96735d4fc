// Which questions can be asked of which kind of field, and how many values each takes.
import type { FieldType } from "../../mapping/host";
import type { RuleOperator } from "../host";

export const operatorWords: Record<RuleOperator, string> = {
  is: "is",
  isNot: "is not",
  contains: "contains",
  containsNot: "does not contain",
  startsWith: "begins with",
  endsWith: "ends with",
  equals: "is exactly",
  over: "is over",
  atLeast: "is at least",
  under: "is under",
  atMost: "is at most",
  between: "is between",
  on: "is on",
  before: "is before",
  after: "is after",
  withinNext: "is within the next days",
  withinLast: "is within the last days",
  moreThanAgo: "is more than days ago",
  inMoreThan: "is in more than days",
  hasAny: "has any of",
  hasAll: "has all of",
  hasNone: "has none of",
  isTrue: "is yes",
  isFalse: "is no",
  isKnown: "is known",
  isEmpty: "is empty",
};

const always: RuleOperator[] = ["isKnown", "isEmpty"];
const words: RuleOperator[] = [
  "is",
  "isNot",
  "contains",
  "containsNot",
  "startsWith",
  "endsWith",
];
const days: RuleOperator[] = [
  "on",
  "before",
  "after",
  "withinNext",
  "withinLast",
  "moreThanAgo",
  "inMoreThan",
];

const byType: Record<FieldType, RuleOperator[]> = {
  text: words,
  longText: words,
  phone: words,
  email: words,
  number: ["over", "atLeast", "under", "atMost", "equals", "between"],
  date: days,
  dateTime: days,
  choice: ["is", "isNot"],
  owner: ["is", "isNot"],
  choices: ["hasAny", "hasAll", "hasNone"],
  yesNo: ["isTrue", "isFalse"],
};

/** The operators of a kind of field; what stands there already is always among them. */
export function operatorsOf(
  type: FieldType,
  now: RuleOperator,
): RuleOperator[] {
  const all = [...byType[type], ...always];
  return all.includes(now) ? all : [now, ...all];
}

/** The first one of a kind of field, for a field that was just chosen. */
export function firstOf(type: FieldType): RuleOperator {
  return byType[type][0] ?? "isKnown";
}

export type Takes = "none" | "one" | "two" | "many";

export function takes(operator: RuleOperator): Takes {
  switch (operator) {
    case "isTrue":
    case "isFalse":
    case "isKnown":
    case "isEmpty":
      return "none";
    case "between":
      return "two";
    case "is":
    case "isNot":
    case "hasAny":
    case "hasAll":
    case "hasNone":
      return "many";
    default:
      return "one";
  }
}

/** What is typed for an operator: a day, a number, or words. */
export function formOf(operator: RuleOperator): "date" | "number" | "text" {
  if (["on", "before", "after"].includes(operator)) return "date";
  if (
    [
      "equals",
      "over",
      "atLeast",
      "under",
      "atMost",
      "between",
      "withinNext",
      "withinLast",
      "moreThanAgo",
      "inMoreThan",
    ].includes(operator)
  ) {
    return "number";
  }
  return "text";
}
