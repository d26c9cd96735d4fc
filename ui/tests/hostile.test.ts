// Text of strangers in every field of the log that is seen: it runs nothing, asks for nothing and
// breaks no line. The page is served under the content security policy of the shipped window, and
// `openPage` tells of every request, dialog, refusal and error.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { hostile } from "../src/scripted/hostile";
import {
  closeSite,
  expectAccessible,
  expectNothingCutOff,
  openPage,
  openSite,
  picture,
  type Opened,
  type Site,
} from "./site";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => closeSite(site));

async function openHostile(
  width: number,
  theme: "light" | "dark",
): Promise<Opened> {
  const opened = await openPage(
    site,
    `scripted.html?scripted=hostile&theme=${theme}#/overview`,
    { width, height: width === 900 ? 600 : 800, theme },
  );
  opened.page.on("dialog", (dialog) => {
    opened.complaints.push(`A dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await opened.page.evaluate(() => {
    Object.assign(window, {
      ran: 0,
      canary: () => ((window as never as { ran: number }).ran += 1),
    });
  });
  await opened.page.evaluate(() => (location.hash = "#/activity"));
  await opened.page.getByRole("option").first().locator("time").waitFor();
  return opened;
}

/** What of the page is not made by us. */
function strangers(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const made =
      "script[src^='/assets/'], link[href^='/assets/'], a[href^='#'], svg, svg *";
    const never =
      "script, img, iframe, object, embed, video, audio, link, base, a, marquee, style, svg[onload], template, math, source, noscript";
    return [...document.body.querySelectorAll(never)]
      .filter((one) => !one.matches(made))
      .map((one) => one.outerHTML.slice(0, 120));
  });
}

async function expectQuiet({ page, complaints }: Opened): Promise<void> {
  expect(await strangers(page)).toEqual([]);
  expect(
    await page.evaluate(() => (window as never as { ran: number }).ran),
  ).toBe(0);
  expect(complaints).toEqual([]);
}

describe("hostile text", () => {
  it("is of more than 500 kinds, each another one", () => {
    expect(new Set(hostile).size).toBe(hostile.length);
    expect(hostile.length).toBeGreaterThanOrEqual(500);
  });

  it.each([
    [1280, "light"],
    [900, "dark"],
  ] as const)(
    "in every row at %i, %s: one line each, and nothing runs",
    async (width, theme) => {
      const opened = await openHostile(width, theme);
      const { page } = opened;
      const list = page.getByRole("listbox", { name: "Events" });
      await list.focus();
      let seen = 0;
      while (seen < hostile.length) {
        await page.waitForFunction(
          () =>
            ![...document.querySelectorAll("[role=option]")].some((one) =>
              one.querySelector(".skeleton"),
            ),
        );
        if (seen === 0)
          await picture(page, `hostile-${theme}-${String(width)}`);
        const heights = await list
          .locator("[role=option]")
          .evaluateAll((all) => [
            ...new Set(all.map((one) => one.getBoundingClientRect().height)),
          ]);
        expect(heights).toEqual([36]);
        await expectNothingCutOff(page);
        seen = await list
          .locator("[role=option]")
          .last()
          .evaluate((one) => Number(one.getAttribute("aria-posinset")));
        await page.keyboard.press("PageDown");
      }
      expect(seen).toBe(hostile.length);
      await expectAccessible(page);
      await expectQuiet(opened);
      await page.context().close();
    },
  );

  it("in every story: the text is there letter by letter, and nothing runs", async () => {
    const opened = await openHostile(1280, "light");
    const { page } = opened;
    const list = page.getByRole("listbox", { name: "Events" });
    await list.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await page.locator(".drawer ol").waitFor();
    const shown = new Set<string>();
    for (let at = 0; at < hostile.length; at += 1) {
      await page.waitForFunction((number) => {
        const list = document.querySelector("[role=listbox]");
        const open = list?.querySelector("[aria-selected=true]");
        return open?.getAttribute("aria-posinset") === String(number);
      }, at + 1);
      const message = page.locator(".drawer [aria-label='The message'] p");
      if ((await message.count()) > 0) {
        shown.add((await message.first().textContent()) ?? "");
      }
      if (at % 60 === 0) {
        await picture(page, `hostile-story-${String(at)}`);
        await expectNothingCutOff(page);
        expect(await strangers(page)).toEqual([]);
      }
      await page.keyboard.press("j");
    }
    // A lone half of a pair can't stand in a page; all else is there as it was written.
    const whole = hostile.filter(
      (text) => text !== "" && !/\p{Surrogate}/u.test(text),
    );
    expect(whole.filter((text) => !shown.has(text))).toEqual([]);
    await expectQuiet(opened);
    await page.context().close();
  });

  it("typed into the search, kept as a name and looked for as a contact: nothing runs", async () => {
    const opened = await openHostile(1280, "light");
    const { page } = opened;
    const search = page.getByRole("searchbox", { name: "Search the log" });
    for (const text of hostile) {
      await search.evaluate((field, typed) => {
        (field as HTMLInputElement).value = typed;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }, text);
    }
    await expectNothingCutOff(page);
    await search.fill("");
    await page.getByRole("button", { name: "Replies" }).click();
    await page.getByRole("button", { name: "Views" }).click();
    for (const text of hostile.slice(0, 40)) {
      await page.evaluate(
        (name) =>
          (
            window as never as {
              scripted: {
                keepView: (
                  connection: number,
                  name: string,
                  filter: unknown,
                ) => Promise<unknown>;
                tell: (news: unknown) => void;
              };
            }
          ).scripted.keepView(1, name, {
            ...{
              search: name,
              kinds: [],
              stages: [],
              reasons: [],
              line: name,
              contact: name,
              from: null,
              to: null,
            },
          }),
        text,
      );
    }
    await page.evaluate(() =>
      (
        window as never as { scripted: { tell: (news: unknown) => void } }
      ).scripted.tell({ what: "views", connection: 1 }),
    );
    await page
      .getByRole("dialog", { name: "Views" })
      .getByRole("listitem")
      .nth(39)
      .waitFor();
    await picture(page, "hostile-views");
    await page
      .getByRole("dialog", { name: "Views" })
      .getByRole("listitem")
      .nth(30)
      .locator(".pick")
      .click();
    await page.getByRole("list", { name: "Filters that hold" }).waitFor();
    await picture(page, "hostile-chips");
    await expectNothingCutOff(page);
    await page.getByRole("button", { name: "Filter", exact: true }).click();
    await page.getByRole("button", { name: "Anybody" }).click();
    await page.getByLabel("Contact", { exact: true }).fill("canary");
    await page
      .getByRole("listbox", { name: "Contacts" })
      .getByRole("option")
      .first()
      .waitFor();
    await picture(page, "hostile-contacts");
    await expectQuiet(opened);
    await page.context().close();
  });
});
