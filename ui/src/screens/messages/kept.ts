// Lists of which things are told apart by a key.

/** Those of `more` that are not among `known`. */
export function notAmong<Row>(
  more: Row[],
  known: Row[],
  key: (row: Row) => string,
): Row[] {
  const keys = new Set(known.map(key));
  return more.filter((row) => !keys.has(key(row)));
}

/** Each word once, in order. */
export function once(words: string[]): string[] {
  return [...new Set(words)];
}
