// A property that is to be made in HubSpot, as it is proposed, and whether its name can be one.
import type { Fields, MappingRow, NewProperty } from "./host";
import { leadField } from "./sources";

/** The internal name that HubSpot would take for a label. */
export function nameFor(label: string): string {
  const name = label
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return /^[a-z]/.test(name) ? name : name && `tuco_${name}`;
}

/** What is proposed: what was typed, else what the lead's field is called. */
export function freshProperty(
  fields: Fields | undefined,
  row: MappingRow | undefined,
  typed: string,
): NewProperty {
  const lead = fields && row ? leadField(fields, row.lead) : undefined;
  const label = typed.trim() || lead?.label || "";
  return {
    object: "contact",
    name: nameFor(label),
    label,
    description: "",
    group:
      fields?.properties.find((one) => one.object === "contact")?.group ?? "",
    type: lead?.type ?? "text",
    options: [],
  };
}

/** What is wrong with the name; empty where nothing is. */
export function wrongName(fields: Fields, property: NewProperty): string {
  if (!/^[a-z][a-z0-9_]{0,99}$/.test(property.name)) {
    return "A name begins with a letter and holds small letters, digits and underscores.";
  }
  const taken = fields.properties.find(
    (one) => one.object === property.object && one.name === property.name,
  );
  return taken ? `The portal has “${taken.label}” by this name.` : "";
}
