import { describe, expect, it } from "vitest";

import {
  cap,
  elementHeight,
  jump,
  lastPlace,
  placeForRow,
  rowsToDraw,
  thumb,
  turn,
  type Extent,
} from "./scroll-window";

const sizes = [0, 1, 40, 10_000, 222_223, 1_000_000, 10_000_000];
const extents: Extent[] = sizes.flatMap((rows) =>
  [28, 36, 72].flatMap((row) =>
    [300, 801.5, 2160].map((viewport) => ({ rows, row, viewport })),
  ),
);

describe("a list of any length", () => {
  it.each(extents)(
    "has an element that every engine draws, and exact ends: %o",
    (extent) => {
      expect(elementHeight(extent)).toBeLessThanOrEqual(cap);
      const end = Math.max(0, elementHeight(extent) - extent.viewport);
      expect(jump(extent, 0)).toBe(0);
      expect(jump(extent, end)).toBeCloseTo(lastPlace(extent), 6);
      // The engine rounds the last scroll position down; the last row is reached all the same.
      const { end: last } = rowsToDraw(extent, jump(extent, Math.floor(end)));
      expect(last).toBe(extent.rows);
    },
  );

  it.each(extents)("draws a hundred and ten rows at most: %o", (extent) => {
    for (const part of [0, 0.37, 0.999, 1]) {
      const { first, end } = rowsToDraw(extent, part * lastPlace(extent));
      expect(end - first).toBeLessThanOrEqual(110);
    }
  });

  it.each(extents)(
    "keeps its place when the thumb is put right: %o",
    (extent) => {
      for (const part of [0, 0.001, 0.5, 0.9999, 1]) {
        const place = part * lastPlace(extent);
        const there = thumb(extent, place);
        expect(there).toBeGreaterThanOrEqual(0);
        // An end of the bar is an end of the list, and nothing else is.
        const end = elementHeight(extent) - extent.viewport;
        if (place > 0 && place < lastPlace(extent) && extent.rows >= 222_223) {
          expect(there).toBeGreaterThan(0);
          expect(there).toBeLessThan(end);
        }
      }
    },
  );

  it("moves by as many pixels as the wheel did", () => {
    const extent = { rows: 1_000_000, row: 36, viewport: 720 };
    expect(turn(extent, 5_000_000, 120)).toBe(5_000_120);
    expect(turn(extent, 50, -120)).toBe(0);
    expect(turn(extent, lastPlace(extent), 120)).toBe(lastPlace(extent));
  });

  it("brings a row on screen with the smallest move", () => {
    const extent = { rows: 1_000_000, row: 36, viewport: 720 };
    expect(placeForRow(extent, 3600, 105)).toBe(3600);
    expect(placeForRow(extent, 3600, 99)).toBe(3564);
    expect(placeForRow(extent, 3600, 120)).toBe(3636);
    expect(placeForRow(extent, 0, 999_999)).toBe(lastPlace(extent));
  });
});
