import { describe, expect, it } from "vitest";

import { Paged } from "./paged";

describe("rows read in pages", () => {
  it("asks once for two rows of one page", async () => {
    const asked: number[] = [];
    const rows = new Paged((from, limit) => {
      asked.push(from);
      return Promise.resolve(
        Array.from({ length: limit }, (_, at) => from + at),
      );
    }, 10);
    expect(await Promise.all([rows.at(12), rows.at(13), rows.at(3)])).toEqual([
      12, 13, 3,
    ]);
    expect(asked).toEqual([10, 0]);
    expect(rows.at(19)).toBe(19);
  });

  it("asks again for a page that could not be read", async () => {
    let tries = 0;
    const rows = new Paged(() => {
      tries += 1;
      return tries === 1
        ? Promise.reject(new Error("no"))
        : Promise.resolve([7]);
    }, 10);
    await expect(rows.at(0)).rejects.toThrow("no");
    expect(await rows.at(0)).toBe(7);
  });
});
