import { describe, expect, it } from "vitest";

import { marked, markedLine, wantedOf } from "./marks";

function hits(text: string, typed: string): string[] {
  return marked(text, wantedOf(typed))
    .filter((part) => part.hit)
    .map((part) => part.text);
}

describe("marks", () => {
  it("mark whole words, and the beginning of the last one", () => {
    expect(hits("See you on Monday", "you mon")).toEqual(["you", "Mon"]);
    // Only the last word may be a beginning.
    expect(hits("Monday is fine", "mon fine")).toEqual(["fine"]);
  });

  it("see through case and accents, in any script", () => {
    expect(hits("Chloé CHLOE chloé\u0301", "chloe")).toEqual([
      "Chloé",
      "CHLOE",
      "chloé\u0301",
    ]);
    expect(hits("Дмитрий Соколов", "соко")).toEqual(["Соко"]);
    expect(hits("موعدك مؤكد", "موعدك")).toEqual(["موعدك"]);
  });

  it("find a number however it is grouped", () => {
    expect(hits("+1 (904) 555-0129", "904 555")).toContain("904) 555");
    expect(hits("+19045550129", "9045550129")).toEqual(["9045550129"]);
  });

  it("never change the text, whatever is typed", () => {
    const text = "a.*b [c] \\d İstanbul 👩🏽‍⚕️ e\u0301 \u202eevil";
    for (const typed of [".*", "[", "\\", "(", "is", "e", "👩", "", " ", "i̇"]) {
      const parts = marked(text, wantedOf(typed));
      expect(parts.map((part) => part.text).join("")).toBe(text);
    }
  });

  it("bring a hit far behind into the line", () => {
    const text = `${"word ".repeat(40)}needle in the hay`;
    const line = markedLine(text, wantedOf("needle"));
    expect(line[0]?.text.length).toBeLessThan(30);
    expect(line[1]).toEqual({ text: "needle", hit: true });
  });
});
