import { describe, expect, it } from "vitest";

import { listed, Palette, type PaletteRow } from "./palette.svelte";

const row = (label: string): PaletteRow => ({
  id: label,
  label,
  icon: "house",
  run: () => undefined,
});

describe("the palette", () => {
  it("finds what has every word, in any order and case", async () => {
    const palette = new Palette([
      listed("Screens", () => [row("Go to Overview"), row("Go to Settings")]),
    ]);
    await palette.ask("over GO");
    expect(palette.rows.map((one) => one.label)).toEqual(["Go to Overview"]);
  });

  it("throws away an answer that comes after the next question", async () => {
    let answer: (rows: PaletteRow[]) => void = () => undefined;
    const palette = new Palette([
      {
        heading: "Contacts",
        find: (words) =>
          words === "a"
            ? new Promise((later) => (answer = later))
            : [row(`found ${words}`)],
      },
    ]);
    const first = palette.ask("a");
    await palette.ask("ab");
    answer([row("too late")]);
    await first;
    expect(palette.rows.map((one) => one.label)).toEqual(["found ab"]);
  });

  it("says who did not answer, and shows the others", async () => {
    const palette = new Palette([
      listed("Screens", () => [row("Overview")]),
      { heading: "Contacts", find: () => Promise.reject(new Error("offline")) },
    ]);
    await palette.ask("");
    expect(palette.silent).toEqual(["Contacts"]);
    expect(palette.rows).toHaveLength(1);
  });

  it("goes round at both ends", async () => {
    const palette = new Palette([
      listed("Screens", () => [row("One"), row("Two")]),
    ]);
    await palette.ask("");
    palette.move(-1);
    expect(palette.chosen).toBe(1);
    palette.move(1);
    expect(palette.chosen).toBe(0);
  });
});
