import { describe, expect, it } from "vitest";

import { scriptedPeople } from "../../scripted/people-host";
import type { PersonRow } from "./host";
import { PeopleRows } from "./people-rows";

const now = Date.UTC(2026, 10, 21, 14, 2);
const filter = {
  list: "linked" as const,
  words: "",
  side: "both" as const,
  ignored: false,
};

function list(): { rows: PeopleRows; calls: string[] } {
  const calls: string[] = [];
  const rows = new PeopleRows(scriptedPeople(calls, now, "yes"), 1, filter);
  return { rows, calls };
}

/** The person at 250, by way of all before. */
async function inOrder(rows: PeopleRows): Promise<PersonRow> {
  await rows.at(100);
  return rows.at(250);
}

describe("a list of a hundred thousand people", () => {
  it("goes on after the last row that is here, by key", async () => {
    const { rows, calls } = list();
    await rows.open();
    await rows.at(100);
    await rows.at(200);
    expect(calls).toEqual([
      "peoplePage first",
      "peoplePage after",
      "peoplePage after",
    ]);
  });

  it("asks once for a block, however many of its rows are wanted", async () => {
    const { rows, calls } = list();
    await rows.open();
    await Promise.all([rows.at(5_010), rows.at(5_011), rows.at(5_099)]);
    expect(calls).toEqual(["peoplePage first", "peoplePage position"]);
  });

  it("has the same people whichever way it came to them", async () => {
    const { rows } = list();
    await rows.open();
    const jumped = list().rows;
    await jumped.open();
    expect((await jumped.at(250)).id).toBe((await inOrder(rows)).id);
  });

  it("keeps few of them, and knows the place of those", async () => {
    const { rows } = list();
    await rows.open();
    for (let at = 0; at < 60; at += 1) await rows.at(at * 100);
    expect(rows.known(0)).toBeUndefined();
    const row = await rows.at(5_950);
    expect(rows.find(row.id)).toBe(5_950);
  });
});
