// How the parts of a mapping are called on screen.
import type { IconName } from "../../parts/icons";
import type { ConflictRule, Direction, FieldType } from "./host";

export const typeWords: Record<FieldType, { word: string; icon: IconName }> = {
  text: { word: "Text", icon: "type" },
  longText: { word: "Long text", icon: "file-text" },
  number: { word: "Number", icon: "hash" },
  date: { word: "Date", icon: "calendar" },
  dateTime: { word: "Date and time", icon: "clock" },
  choice: { word: "One of a list", icon: "list" },
  choices: { word: "Several of a list", icon: "list-filter" },
  yesNo: { word: "Yes or no", icon: "toggle-right" },
  phone: { word: "Phone number", icon: "phone" },
  email: { word: "E-mail address", icon: "mail" },
  owner: { word: "Owner", icon: "user-round" },
};

export const directionWords: Record<
  Direction,
  { word: string; icon: IconName; about: string }
> = {
  both: {
    word: "Both ways",
    icon: "arrow-left-right",
    about: "A change on either side goes to the other.",
  },
  toTuco: {
    word: "To Tuco",
    icon: "arrow-right",
    about: "HubSpot is read, the lead is written.",
  },
  toHubSpot: {
    word: "To HubSpot",
    icon: "arrow-left",
    about: "The lead is read, HubSpot is written.",
  },
  off: {
    word: "Off",
    icon: "minus",
    about: "The row is kept, and nothing is read or written.",
  },
};

export const directions: Direction[] = ["both", "toTuco", "toHubSpot", "off"];

export const ruleWords: Record<ConflictRule, { word: string; about: string }> =
  {
    newest: {
      word: "Newest wins",
      about: "Where both sides changed, the later change stays.",
    },
    hubSpot: {
      word: "HubSpot wins",
      about: "Where both sides changed, HubSpot's value stays.",
    },
    tuco: {
      word: "Tuco wins",
      about: "Where both sides changed, the lead's value stays.",
    },
    fillEmpty: {
      word: "Only if empty",
      about: "A value that is there is never written over.",
    },
  };

export const rules: ConflictRule[] = ["newest", "hubSpot", "tuco", "fillEmpty"];

/** A value as it is shown; an empty one has a word. */
export function shown(value: string | null): string {
  return value === null || value === "" ? "Empty" : value;
}

export function isEmpty(value: string | null): boolean {
  return value === null || value === "";
}
