import { afterAll, beforeAll, describe, expect, it } from "vitest";

import {
  closeSite,
  expectAccessible,
  expectNothingCutOff,
  openPage,
  openSite,
  picture,
  type Site,
} from "./site";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => closeSite(site));

describe.each(["light", "dark"] as const)("the gallery, %s", (theme) => {
  it.each([
    [1280, 800],
    [900, 600],
    [450, 600],
  ])("has its place at %i x %i", async (width, height) => {
    const { page, complaints } = await openPage(
      site,
      `gallery.html?theme=${theme}`,
      { width, height, theme },
    );
    await page.getByRole("heading", { name: "Gallery" }).waitFor();
    await picture(page, `gallery-${theme}-${String(width)}`);
    await expectNothingCutOff(page);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("gives axe nothing to find, closed and open", async () => {
    const { page, complaints } = await openPage(
      site,
      `gallery.html?theme=${theme}`,
      { width: 1280, height: 800, theme },
    );
    await page.getByRole("heading", { name: "Gallery" }).waitFor();
    await expectAccessible(page);

    const openers: [string, string, string][] = [
      ["Open the dialog", "dialog", "dialog"],
      ["Open the confirmation", "dialog", "confirm"],
      ["More for Harbor Dental", "menu", "menu"],
      ["Open the popover", "dialog", "popover"],
    ];
    for (const [button, role, name] of openers) {
      const opener = page.getByRole("button", { name: button });
      await opener.click();
      await page.getByRole(role as "dialog" | "menu").waitFor();
      await page.screenshot({
        path: `test-pages/pictures/gallery-${theme}-${name}.png`,
      });
      await expectAccessible(page, "over");
      await page.keyboard.press("Escape");
      await page.getByRole(role as "dialog" | "menu").waitFor({
        state: "detached",
      });
      // The focus goes back to where it came from.
      await page.waitForFunction(
        (label) =>
          (document.activeElement?.getAttribute("aria-label") ??
            document.activeElement?.textContent?.trim()) === label,
        button,
      );
    }

    await page.getByRole("combobox", { name: "Line Front desk" }).click();
    await page.getByRole("listbox", { name: "Line" }).waitFor();
    await page.screenshot({
      path: `test-pages/pictures/gallery-${theme}-select.png`,
    });
    await expectAccessible(page, "over");
    await page.keyboard.press("Escape");

    await page.getByRole("combobox", { name: "Contact" }).fill("zzz");
    await page.getByText("Nothing matches.").waitFor();
    await expectAccessible(page, "over");
    await page.keyboard.press("Escape");
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe("a confirmation with a word", () => {
  it("does nothing until the word is typed", async () => {
    const { page } = await openPage(site, "gallery.html", {
      width: 1280,
      height: 800,
    });
    await page.getByRole("button", { name: "Open the confirmation" }).click();
    const action = page.getByRole("button", { name: "Forget everything" });
    expect(await action.isDisabled()).toBe(true);
    await page.getByLabel("Type forget to go on").fill("forge");
    expect(await action.isDisabled()).toBe(true);
    await page.getByLabel("Type forget to go on").fill("forget");
    await action.click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.context().close();
  });
});
