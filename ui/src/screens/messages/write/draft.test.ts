import { describe, expect, it } from "vitest";

import { blank, fieldAt, filledFor, isBlank, tokens } from "./draft";

describe("a draft", () => {
  it("has an intent of its own each time, so that two messages are never taken for one", () => {
    expect(blank("1").intent).not.toBe(blank("1").intent);
  });

  it("of spaces is blank, one with a file is not", () => {
    expect(isBlank({ ...blank("1"), text: " \n" })).toBe(true);
    expect(isBlank({ ...blank("1"), attachments: ["https://x/y.png"] })).toBe(
      false,
    );
  });
});

describe("a field in a text", () => {
  it("is found where it stands, with its fallback", () => {
    expect(tokens("Hi {{contact.firstname|there}}!")).toEqual([
      { from: 3, to: 30, text: "{{contact.firstname|there}}" },
    ]);
    expect(tokens("{{one}}{{two}} {three}")).toHaveLength(2);
  });

  it("is being typed between its braces only", () => {
    expect(fieldAt("Hi {{con", 8)).toEqual({ from: 3, words: "con" });
    expect(fieldAt("Hi {{", 5)).toEqual({ from: 3, words: "" });
    expect(fieldAt("Hi {{con}} you", 14)).toBeUndefined();
    expect(fieldAt("Hi {{con|th", 11)).toBeUndefined();
    expect(fieldAt("Hi {{con", 4)).toBeUndefined();
  });

  it("of a template keeps what was filled in already", () => {
    const template = {
      variables: [
        { name: "time", initial: "9:00" },
        { name: "place", initial: "" },
      ],
    } as Parameters<typeof filledFor>[0];
    expect(filledFor(template, [{ name: "place", value: "here" }])).toEqual([
      { name: "time", value: "9:00" },
      { name: "place", value: "here" },
    ]);
  });
});
