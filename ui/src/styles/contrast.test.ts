// @vitest-environment node
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

import { colours } from "../parts/colours";

const source = readFileSync(
  fileURLToPath(new URL("./tokens.css", import.meta.url)),
  "utf8",
);

/** Every role of the block that begins with `selector`, as written in the file. */
function roles(selector: string): Map<string, string> {
  const start = source.indexOf(selector);
  const block = source.slice(start, source.indexOf("\n}", start));
  return new Map(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((found) => [
      found[1] ?? "",
      found[2] ?? "",
    ]),
  );
}

/** Relative luminance by WCAG 2.2. */
function luminance(colour: string): number {
  const channel = (at: number): number => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort(
    (a, b) => a - b,
  ) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const surfaces = ["surface-1", "surface-2", "surface-3"];
const states = ["ok", "warn", "danger", "inbound", "sandbox"];

/** What is read, and every ground that it is read on. */
const text: [string, string[]][] = [
  ["text-1", [...surfaces, "surface-4", "accent-soft", "found"]],
  ["text-2", [...surfaces, "surface-4", "accent-soft"]],
  ["text-3", [...surfaces, "accent-soft"]],
  ["accent", [...surfaces, "accent-soft"]],
  ["on-accent", ["accent", "accent-hover"]],
  ["on-danger", ["danger", "danger-hover"]],
  ...states.map((state): [string, string[]] => [
    state,
    [...surfaces, "accent-soft", `${state}-soft`],
  ]),
  ...states.map((state): [string, string[]] => ["text-1", [`${state}-soft`]]),
  ...states.map((state): [string, string[]] => ["text-2", [`${state}-soft`]]),
  ["sandbox", ["sandbox-stripe"]],
  ["on-colour", colours.map((colour) => `colour-${colour}`)],
];

/** What must be seen but not read: borders of controls, the focus, marks. */
const marks: [string, string[]][] = [
  ["border-2", surfaces],
  ["accent", [...surfaces, "surface-4"]],
  ...states.map((state): [string, string[]] => [`${state}-mark`, surfaces]),
  ...colours.map((colour): [string, string[]] => [
    `colour-${colour}`,
    surfaces,
  ]),
];

describe.each([
  ["light", roles('[data-theme="light"] {')],
  ["dark", roles('[data-theme="dark"] {')],
])("in the %s theme", (_name, theme) => {
  const ground = (role: string): string => {
    const colour = theme.get(role);
    if (!colour) throw new Error(`The theme has no role ${role}.`);
    return colour;
  };

  it.each(text)("%s can be read wherever it is used", (front, backs) => {
    for (const back of backs) {
      const found = contrast(ground(front), ground(back));
      expect(found, `${front} on ${back}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each(marks)("%s can be seen wherever it is used", (front, backs) => {
    for (const back of backs) {
      const found = contrast(ground(front), ground(back));
      expect(found, `${front} on ${back}`).toBeGreaterThanOrEqual(3);
    }
  });
});

describe("the themes", () => {
  it("have the same roles", () => {
    expect([...roles('[data-theme="dark"] {').keys()]).toEqual([
      ...roles('[data-theme="light"] {').keys(),
    ]);
  });
});
