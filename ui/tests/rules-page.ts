// What the tests of the rules' page have in common.
import type { Page } from "playwright-core";

import { openScene, type Opened, type Site } from "./site";

export const calls = (page: Page): Promise<string[]> =>
  page.evaluate(
    () => (window as never as { scripted: { calls: string[] } }).scripted.calls,
  );

export const list = (page: Page) =>
  page.getByRole("list", { name: "Rules, in the order in which they look" });

export const names = (page: Page): Promise<string[]> =>
  list(page).locator("strong").allTextContents();

export async function openRules(
  site: Site,
  place = "rules",
  scene = "calm",
): Promise<Opened> {
  const opened = await openScene(site, scene, place);
  await opened.page.locator("[data-heading]").first().waitFor();
  return opened;
}

export const press = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole("button", { name, exact: true }).first().click();

export async function called(page: Page, begin: string): Promise<string> {
  await page.waitForFunction(
    (wanted) =>
      (
        window as never as { scripted: { calls: string[] } }
      ).scripted.calls.some((one) => one.startsWith(wanted)),
    begin,
  );
  return (
    (await calls(page)).filter((one) => one.startsWith(begin)).at(-1) ?? ""
  );
}

export const toast = (page: Page, text: string | RegExp): Promise<void> =>
  page.getByText(text).first().waitFor();
