// Which parts of a text are what was searched for. The store takes words apart into runs of letters
// and digits, without case and accents, and the last word may be a beginning; so does this.

export interface Part {
  text: string;
  hit: boolean;
}

/** A word, or a number however it is grouped. */
const runs = /[\p{L}\p{N}\p{M}]+/gu;
const numbers = /\+?\d[\d ().\-/]*\d/gu;

function folded(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase();
}

/** What was typed, ready to be looked for in many texts. */
export interface Wanted {
  whole: ReadonlySet<string>;
  beginning: string;
  /** The digits, where what was typed is a number. */
  digits: string;
}

export function wantedOf(typed: string): Wanted | null {
  const words = (typed.match(runs) ?? []).map(folded).filter(Boolean);
  const beginning = words.at(-1);
  if (beginning === undefined) return null;
  const isNumber = /^[\d\s+().\-/]+$/.test(typed);
  return {
    whole: new Set(words.slice(0, -1)),
    beginning,
    digits: isNumber ? typed.replace(/\D+/g, "") : "",
  };
}

/** How many characters of a word, from its start, fold to at least so many. */
function foldedLength(word: string, length: number): number {
  let taken = 0;
  let so = 0;
  for (const character of word) {
    const adds = folded(character).length;
    // Marks belong to the letter before them.
    if (so >= length && adds > 0) break;
    so += adds;
    taken += character.length;
  }
  return taken;
}

function spans(text: string, wanted: Wanted): [number, number][] {
  const found: [number, number][] = [];
  for (const match of text.matchAll(runs)) {
    const word = folded(match[0]);
    if (word.startsWith(wanted.beginning)) {
      const long = foldedLength(match[0], wanted.beginning.length);
      found.push([match.index, match.index + long]);
    } else if (wanted.whole.has(word)) {
      found.push([match.index, match.index + match[0].length]);
    }
  }
  if (wanted.digits.length > 2) {
    for (const match of text.matchAll(numbers)) {
      const at = match[0].replace(/\D+/g, "").indexOf(wanted.digits);
      if (at >= 0) {
        const [from, to] = digitsAt(match[0], at, wanted.digits.length);
        found.push([match.index + from, match.index + to]);
      }
    }
  }
  return found.sort((one, other) => one[0] - other[0] || other[1] - one[1]);
}

/** Where so many digits stand in a number that is written with spaces and the like. */
function digitsAt(number: string, at: number, many: number): [number, number] {
  let seen = 0;
  let from = 0;
  for (let index = 0; index < number.length; index += 1) {
    if (!/\d/.test(number.charAt(index))) continue;
    if (seen === at) from = index;
    seen += 1;
    if (seen === at + many) return [from, index + 1];
  }
  return [from, number.length];
}

/** The text in parts; joined they are the text again. */
export function marked(text: string, wanted: Wanted | null): Part[] {
  if (!wanted || !text) return [{ text, hit: false }];
  const parts: Part[] = [];
  let at = 0;
  for (const [from, to] of spans(text, wanted)) {
    if (from < at) continue;
    if (from > at) parts.push({ text: text.slice(at, from), hit: false });
    parts.push({ text: text.slice(from, to), hit: true });
    at = to;
  }
  if (at < text.length) parts.push({ text: text.slice(at), hit: false });
  return parts;
}

/** The same for one line, which begins a little before the first hit where that stands far behind. */
export function markedLine(text: string, wanted: Wanted | null): Part[] {
  const parts = marked(text, wanted);
  const first = parts[0];
  if (!first || first.hit || parts.length < 2 || first.text.length < 48) {
    return parts;
  }
  const tail = [...first.text]
    .slice(-20)
    .join("")
    .replace(/^\S*\s/u, "");
  return [{ text: `… ${tail}`, hit: false }, ...parts.slice(1)];
}
