// Where keys are kept: a passphrase file, its passphrase, and the start of a program that has one.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import {
  closeSite,
  expectAccessible,
  openScene,
  openSite,
  type Opened,
  type Site,
} from "./site";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => closeSite(site));

const press = (page: Page, name: string): Promise<void> =>
  page.getByRole("button", { name, exact: true }).first().click();

const open = (place: string, scene: string): Promise<Opened> =>
  openScene(site, scene, place);

describe("keys without a keychain", () => {
  it("go into a passphrase file when somebody wishes so", async () => {
    const { page } = await open("overview", "session");
    await press(page, "Keep them in a passphrase file");
    await page.getByLabel("Passphrase", { exact: true }).fill("short");
    await page.getByText(/It has 5 of 12/).waitFor();
    await page.screenshot({ path: "test-pages/pictures/passphrase.png" });
    await expectAccessible(page, "over");
    await page
      .getByLabel("Passphrase", { exact: true })
      .fill("four words far apart");
    await page.getByLabel("The same again").fill("four words far apart");
    await press(page, "Keep keys");
    await page
      .getByText(/Keys are kept in the file/)
      .first()
      .waitFor();
    await page.context().close();
  });

  it("get another passphrase from who knows the one of now", async () => {
    const { page } = await open("connections", "session");
    await press(page, "Keep them in a passphrase file");
    for (const label of ["Passphrase", "The same again"]) {
      const field = page.getByLabel(label, { exact: true });
      await field.fill("four words far apart");
    }
    await press(page, "Keep keys");
    await press(page, "Change the passphrase");
    const fill = async (old: string, second: string) => {
      await page.getByLabel("The passphrase of now").fill(old);
      await page
        .getByLabel("The new one", { exact: true })
        .fill("another four of them");
      await page.getByLabel("The new one again").fill(second);
    };
    await fill("wrong", "another four of those");
    await page.getByText("The two are not the same.").waitFor();
    await expectAccessible(page, "over");
    await page.getByLabel("The new one again").fill("another four of them");
    await press(page, "Change it");
    await page.getByText(/does not open with this passphrase/).waitFor();
    await fill("four words far apart", "another four of them");
    await press(page, "Change it");
    await page.getByText("The passphrase was changed.").first().waitFor();
    await page.context().close();
  });

  it("are unlocked by the passphrase, and a wrong one is said", async () => {
    const { page } = await open("overview", "locked");
    await page.getByLabel("Passphrase").fill("wrong one");
    await press(page, "Unlock");
    await page.getByText(/does not open the file/).waitFor();
    await page.getByLabel("Passphrase").fill("the right one");
    await press(page, "Unlock");
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await page.context().close();
  });

  it("can be given up by whoever forgot the passphrase", async () => {
    const { page } = await open("overview", "locked");
    await press(page, "Start over");
    const go = page.getByRole("button", { name: "Delete the file" });
    await page.getByLabel("Type start over to go on").fill("start");
    await expect.poll(() => go.isDisabled()).toBe(true);
    await page.getByLabel("Type start over to go on").fill("Start over");
    await page.screenshot({ path: "test-pages/pictures/start-over.png" });
    await expectAccessible(page, "over");
    await go.click();
    await page.getByRole("heading", { name: "Connections" }).waitFor();
    await page.context().close();
  });
});
