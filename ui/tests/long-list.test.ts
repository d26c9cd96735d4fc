import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { closeSite, openPage, openSite, type Opened, type Site } from "./site";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => closeSite(site));

const name = "A million events";

async function openList(): Promise<Opened> {
  const opened = await openPage(site, "gallery.html", {
    width: 1280,
    height: 800,
  });
  await opened.page.getByRole("listbox", { name }).scrollIntoViewIfNeeded();
  return opened;
}

interface Shown {
  first: number;
  last: number;
  /** How far the last row on screen ends above the end of the list's box. */
  below: number;
  rows: number;
}

function shown(page: Page): Promise<Shown> {
  return page.getByRole("listbox", { name }).evaluate((list) => {
    const box = list.getBoundingClientRect();
    const rows = [...list.querySelectorAll("[role=option]")].map((row) => ({
      number: Number(row.getAttribute("aria-posinset")),
      box: row.getBoundingClientRect(),
    }));
    const seen = rows.filter(
      (row) => row.box.bottom > box.top + 1 && row.box.top < box.bottom - 1,
    );
    return {
      first: seen[0]?.number ?? 0,
      last: seen.at(-1)?.number ?? 0,
      below: box.bottom - (seen.at(-1)?.box.bottom ?? 0),
      rows: rows.length,
    };
  });
}

/** Waits until the list shows what is expected of it. */
async function until(
  page: Page,
  holds: (now: Shown) => boolean,
): Promise<Shown> {
  let now = await shown(page);
  for (let turn = 0; turn < 200 && !holds(now); turn += 1) {
    await page.evaluate(() => new Promise(requestAnimationFrame));
    now = await shown(page);
  }
  return now;
}

describe("a list of a million rows", () => {
  it("reaches its last row exactly, by key and by scroll bar", async () => {
    const { page } = await openList();
    const list = page.getByRole("listbox", { name });
    await list.focus();
    await page.keyboard.press("End");
    const byKey = await until(page, (now) => now.last === 1_000_000);
    expect(byKey.last).toBe(1_000_000);
    expect(Math.abs(byKey.below)).toBeLessThanOrEqual(1);

    await page.keyboard.press("Home");
    expect((await until(page, (now) => now.first === 1)).first).toBe(1);

    await list.evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    const byBar = await until(page, (now) => now.last === 1_000_000);
    expect(byBar.last).toBe(1_000_000);
    expect(Math.abs(byBar.below)).toBeLessThanOrEqual(1);
    await page.context().close();
  });

  it("has at most 120 rows in the page, wherever it is, and its height is one that engines draw", async () => {
    const { page } = await openList();
    const list = page.getByRole("listbox", { name });
    for (const part of [0, 0.2, 0.5, 0.77, 1]) {
      await list.evaluate((element, to) => {
        element.scrollTop = to * element.scrollHeight;
      }, part);
      const now = await until(page, (found) => found.rows > 0);
      expect(now.rows).toBeLessThanOrEqual(120);
    }
    const height = await list.evaluate((element) => element.scrollHeight);
    expect(height).toBeLessThanOrEqual(8_000_000);
    await page.context().close();
  });

  it("goes on row by row with the wheel, also in the middle", async () => {
    const { page } = await openList();
    const list = page.getByRole("listbox", { name });
    await list.evaluate((element) => {
      element.scrollTop = element.scrollHeight / 2;
    });
    const before = await until(page, (now) => now.first > 400_000);
    await list.hover();
    await page.mouse.wheel(0, 360);
    const after = await until(page, (now) => now.first >= before.first + 9);
    // Ten rows of 36 pixels; a row may be partly on screen at either end.
    expect(after.first - before.first).toBeGreaterThanOrEqual(9);
    expect(after.first - before.first).toBeLessThanOrEqual(11);
    await page.context().close();
  });

  it("keeps the focus and names the row that the keys act on", async () => {
    const { page } = await openList();
    const list = page.getByRole("listbox", { name });
    await list.focus();
    await page.keyboard.press("Home");
    for (const key of ["j", "ArrowDown", "k", "PageDown"]) {
      await page.keyboard.press(key);
    }
    const [focused, named] = await list.evaluate((element) => [
      document.activeElement === element,
      document
        .getElementById(element.getAttribute("aria-activedescendant") ?? "")
        ?.getAttribute("aria-posinset"),
    ]);
    expect(focused).toBe(true);
    expect(Number(named)).toBeGreaterThan(8);
    await page.keyboard.press("Enter");
    await page
      .getByRole("region", { name: `Event ${named ?? ""}` })
      .waitFor({ state: "visible" });
    await page.context().close();
  });
});
