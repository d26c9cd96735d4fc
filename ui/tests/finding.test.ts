// Getting to what somebody has in mind: by the palette, and by the keys in a list that still loads.
import { afterAll, beforeAll, expect, it } from "vitest";

import type { Scripted } from "../src/scripted/host";
import {
  closeSite,
  expectAccessible,
  openScene,
  openSite,
  type Site,
} from "./site";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => closeSite(site));

it("the palette finds a contact by name or number and shows everything with them", async () => {
  const { page, complaints } = await openScene(site, "busy", "overview");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("grace");
  const found = page
    .getByRole("group", { name: "Contacts" })
    .getByRole("option", { name: /Grace Liu/ });
  await found.waitFor();
  await page.screenshot({ path: "test-pages/pictures/palette-contact.png" });
  await expectAccessible(page, "over");
  await found.click();
  await page.waitForFunction(() => location.hash.includes("contact=70"));
  await page.getByRole("heading", { name: "Activity" }).waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});

it("Enter on a row that is still on its way opens it when it is there", async () => {
  const { page, complaints } = await openScene(site, "busy", "activity");
  const list = page.getByRole("listbox", { name: "Events" });
  await list.locator('[aria-posinset="1"]').getByText("Ana Ruiz").waitFor();
  await page.evaluate(() => {
    const { scripted } = window as unknown as { scripted: Scripted };
    const asks = scripted.activityPage.bind(scripted);
    let go: () => void = () => undefined;
    const held = new Promise<void>((done) => (go = done));
    scripted.activityPage = async (...question) => {
      await held;
      return asks(...question);
    };
    Object.assign(window, { go });
  });
  await list.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await list.getByText("Loading.").first().waitFor({ state: "attached" });
  expect(await page.locator(".drawer").count()).toBe(0);
  await page.evaluate(() => (window as unknown as { go: () => void }).go());
  await page.locator(".drawer").waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});

it("sends without an answer can be decided from the log", async () => {
  const { page } = await openScene(site, "busy", "activity");
  await page.getByRole("button", { name: "Decide" }).click();
  await page.getByRole("button", { name: "It did not" }).first().click();
  await page.getByText(/Kept as not sent to .*Petra Novak/).waitFor();
  await page.getByRole("button", { name: "Keep as not sent" }).click();
  await page.getByText("One send got no answer from Tuco.").waitFor();
  await page.context().close();
});
