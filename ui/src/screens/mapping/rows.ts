// Which rows of a mapping words find: by what stands on either side.
import type { Fields, MappingRow } from "./host";
import { leadField, named } from "./sources";
import { transformWords } from "./transforms";

export function rowsWith(
  fields: Fields,
  rows: MappingRow[],
  typed: string,
): MappingRow[] {
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const source = named(fields, row.source);
    const lead = leadField(fields, row.lead);
    const text = [
      source.label,
      source.from,
      source.property?.name,
      lead?.label,
      row.lead,
      ...row.transforms.map((one) => transformWords[one.kind].word),
    ]
      .join(" ")
      .toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}
