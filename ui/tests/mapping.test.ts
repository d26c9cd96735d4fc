// The mapping editor: every state of it, and what is done in it by mouse and by keyboard only.
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { everywhere } from "./everywhere";
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

const calls = (page: Page): Promise<string[]> =>
  page.evaluate(
    () => (window as never as { scripted: { calls: string[] } }).scripted.calls,
  );

async function open(scene = "calm"): Promise<Opened> {
  const opened = await openScene(site, scene, "mapping");
  await grid(opened.page).waitFor();
  return opened;
}

const grid = (page: Page): Locator =>
  page.getByRole("grid", { name: "Mapping" });

const rowCount = (page: Page): Promise<number> =>
  grid(page).locator("[data-row]").count();

const press = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole("button", { name, exact: true }).first().click();

/** Which cell of which row has the focus. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const cell = document.activeElement;
    const row = cell?.closest("[data-row]");
    return `${row?.getAttribute("aria-rowindex") ?? ""} ${cell?.getAttribute("data-cell") ?? ""}`;
  });

describe("every state is whole in both themes and sizes", () => {
  it("ready, with a draft that has faults", () =>
    everywhere(
      site,
      { name: "mapping-draft", scene: "busy", place: "mapping" },
      (page) => page.getByText("Draft: 5 changes").waitFor(),
    ));

  it("a row that is open beside the grid", () =>
    everywhere(
      site,
      { name: "mapping-row", scene: "busy", place: "mapping" },
      async (page) => {
        await page
          .locator("[data-row='9'] [data-cell=more]")
          .click({ force: true });
        await page.getByText("What becomes of the value").waitFor();
      },
    ));

  it("trying it on one record", () =>
    everywhere(
      site,
      { name: "mapping-try", scene: "busy", place: "mapping" },
      async (page) => {
        await press(page, "Try it");
        await page.getByLabel("Contact or lead").fill("ana");
        await page.getByRole("option", { name: /Ana Ruiz/ }).click();
        await page.getByText("The lead would be updated").waitFor();
      },
    ));

  it("loading", () =>
    everywhere(
      site,
      {
        name: "mapping-loading",
        scene: "calm&part=never",
        place: "mapping",
        loading: true,
      },
      (page) => page.locator("[aria-busy=true]").first().waitFor(),
    ));

  it("empty, with the next step", () =>
    everywhere(
      site,
      { name: "mapping-empty", scene: "calm&part=empty", place: "mapping" },
      (page) => page.getByText("Nothing is mapped yet").waitFor(),
    ));

  it("an error, with the way out", () =>
    everywhere(
      site,
      { name: "mapping-error", scene: "calm&part=problem", place: "mapping" },
      (page) =>
        page.getByRole("button", { name: "Give another key" }).waitFor(),
    ));

  it("offline, with what is known", () =>
    everywhere(
      site,
      { name: "mapping-offline", scene: "offline", place: "mapping" },
      (page) =>
        page
          .getByText(/Offline since/)
          .first()
          .waitFor(),
    ));

  it("the picker of 900 properties", () =>
    everywhere(
      site,
      {
        name: "mapping-picker",
        scene: "busy",
        place: "mapping",
        over: true,
      },
      async (page) => {
        await page.locator("[data-row='9'] [data-cell=source]").click();
        await page
          .getByRole("combobox", { name: "HubSpot property" })
          .fill("stage");
        await page.getByRole("option", { name: /Lifecycle stage/ }).waitFor();
      },
    ));
});

describe("a row", () => {
  it("is added by keyboard only: both sides picked, the arrows go on from it", async () => {
    const { page, complaints } = await open();
    const before = await rowCount(page);
    await page.locator("[data-row='1'] [data-cell=source]").focus();
    await page.keyboard.press("n");
    await page.getByRole("combobox", { name: "HubSpot property" }).waitFor();
    await page.keyboard.type("interests");
    await page.keyboard.press("Enter");
    await page.getByRole("combobox", { name: "Tuco lead field" }).waitFor();
    await page.keyboard.type("interests");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await rowCount(page)).toBe(before + 1);
    expect(await focused(page)).toBe("3 lead");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowLeft");
    expect(await focused(page)).toBe("4 direction");
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("is moved, removed and brought back by keyboard", async () => {
    const { page } = await open();
    const before = await rowCount(page);
    await page.locator("[data-row='2'] [data-cell=lead]").focus();
    await page.keyboard.press("Alt+ArrowDown");
    expect(await focused(page)).toBe("4 lead");
    await page.keyboard.press("Delete");
    expect(await rowCount(page)).toBe(before - 1);
    await page.keyboard.press("Control+z");
    expect(await rowCount(page)).toBe(before);
    await page.keyboard.press("Control+z");
    await page.getByText("As it is from the start").waitFor();
    await page.keyboard.press("Control+Shift+z");
    await page.getByText("Draft: another order").waitFor();
    await page.context().close();
  });

  it("changes its direction and its rule beside it, and becomes required", async () => {
    const { page } = await open();
    const cell = (name: string): Locator =>
      page.locator(`[data-row='6'] [data-cell=${name}]`);
    await cell("direction").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("listbox", { name: "Direction" }).waitFor();
    await expectAccessible(page, "over");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    expect(await cell("direction").getAttribute("title")).toBe(
      "To Tuco. Change",
    );
    await cell("required").click();
    expect(await cell("required").getAttribute("title")).toBe(
      "Required. Make it optional",
    );
    await page.waitForFunction(() =>
      (
        window as never as { scripted: { calls: string[] } }
      ).scripted.calls.includes("keepDraft 16"),
    );
    await page.context().close();
  });

  it("shows what a transform makes of a real value, before and after", async () => {
    const { page } = await open();
    await page.locator("[data-row='7'] [data-cell=transforms]").click();
    const drawer = page.getByRole("region", { name: "Row 7", exact: true });
    await drawer.getByText("head of operations").first().waitFor();
    await press(page, "Add a transform");
    await page.getByRole("menuitem", { name: "Capitals" }).click();
    await drawer.getByText("Head Of Operations").first().waitFor();
    await page.context().close();
  });

  it("has its faults beside it, and a button mends them", async () => {
    const { page } = await open("busy");
    await page
      .getByText("HubSpot calculates Full name; it can't be written.")
      .first()
      .waitFor();
    await page.locator("[data-row='-2'] [data-cell=more]").click();
    await press(page, "To Tuco only");
    await page
      .getByText("HubSpot calculates Full name; it can't be written.")
      .first()
      .waitFor({ state: "detached" });
    await page.context().close();
  });
});

describe("a custom object", () => {
  it("is taken from like a deal: picked, seen with its sample, counted, and applied", async () => {
    const { page, complaints } = await open();
    const before = await rowCount(page);
    const pick = async (of: string, to: string): Promise<void> => {
      await page.locator("[data-row='1'] [data-cell=source]").focus();
      await page.keyboard.press("n");
      const property = page.getByRole("combobox", { name: "HubSpot property" });
      await property.fill(of);
      await page
        .getByRole("option", { name: /Appointment/i })
        .first()
        .waitFor();
      await page.keyboard.press("Enter");
      await page.getByRole("combobox", { name: "Tuco lead field" }).waitFor();
      await page.keyboard.type(to);
      await page.keyboard.press("Enter");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    };
    await pick("treatment", "next treatment");
    await pick("number of appointments", "visits");
    expect(await rowCount(page)).toBe(before + 2);
    const row = grid(page)
      .locator("[data-row]")
      .filter({ hasText: "Treatment" });
    // What the portal calls it, whose it is, what it is for the person at hand, and that it is only read.
    await row.getByText("Appointment", { exact: true }).waitFor();
    await row.getByText("Crown, upper left").first().waitFor();
    expect(
      await row.locator("[data-cell=direction]").getAttribute("title"),
    ).toContain("To Tuco");
    await grid(page).getByText("Number of appointments").waitFor();
    await row.locator("[data-cell=more]").click({ force: true });
    await page
      .getByText("Of the newest Appointment that is associated.")
      .waitFor();
    await page.screenshot({ path: "test-pages/pictures/mapping-object.png" });
    await expectAccessible(page);
    await press(page, "Look and apply");
    const dialog = page.getByRole("dialog");
    await dialog.getByText("leads change in Tuco").waitFor();
    await dialog.getByRole("button", { name: "Apply", exact: true }).click();
    await page.getByText("The mapping is applied.").first().waitFor();
    expect(await rowCount(page)).toBe(before + 2);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe("a draft", () => {
  it("can't be applied while a fault blocks it", async () => {
    const { page } = await open("busy");
    await press(page, "Look and apply");
    const dialog = page.getByRole("dialog");
    await dialog.getByText("problems must be mended first").waitFor();
    const apply = dialog.getByRole("button", { name: "Apply", exact: true });
    expect(await apply.isDisabled()).toBe(true);
    await page.context().close();
  });

  it("is applied after its counts were seen, and the version of before can be taken up", async () => {
    const { page } = await open();
    await page.locator("[data-row='6'] [data-cell=required]").click();
    await press(page, "Look and apply");
    const dialog = page.getByRole("dialog");
    await dialog.getByText("leads change in Tuco").waitFor();
    await page.screenshot({ path: "test-pages/pictures/mapping-apply.png" });
    await expectAccessible(page, "over");
    await dialog.getByRole("button", { name: "Apply", exact: true }).click();
    await page.getByText("The mapping is applied.").first().waitFor();
    await page.getByText("Version 1 holds").waitFor();
    // The one of the message, not the one of the draft bar.
    await page
      .getByRole("button", { name: "Undo", exact: true })
      .last()
      .click();
    await page.getByRole("dialog").getByText("rows change").waitFor();
    expect(await calls(page)).toContain("draftVersion 0");
    await page.context().close();
  });

  it("is discarded, and that can be undone", async () => {
    const { page } = await open("busy");
    await press(page, "Discard");
    await page.getByText("The draft is discarded.").first().waitFor();
    await page.getByText("Version 4 holds").waitFor();
    await page.keyboard.press("Control+z");
    await page.getByText("Draft: 5 changes").waitFor();
    await page.context().close();
  });

  it("comes from a preset, an earlier version or another connection", async () => {
    const { page } = await open("busy");
    await press(page, "Presets, versions and files");
    await page.getByRole("menuitem", { name: "Presets and copies" }).click();
    await page.getByText("Who it is, and no more").first().waitFor();
    await page.screenshot({ path: "test-pages/pictures/mapping-presets.png" });
    await expectAccessible(page, "over");
    await press(page, /^Use Who it is/);
    await page.getByText("is the draft now").first().waitFor();
    expect(await rowCount(page)).toBe(4);
    await press(page, "Presets, versions and files");
    await page.getByRole("menuitem", { name: "Earlier versions" }).click();
    await page.getByText("Imported from leads.toml").waitFor();
    await page.screenshot({ path: "test-pages/pictures/mapping-versions.png" });
    await expectAccessible(page, "over");
    await press(page, /^Take it up version 3/);
    expect(await rowCount(page)).toBe(15);
    await page.context().close();
  });

  it("a file that is wrong changes nothing, and every fault has its line and reason", async () => {
    const { page } = await open();
    const before = await rowCount(page);
    await press(page, "Presets, versions and files");
    await page.getByRole("menuitem", { name: "Import a file" }).click();
    await page.getByText("Line 31").waitFor();
    await page.getByText("A lead has no field “fristName”.").waitFor();
    await page.screenshot({ path: "test-pages/pictures/mapping-import.png" });
    await expectAccessible(page, "over");
    await press(page, "Close");
    expect(await rowCount(page)).toBe(before);
    await page.context().close();
  });
});

describe("trying it", () => {
  it("writes to this one only after that was confirmed", async () => {
    const { page } = await open("busy");
    await page.locator("[data-row='1'] [data-cell=source]").focus();
    await page.keyboard.press("t");
    await page.getByLabel("Contact or lead").fill("ana");
    await page.getByRole("option", { name: /Ana Ruiz/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("The lead would be updated").waitFor();
    await press(page, "Write this one");
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Nobody else is written to.").waitFor();
    await page.screenshot({ path: "test-pages/pictures/mapping-write.png" });
    expect((await calls(page)).join()).not.toContain("writeOne");
    await dialog.getByRole("button", { name: "Write this one" }).click();
    await page.getByText("The lead of Ana Ruiz was written.").first().waitFor();
    expect(await calls(page)).toContain("writeOne 70001 lead");
    await page.context().close();
  });

  it("says what HubSpot would refuse, and does not offer to write it", async () => {
    const { page } = await open("busy");
    await press(page, "Try it");
    await page.getByLabel("Contact or lead").fill("ana");
    await page.getByRole("option", { name: /Ana Ruiz/ }).click();
    await page
      .getByRole("radio", { name: "To HubSpot" })
      .check({ force: true });
    await page.getByText("The contact would be refused").waitFor();
    const write = page.getByRole("button", { name: "Write this one" });
    expect(await write.isDisabled()).toBe(true);
    await page.context().close();
  });
});

describe("a missing property", () => {
  it("is made only when asked, in the portal that is named, and the row gets it", async () => {
    const { page } = await open("busy");
    await page.locator("[data-row='-4'] [data-cell=more]").click();
    await press(page, "Make the property");
    const dialog = page.getByRole("dialog", {
      name: "Make a property in Harbor Dental Group",
    });
    await dialog.waitFor();
    await page.screenshot({ path: "test-pages/pictures/mapping-property.png" });
    await expectAccessible(page, "over");
    expect((await calls(page)).join()).not.toContain("createProperty");
    await press(page, "Make it in HubSpot");
    await page
      .getByText(/was made in Harbor Dental Group/)
      .first()
      .waitFor();
    expect(await calls(page)).toContain("createProperty referred_by");
    await page.context().close();
  });
});

describe("sixty rows", () => {
  it("are all there, and the last one is one key away", async () => {
    const { page } = await openScene(site, "busy", "mapping");
    await press(page, /^Connection:/);
    await page.getByRole("menuitem", { name: /عيادة الميناء/ }).click();
    await page.locator("[data-row='145']").waitFor();
    expect(await rowCount(page)).toBe(62);
    await page.locator("[data-row='1'] [data-cell=source]").focus();
    await page.keyboard.press("End");
    expect(await focused(page)).toBe("63 source");
    await page.screenshot({ path: "test-pages/pictures/mapping-sixty.png" });
    await page.getByRole("searchbox", { name: "Find a row" }).fill("deal");
    await page.waitForFunction(
      () => document.querySelectorAll("[data-row]").length === 3,
    );
    await page.context().close();
  });
});

describe("a host without a mapping", () => {
  it("is offered neither screen", async () => {
    const { page } = await openScene(site, "calm&part=none", "mapping");
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    expect(await page.getByRole("link", { name: "Mapping" }).count()).toBe(0);
    expect(await page.getByRole("link", { name: "People" }).count()).toBe(0);
    await page.context().close();
  });
});
