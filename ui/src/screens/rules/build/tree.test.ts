import { describe, expect, it } from "vitest";

import type { RuleCondition } from "../host";
import { typedField } from "./known.svelte";
import { operatorsOf, takes } from "./operators";
import { added, changed, test } from "./tree";

const one = test({ object: "contact", name: "city" });
const other = test({ object: "company", name: "annualrevenue" });
const tree: RuleCondition = {
  is: "all",
  of: [one, { is: "any", of: [other, one] }],
};

describe("a tree of conditions", () => {
  it("begins with the first condition", () => {
    expect(added(null, [], one)).toEqual({ is: "all", of: [one] });
  });

  it("makes a group of a lone condition that gets company", () => {
    expect(added(one, [], other)).toEqual({ is: "all", of: [one, other] });
  });

  it("is changed at one place and nowhere else", () => {
    expect(changed(tree, [1, 1], () => other)).toEqual({
      is: "all",
      of: [one, { is: "any", of: [other, other] }],
    });
    expect(tree.is === "all" && tree.of[1]).toEqual({
      is: "any",
      of: [other, one],
    });
  });

  it("leaves out a group that has become empty", () => {
    const first = changed(tree, [1, 0], () => null);
    expect(first && changed(first, [1, 0], () => null)).toEqual({
      is: "all",
      of: [one],
    });
  });

  it("is gone with its last condition", () => {
    expect(changed({ is: "all", of: [one] }, [0], () => null)).toBeNull();
  });
});

describe("questions to a field", () => {
  it("keep the one that stands there, also where the field has become another", () => {
    expect(operatorsOf("number", "contains")[0]).toBe("contains");
    expect(operatorsOf("number", "over")).not.toContain("contains");
  });

  it("take as many values as the file does", () => {
    expect(takes("between")).toBe("two");
    expect(takes("hasNone")).toBe("many");
    expect(takes("isEmpty")).toBe("none");
    expect(takes("withinNext")).toBe("one");
  });
});

describe("a field that is typed", () => {
  it("is the contact's where nothing else is said", () => {
    expect(typedField("jobtitle")).toEqual({
      object: "contact",
      name: "jobtitle",
    });
    expect(typedField(" deal.closedate ")).toEqual({
      object: "deal",
      name: "closedate",
    });
    expect(typedField("two words")).toBeUndefined();
  });
});
