// Where a value is in HubSpot, as it is named and picked: a property of the contact, of the company, a
// deal or a ticket with it, or a count or sum of them.
import type { IconName } from "../../parts/icons";
import type { Fields, FieldType, LeadField, Property, Source } from "./host";

const objectIcons: Record<string, IconName> = {
  contact: "user-round",
  company: "building",
  deal: "coin",
  ticket: "ticket",
  owner: "key-round",
};

export function objectIcon(object: string): IconName {
  return objectIcons[object] ?? "box";
}

/** What a source is called and of what type it is. */
export interface Named {
  label: string;
  /** Whose value it is, where it is not the contact's own. */
  from: string;
  type: FieldType | undefined;
  property: Property | undefined;
  /** It is not in the portal, or not any more. */
  gone: boolean;
}

/** The kind of record that a source looks at. */
export function objectOf(source: Source): string {
  switch (source.of) {
    case "nothing":
      return "contact";
    case "object":
    case "count":
    case "sum":
      return source.object;
    default:
      return source.of;
  }
}

export function propertyOf(
  fields: Fields,
  object: string,
  name: string,
): Property | undefined {
  return fields.properties.find(
    (one) => one.object === object && one.name === name,
  );
}

export function kindLabel(fields: Fields, object: string): string {
  return fields.kinds.find((one) => one.object === object)?.label ?? object;
}

function pluralOf(fields: Fields, object: string): string {
  const kind = fields.kinds.find((one) => one.object === object);
  return kind?.plural.toLocaleLowerCase() ?? object;
}

const onlyWords = { all: "all", open: "open", won: "won" };
const takeWords = {
  newest: "newest",
  newestOpen: "newest open",
  largestOpen: "largest open",
};

export function named(fields: Fields, source: Source): Named {
  if (source.of === "nothing") {
    return {
      label: "Choose a property",
      from: "",
      type: undefined,
      property: undefined,
      gone: false,
    };
  }
  const object = objectOf(source);
  const kind = kindLabel(fields, object);
  if (source.of === "count") {
    return {
      label: `Number of ${pluralOf(fields, object)}`,
      from: onlyWords[source.only],
      type: "number",
      property: undefined,
      gone: false,
    };
  }
  const property = propertyOf(fields, object, source.property);
  const label = property?.label ?? source.property;
  const gone = property === undefined;
  if (source.of === "sum") {
    return {
      label: `Sum of ${label}`,
      from: `${onlyWords[source.only]} ${pluralOf(fields, object)}`,
      type: "number",
      property,
      gone,
    };
  }
  const which =
    source.of === "deal" || source.of === "ticket"
      ? `${takeWords[source.which.take]} ${kind.toLocaleLowerCase()}`
      : source.of === "contact"
        ? ""
        : kind;
  return { label, from: which, type: property?.type, property, gone };
}

function customField(name: string, label: string): LeadField {
  return { name, label, type: "text", about: "", custom: true };
}

/** A field of the lead by its name; none where there is no such field. */
export function leadField(
  fields: Fields,
  name: string | null,
): LeadField | undefined {
  if (name === null) return undefined;
  const known = fields.lead.find((one) => one.name === name);
  const own = name.match(/^customFields\.(.+)$/)?.[1];
  // A custom field needs no declaration: it is there as soon as it is written.
  return known ?? (own === undefined ? undefined : customField(name, own));
}

/** A property as a source, as it is taken at first. */
export function sourceOf(property: Property): Source {
  const { object, name } = property;
  switch (object) {
    case "contact":
    case "company":
    case "owner":
      return { of: object, property: name };
    case "deal":
    case "ticket":
      return {
        of: object,
        property: name,
        which: { take: "newestOpen", pipeline: null },
      };
    default:
      return { of: "object", object, property: name };
  }
}

/** The same place, whatever else is chosen about it. */
export function sameSource(one: Source, other: Source): boolean {
  if (one.of === "nothing" || other.of === "nothing") return false;
  if (objectOf(one) !== objectOf(other)) return false;
  if (one.of === "count" || other.of === "count") return one.of === other.of;
  return one.property === other.property;
}

/** Only the contact's own properties can be written. */
export function writable(source: Source): boolean {
  return source.of === "contact" || source.of === "nothing";
}

/** Typed words as the name of a custom field: `Deal value` is `dealValue`. Empty where nothing is left. */
export function customName(typed: string): string {
  const words = typed
    .replace(/^customFields\./, "")
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  return words
    .map((word, at) =>
      at === 0
        ? word.charAt(0).toLocaleLowerCase() + word.slice(1)
        : word.charAt(0).toLocaleUpperCase() + word.slice(1),
    )
    .join("");
}
