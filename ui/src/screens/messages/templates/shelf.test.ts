import { describe, expect, it } from "vitest";

import type { Template } from "../host";
import { found, shelves } from "./shelf";

function template(
  id: number,
  name: string,
  folder: string,
  more: Partial<Template> = {},
): Template {
  return {
    id,
    name,
    folder,
    text: "Hi {{contact.firstname|there}}",
    variables: [],
    favourite: false,
    version: 1,
    changedAt: 0,
    changedBy: "",
    uses: 0,
    ...more,
  };
}

const all = [
  template(1, "Reminder", "Visits"),
  template(2, "Thanks", "", { text: "Thank you for your reminder" }),
  template(3, "Offer 10", "Sales", { favourite: true }),
  template(4, "Offer 9", "Sales"),
];

describe("the shelf of templates", () => {
  it("finds by all words, names before texts", () => {
    expect(found(all, "reminder").map((one) => one.id)).toEqual([1, 2]);
    expect(found(all, "sales offer").map((one) => one.id)).toEqual([3, 4]);
    expect(found(all, "nothing like it")).toEqual([]);
  });

  it("shows favourites first, folders by name, and what has none last", () => {
    expect(
      shelves(all, "").map((one) => [
        one.heading,
        one.templates.map((two) => two.id),
      ]),
    ).toEqual([
      ["Favourites", [3]],
      ["Sales", [4, 3]],
      ["Visits", [1]],
      ["No folder", [2]],
    ]);
  });
});
