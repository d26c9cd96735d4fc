// How the people screen says things.
import type { Tone } from "../../parts/state";
import type { MatchReason, PeopleList, PersonRow } from "./host";

export const lists: { list: PeopleList; label: string }[] = [
  { list: "linked", label: "Linked" },
  { list: "unmatched", label: "Unmatched" },
  { list: "ambiguous", label: "Ambiguous" },
  { list: "optedOut", label: "Opted out" },
  { list: "changed", label: "Changed lately" },
  { list: "conflict", label: "In conflict" },
];

export const reasonWords: Record<MatchReason, string> = {
  byHand: "By hand",
  hubSpotId: "Same HubSpot id",
  email: "Same e-mail",
  otherEmail: "Same other e-mail",
  phone: "Same number",
  lastDigits: "Same last seven digits",
  nameAndCompany: "Same name and company",
  created: "Made from the other",
};

/** What an empty list says, and what to do next. */
export const emptyWords: Record<PeopleList, { title: string; text: string }> = {
  linked: {
    title: "Nobody is linked yet",
    text: "A contact and a lead that are the same person are linked as soon as both are known. Turn on people sync, or link two by hand under Unmatched.",
  },
  unmatched: {
    title: "Everybody has a match",
    text: "Contacts without a lead, and leads without a contact, stand here.",
  },
  ambiguous: {
    title: "Nobody is ambiguous",
    text: "Where several contacts fit one lead, nothing is guessed: they wait here for you.",
  },
  optedOut: {
    title: "Nobody has opted out",
    text: "Whoever asks not to be written to stands here, and sends to them are refused.",
  },
  changed: {
    title: "Nothing has changed lately",
    text: "Whoever changed on either side in the last 30 days stands here.",
  },
  conflict: {
    title: "Nothing is in conflict",
    text: "Where both sides changed the same fact, both values stand here, with who won.",
  },
};

export function nameOf(
  person: Pick<PersonRow, "name" | "email" | "phone">,
): string {
  return person.name.trim() || person.email || person.phone || "No name";
}

/** Where a person stands: the word at the end of the row. */
export function standing(row: PersonRow): { text: string; tone: Tone } {
  if (row.optedOut) return { text: "Opted out", tone: "neutral" };
  if (row.conflicts > 0) {
    return {
      text:
        row.conflicts === 1
          ? "1 conflict"
          : `${String(row.conflicts)} conflicts`,
      tone: "warn",
    };
  }
  if (row.linkedBy) return { text: reasonWords[row.linkedBy], tone: "ok" };
  if (row.ignored) return { text: "Put aside", tone: "neutral" };
  if (row.suggestions === 1) return { text: "1 suggestion", tone: "accent" };
  if (row.suggestions > 1) {
    return {
      text: `${String(row.suggestions)} fit`,
      tone: "warn",
    };
  }
  return {
    text: row.contact === null ? "Only in Tuco" : "Only in HubSpot",
    tone: "neutral",
  };
}

export const sideWords = { contact: "HubSpot", lead: "Tuco" } as const;

export function shown(value: string | null): string {
  return value === null || value === "" ? "Empty" : value;
}
