// A message that is being written, as data.
import type { Draft, Fallback, Filled, Template } from "../host";

/** As the settings have it, where nothing was chosen for a message. */
export function fallbackOf(
  settings: readonly { key: string; value: string }[],
): Fallback {
  const set = settings.find((one) => one.key === "send.fallback")?.value;
  return set === "tuco" || set === "sms" || set === "task" ? set : "nothing";
}

/** A new, empty one. */
export function blank(contact: string): Draft {
  return {
    intent: crypto.randomUUID(),
    contactId: contact,
    way: "auto",
    line: { line: "auto" },
    text: "",
    attachments: [],
    at: null,
    fallback: "nothing",
    template: null,
    filled: [],
    overrides: [],
  };
}

/** Nothing of it would be missed. */
export function isBlank(draft: Draft): boolean {
  return draft.text.trim() === "" && draft.attachments.length === 0;
}

/** What a template asks for, as far as it is answered already. */
export function filledFor(template: Template, before: Filled[]): Filled[] {
  return template.variables.map(({ name, initial }) => ({
    name,
    value: before.find((one) => one.name === name)?.value ?? initial,
  }));
}

export interface Token {
  from: number;
  to: number;
  text: string;
}

/** The places of a text where a field stands, whether it exists or not. */
export function tokens(text: string): Token[] {
  return [...text.matchAll(/\{\{[^{}]*\}\}/g)].map((found) => ({
    from: found.index,
    to: found.index + found[0].length,
    text: found[0],
  }));
}

/** What is being typed of a field at the caret: `{{con` gives `con`. None outside of one. */
export function fieldAt(
  text: string,
  caret: number,
): { from: number; words: string } | undefined {
  const from = text.lastIndexOf("{{", caret);
  if (from < 0 || from + 2 > caret) return undefined;
  const words = text.slice(from + 2, caret);
  return /[{}|\n]/.test(words) || words.length > 40
    ? undefined
    : { from, words };
}
