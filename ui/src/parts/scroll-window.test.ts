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

/** The same dice in every run, so that what was found once is found again. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state / 2 ** 32) * below;
  };
}

describe("whatever somebody does with a list of any length", () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    "it stays within its ends, and what is on screen is drawn (%i)",
    (seed) => {
      const roll = dice(seed);
      const extent: Extent = {
        rows: Math.floor(10 ** roll(7)),
        row: [28, 36, 72][Math.floor(roll(3))] ?? 36,
        viewport: 200 + roll(2_000),
      };
      let place = 0;
      for (let step = 0; step < 400; step += 1) {
        const before = place;
        switch (Math.floor(roll(4))) {
          case 0: {
            const by = (roll(2) - 1) * 10 ** roll(7);
            place = turn(extent, place, by);
            // Forth and back is where it began, unless an end was in the way.
            if (place > 0 && place < lastPlace(extent)) {
              expect(turn(extent, place, -by)).toBeCloseTo(before, 3);
            }
            break;
          }
          case 1:
            place = jump(extent, roll(elementHeight(extent)));
            break;
          case 2: {
            const index = Math.floor(roll(extent.rows));
            place = placeForRow(extent, place, index);
            if (extent.viewport >= extent.row) {
              expect(index * extent.row).toBeGreaterThanOrEqual(place - 0.001);
              expect((index + 1) * extent.row).toBeLessThanOrEqual(
                place + extent.viewport + 0.001,
              );
            }
            break;
          }
          default: {
            // The thumb put right, and dragged by nothing, leads back near to where it was.
            const again = jump(extent, thumb(extent, place));
            const pixel =
              lastPlace(extent) / Math.max(1, elementHeight(extent));
            expect(Math.abs(again - place)).toBeLessThanOrEqual(
              3 * Math.max(1, pixel),
            );
          }
        }
        expect(place).toBeGreaterThanOrEqual(0);
        expect(place).toBeLessThanOrEqual(lastPlace(extent) + 0.001);
        const { first, end } = rowsToDraw(extent, place);
        expect(first * extent.row).toBeLessThanOrEqual(place);
        expect(end * extent.row).toBeGreaterThanOrEqual(
          Math.min(place + extent.viewport, extent.rows * extent.row) - 0.001,
        );
      }
    },
  );

  it.each(Array.from({ length: 20 }, (_, seed) => seed))(
    "a jump further down never lands further up (%i)",
    (seed) => {
      const roll = dice(seed + 1_000);
      const extent: Extent = {
        rows: Math.floor(10 ** roll(7)),
        row: 36,
        viewport: 200 + roll(2_000),
      };
      const tops = Array.from({ length: 200 }, () =>
        roll(elementHeight(extent)),
      ).sort((one, other) => one - other);
      const places = tops.map((top) => jump(extent, top));
      expect(places).toEqual([...places].sort((one, other) => one - other));
    },
  );
});
