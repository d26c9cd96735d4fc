// What the two pickers list, and how it is found by words.
import type { IconName } from "../../parts/icons";
import { counted } from "../../parts/words";
import type { Fields, MappingRow, Property, Source } from "./host";
import { objectIcon, sameSource, sourceOf } from "./sources";
import { typeWords } from "./words";

export interface Pick<Value> {
  id: string;
  value: Value;
  label: string;
  /** The internal name. */
  name: string;
  group: string;
  /** Which part of the picker it stands in. */
  part: string;
  icon: IconName;
  type: string;
  about: string;
  /** What must be known before it is picked: "Read only", "In use". */
  marks: string[];
  options: string[];
}

export interface PickPart {
  id: string;
  label: string;
  icon: IconName;
  /** Why nothing of it can be picked; empty where it can. */
  why: string;
}

function marksOf(property: Property, used: boolean): string[] {
  return [
    ...(used ? ["In use"] : []),
    ...(property.calculated
      ? ["Calculated"]
      : property.readOnly
        ? ["Read only"]
        : []),
    ...(property.unique ? ["Unique"] : []),
    ...(property.required ? ["Required"] : []),
    ...(property.hidden ? ["Hidden in HubSpot"] : []),
  ];
}

/** Everything that a source can be. */
export function sourcePicks(
  fields: Fields,
  rows: MappingRow[],
): Pick<Source>[] {
  const counts = fields.kinds
    .filter((kind) => !["contact", "owner", "company"].includes(kind.object))
    .filter((kind) => !kind.why)
    .map((kind): Pick<Source> => {
      const value: Source = { of: "count", object: kind.object, only: "all" };
      const many = kind.plural.toLocaleLowerCase();
      return {
        id: `count.${kind.object}`,
        value,
        label: `Number of ${many}`,
        name: "",
        group: "Counted",
        part: kind.object,
        icon: "sigma",
        type: typeWords.number.word,
        about: `How many ${many} are associated with the contact.`,
        marks: rows.some((row) => sameSource(row.source, value))
          ? ["In use"]
          : [],
        options: [],
      };
    });
  const properties = fields.properties.map((property): Pick<Source> => {
    const value = sourceOf(property);
    return {
      id: `${property.object}.${property.name}`,
      value,
      label: property.label,
      name: property.name,
      group: property.group,
      part: property.object,
      icon: typeWords[property.type].icon,
      type: typeWords[property.type].word,
      about: property.description,
      marks: marksOf(
        property,
        rows.some((row) => sameSource(row.source, value)),
      ),
      options: property.options.map((option) => option.label),
    };
  });
  return [...counts, ...properties];
}

export function sourceParts(fields: Fields): PickPart[] {
  return fields.kinds.map((kind) => ({
    id: kind.object,
    label: kind.label,
    icon: objectIcon(kind.object),
    why: kind.why,
  }));
}

export function leadPicks(fields: Fields, rows: MappingRow[]): Pick<string>[] {
  return fields.lead.map((field) => ({
    id: field.name,
    value: field.name,
    label: field.label,
    name: field.name,
    group: field.custom ? "Custom fields" : "Lead",
    part: "lead",
    icon: typeWords[field.type].icon,
    type: typeWords[field.type].word,
    about: field.about,
    marks: rows.some((row) => row.lead === field.name) ? ["In use"] : [],
    options: [],
  }));
}

/** How well words fit: lower is better, none where they do not. */
function fit(pick: Pick<unknown>, words: string[]): number | undefined {
  const label = pick.label.toLocaleLowerCase();
  const rest =
    `${label} ${pick.name} ${pick.group} ${pick.about}`.toLocaleLowerCase();
  if (!words.every((word) => rest.includes(word))) return undefined;
  const [first = ""] = words;
  if (label.startsWith(first)) return 0;
  if (words.every((word) => label.includes(word))) return 1;
  if (words.every((word) => `${label} ${pick.name}`.includes(word))) return 2;
  return 3;
}

/** What of the picks fits the words, best first; without words, in their groups. */
export function found<Value>(
  picks: Pick<Value>[],
  typed: string,
  part: string | undefined,
): Pick<Value>[] {
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const within = part ? picks.filter((one) => one.part === part) : picks;
  if (words.length === 0) {
    const groups = [...new Set(within.map((one) => one.group))];
    return groups.flatMap((group) =>
      within.filter((one) => one.group === group),
    );
  }
  return within
    .flatMap((one) => {
      const rank = fit(one, words);
      return rank === undefined ? [] : [{ one, rank }];
    })
    .sort((one, other) => one.rank - other.rank)
    .map(({ one }) => one);
}

/** "One of a list, 7 options". */
export function typeOf(pick: Pick<unknown>): string {
  return pick.options.length > 0
    ? `${pick.type}, ${counted(pick.options.length, "option")}`
    : pick.type;
}
