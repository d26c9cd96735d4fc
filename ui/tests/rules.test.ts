// Rules: every state of the list, building one by keyboard, and what a rule says before it is on.
import type { Page } from "playwright-core";
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

const list = (page: Page) =>
  page.getByRole("list", { name: "Rules, in the order in which they look" });

const names = (page: Page): Promise<string[]> =>
  list(page).locator("strong").allTextContents();

async function open(place = "rules", scene = "calm"): Promise<Opened> {
  const opened = await openScene(site, scene, place);
  await opened.page.locator("[data-heading]").first().waitFor();
  return opened;
}

const press = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole("button", { name, exact: true }).first().click();

async function called(page: Page, begin: string): Promise<string> {
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

const toast = (page: Page, text: string | RegExp): Promise<void> =>
  page.getByText(text).first().waitFor();

describe("every state is whole in both themes and sizes", () => {
  it("the list", () =>
    everywhere(
      site,
      { name: "rules-list", scene: "busy", place: "rules" },
      (page) => list(page).getByText("MQL outreach", { exact: true }).waitFor(),
    ));

  it("a rule as it is built", () =>
    everywhere(
      site,
      { name: "rules-build", scene: "calm", place: "rules?rule=1" },
      async (page) => {
        await page.getByText(/1,284 contacts fit now/).waitFor();
      },
    ));

  it("a new rule, with what is missing beside each part", () =>
    everywhere(
      site,
      { name: "rules-new", scene: "calm", place: "rules?rule=new" },
      async (page) => {
        await page.getByText("Choose what sets the rule off.").waitFor();
        await page.getByText(/98,412 contacts fit now/).waitFor();
      },
    ));

  it("the field picker within the sentence", () =>
    everywhere(
      site,
      {
        name: "rules-field",
        scene: "calm",
        place: "rules?rule=1",
        over: true,
      },
      async (page) => {
        await page.getByText(/1,284 contacts fit now/).waitFor();
        await press(page, /^Condition 1, field/);
        await page.getByRole("combobox", { name: /field$/ }).fill("rev");
      },
    ));

  it("the runs, with one open", () =>
    everywhere(
      site,
      { name: "rules-runs", scene: "calm", place: "rules?view=runs" },
      async (page) => {
        await page.getByRole("option").first().locator("time").waitFor();
        await page.getByRole("listbox", { name: "Runs" }).focus();
        await page.keyboard.press("Home");
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Enter");
        await page.getByRole("list", { name: "What happened" }).waitFor();
      },
    ));

  it("a test on one person", () =>
    everywhere(
      site,
      { name: "rules-test", scene: "calm", place: "rules?rule=1&tab=test" },
      async (page) => {
        await page.getByRole("combobox", { name: "On whom" }).fill("ana");
        await page.getByRole("option").first().waitFor();
        await page.keyboard.press("Enter");
        await page.getByText("It would not act.").waitFor();
      },
    ));

  it("a dry run", () =>
    everywhere(
      site,
      { name: "rules-dry", scene: "calm", place: "rules?rule=1&tab=dry" },
      async (page) => {
        await page.getByText("14 days").click();
        await page.getByRole("button", { name: "Dry run" }).last().click();
        await page.getByRole("button", { name: "Run again" }).waitFor();
      },
    ));

  it.each(["versions", "text"])("the tab %s", (tab) =>
    everywhere(
      site,
      {
        name: `rules-${tab}`,
        scene: "calm",
        place: `rules?rule=1&tab=${tab}`,
      },
      (page) =>
        tab === "text"
          ? page.getByRole("region", { name: "The rule as text" }).waitFor()
          : page.getByText("holds now").waitFor(),
    ),
  );

  it("Send with Tuco", () =>
    everywhere(
      site,
      { name: "rules-workflow", scene: "calm", place: "rules?view=workflow" },
      (page) => page.getByText("tuco_send_template").waitFor(),
    ));

  it("loading", () =>
    everywhere(
      site,
      {
        name: "rules-loading",
        scene: "calm&part=never",
        place: "rules",
        loading: true,
      },
      (page) => page.locator("[aria-busy=true]").first().waitFor(),
    ));

  it("empty, with the roads and examples", () =>
    everywhere(
      site,
      { name: "rules-empty", scene: "calm&part=empty", place: "rules" },
      (page) => page.getByText("Start from an example").waitFor(),
    ));

  it("an error, with the way out", () =>
    everywhere(
      site,
      { name: "rules-error", scene: "calm&part=problem", place: "rules" },
      (page) => page.getByRole("button", { name: "Try again" }).waitFor(),
    ));

  it("offline, with what is known", () =>
    everywhere(
      site,
      { name: "rules-offline", scene: "offline", place: "rules" },
      (page) =>
        page
          .getByText(/Offline since/)
          .first()
          .waitFor(),
    ));
});

describe("the list", () => {
  it("turns a rule off and on, and says what waited", async () => {
    const { page } = await open();
    const one = page.getByRole("switch", { name: "MQL outreach, on or off" });
    await one.click();
    await toast(
      page,
      "“MQL outreach” is off. 2 runs that waited are not done.",
    );
    expect(await one.isChecked()).toBe(false);
    await one.click();
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>("[role=switch]")?.checked,
    );
    expect(await calls(page)).toContain("turnOnRule 1 null");
    await page.context().close();
  });

  it("does not turn a rule on for many people before their number is typed", async () => {
    const { page } = await open();
    const one = page.getByRole("switch", {
      name: "Recall in November, on or off",
    });
    await one.click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/140 people of Harbor Dental Group/).waitFor();
    expect(
      await dialog.getByRole("button", { name: "Turn on" }).isDisabled(),
    ).toBe(true);
    await expectAccessible(page, "over");
    await page.keyboard.type("140");
    await page.keyboard.press("Enter");
    await toast(page, /“Recall in November” is on/);
    expect(await one.isChecked()).toBe(true);
    expect(await calls(page)).toContain("turnOnRule 5 140");
    await page.context().close();
  });

  it("says what is missing, and leads there", async () => {
    const { page } = await open();
    await page
      .getByRole("switch", { name: "New contact welcome, on or off" })
      .click();
    await page
      .getByRole("dialog")
      .getByText("No template is chosen. Choose what is sent.")
      .waitFor();
    await press(page, "Change the rule");
    await page.getByRole("heading", { name: "New contact welcome" }).waitFor();
    await page.context().close();
  });

  it("is put in another order by keyboard, by menu and by dragging", async () => {
    const { page } = await open();
    await list(page).getByText("MQL outreach", { exact: true }).waitFor();
    await list(page)
      .getByRole("button", { name: /^MQL outreach/ })
      .focus();
    await page.keyboard.press("Alt+ArrowDown");
    expect(await called(page, "orderRules")).toBe("orderRules 2 1 3 4 5");
    expect(
      await page.evaluate(() => document.activeElement?.textContent),
    ).toContain("MQL outreach");
    await press(page, "More about Recall in November");
    await page.getByRole("menuitem", { name: /Look earlier/ }).click();
    await page.waitForFunction(() =>
      (
        window as never as { scripted: { calls: string[] } }
      ).scripted.calls.includes("orderRules 2 1 3 5 4"),
    );
    const grips = list(page).locator(".grip");
    const from = await grips.nth(4).boundingBox();
    const to = await grips.nth(0).boundingBox();
    if (!from || !to) throw new Error("There is nothing to drag.");
    await page.mouse.move(from.x + 4, from.y + 10);
    await page.mouse.down();
    await page.mouse.move(to.x + 4, to.y + 30, { steps: 6 });
    await page.mouse.move(to.x + 4, to.y + 10, { steps: 3 });
    await page.mouse.up();
    await page.waitForFunction(() =>
      (
        window as never as { scripted: { calls: string[] } }
      ).scripted.calls.includes("orderRules 4 2 1 3 5"),
    );
    expect((await names(page))[1]).toBe("Deal won");
    await page.context().close();
  });

  it("pauses all, and lets those go on", async () => {
    const { page } = await open();
    await press(page, "Pause all");
    await page.getByText("Rules are paused by hand.").waitFor();
    await press(page, "Go on");
    await page
      .getByText("Rules are paused by hand.")
      .waitFor({ state: "detached" });
    expect(await calls(page)).toContain("pauseRules false");
    await page.context().close();
  });

  it("deletes a rule, and brings it back", async () => {
    const { page } = await open();
    await press(page, "More about Deal won");
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await toast(page, "“Deal won” was deleted.");
    expect(await names(page)).not.toContain("Deal won");
    await press(page, "Undo");
    await list(page).getByText("Deal won", { exact: true }).waitFor();
    await page.context().close();
  });

  it("imports and exports", async () => {
    const { page } = await open();
    await press(page, "More about rules");
    await page.getByRole("menuitem", { name: "Import a file" }).click();
    await toast(page, /4 rules read, 1 new or changed. Those are off/);
    await press(page, "More about rules");
    await page.getByRole("menuitem", { name: "Export all" }).click();
    await called(page, "exportRules");
    await page.context().close();
  });
});

describe("the runs", () => {
  it("are read as one scrolls, to the oldest", async () => {
    const { page } = await open("rules?view=runs");
    await page.getByRole("option").first().locator("time").waitFor();
    const runs = page.getByRole("listbox", { name: "Runs" });
    await runs.focus();
    for (let turn = 0; turn < 14; turn += 1) {
      await page.keyboard.press("End");
      await page.waitForTimeout(30);
    }
    await page.locator("[aria-posinset='1250'] time").waitFor();
    expect(await page.getByRole("option").count()).toBeLessThan(120);
    await page.context().close();
  });

  it("tell the value that a condition saw", async () => {
    const { page } = await open("rules?rule=1&tab=runs");
    await page.getByRole("option").first().locator("time").waitFor();
    await page.getByRole("listbox", { name: "Runs" }).focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    const chain = page.getByRole("list", { name: "What happened" });
    await chain.getByText(/over 100,000: it is 84,000/).waitFor();
    await page.keyboard.press("Escape");
    await page.context().close();
  });
});

describe("building a rule", () => {
  it("by keyboard alone, from nothing to on", async () => {
    const { page } = await open();
    await list(page).getByText("MQL outreach", { exact: true }).waitFor();
    await page.getByRole("button", { name: "New rule" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "Name", exact: true }).focus();
    await page.keyboard.type("Large accounts");
    const choose = async (label: RegExp, word: string): Promise<void> => {
      const control = page.getByRole("combobox", { name: label });
      await control.focus();
      await page.keyboard.press("Enter");
      const option = page.getByRole("option", { name: word }).first();
      await option.waitFor();
      for (let turn = 0; turn < 20; turn += 1) {
        if ((await option.getAttribute("data-highlighted")) !== null) break;
        await page.keyboard.press("ArrowDown");
      }
      await page.keyboard.press("Enter");
      await page
        .getByRole("option", { name: word })
        .first()
        .waitFor({ state: "detached" });
    };
    await choose(/^What sets it off/, "the lifecycle stage becomes");
    await choose(/^Becomes/, "Marketing qualified lead");
    await page.getByRole("button", { name: "Only if…" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /^Condition 1, field/ }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("combobox", { name: /field$/ }).waitFor();
    await page.keyboard.type("annual revenue");
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "Condition 1, value" }).focus();
    await page.keyboard.type("100,000");
    await page.getByRole("button", { name: "Do something" }).focus();
    await page.keyboard.press("Enter");
    await page
      .getByText("No template is chosen. Choose what is sent.")
      .waitFor();
    await page.getByRole("combobox", { name: "Template" }).focus();
    await page.keyboard.press("ArrowDown");
    await page.getByRole("option").first().waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("checkbox", { name: "Only between" }).focus();
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Save and turn on" }).focus();
    await page.keyboard.press("Enter");
    await toast(page, /“Large accounts” is on|Kept/);
    await called(page, "turnOnRule 6");
    const kept = JSON.parse(
      (await called(page, "saveRule")).slice("saveRule ".length),
    ) as {
      name: string;
      order: number;
      trigger: unknown;
      condition: { of: { operator: string; values: string[] }[] };
      actions: { template: string; line: string }[];
      timing: { from: string; until: string };
    };
    expect(kept).toMatchObject({
      name: "Large accounts",
      order: 60,
      trigger: {
        on: "property",
        field: { object: "contact", name: "lifecyclestage" },
        change: "becomes",
        values: ["marketingqualifiedlead"],
      },
      condition: {
        is: "all",
        of: [
          {
            field: { object: "company", name: "annualrevenue" },
            operator: "over",
            values: ["100,000"],
          },
        ],
      },
      timing: { from: "09:00", until: "17:00" },
    });
    expect(kept.actions[0]?.template).not.toBe("");
    await page.context().close();
  });

  it("keeps the draft of who leaves, and throws it away when asked", async () => {
    const { page } = await open("rules?rule=1");
    const name = page.getByRole("textbox", { name: "Name", exact: true });
    await name.fill("MQL outreach, changed");
    await press(page, "All rules");
    await list(page).getByText("Draft", { exact: true }).waitFor();
    await list(page)
      .getByRole("button", { name: /^MQL outreach/ })
      .click();
    expect(await name.inputValue()).toBe("MQL outreach, changed");
    const template = page.getByRole("combobox", { name: "Template" });
    await template.focus();
    await page.keyboard.press("ArrowDown");
    await page.getByRole("option").first().waitFor();
    await page
      .getByRole("option")
      .filter({ hasNotText: /^Welcome/ })
      .first()
      .click();
    await page.waitForFunction(
      () =>
        document.querySelector<HTMLInputElement>("section input[role=combobox]")
          ?.value !== "Welcome",
    );
    await press(page, "Throw away");
    await page.waitForFunction(
      () =>
        document.querySelector<HTMLInputElement>("section input[role=combobox]")
          ?.value === "Welcome",
    );
    await page.waitForFunction(
      () =>
        document.querySelector<HTMLInputElement>("section input")?.value ===
        "MQL outreach",
    );
    expect(await calls(page)).not.toContain("saveRule");
    await page.context().close();
  });

  it("groups conditions by “and” and “or”, and takes them out", async () => {
    const { page } = await open("rules?rule=1");
    const group = page.getByRole("group", { name: "Condition 2, group" });
    await group.getByRole("button", { name: "Or", exact: true }).click();
    await page.getByRole("group", { name: "Condition 2.3" }).waitFor();
    await page.getByText("Choose the field that is asked about.").waitFor();
    await group.getByRole("button", { name: /^or/ }).first().click();
    await group.getByRole("button", { name: /^and/ }).first().waitFor();
    await press(page, "Take the group out");
    await group.waitFor({ state: "detached" });
    await press(page, "Take condition 1 out");
    await page.getByText("Everybody to whom that happens.").waitFor();
    await page.context().close();
  });

  it("says that a name is taken, and keeps what was typed", async () => {
    const { page } = await open("rules?rule=1");
    const name = page.getByRole("textbox", { name: "Name", exact: true });
    await name.fill("Deal won");
    await press(page, "Save");
    await page.getByText(/Another rule is called “Deal won”/).waitFor();
    expect(await name.inputValue()).toBe("Deal won");
    await page.context().close();
  });

  it("starts from an example", async () => {
    const { page } = await open("rules", "calm&part=empty");
    await press(page, /^Start from it\s*: MQL outreach/);
    await page.getByRole("heading", { name: "MQL outreach" }).waitFor();
    await page.getByRole("button", { name: /Annual revenue/ }).waitFor();
    await page.context().close();
  });

  it("puts an earlier version back", async () => {
    const { page } = await open("rules?rule=1&tab=versions");
    await press(page, /^Put it back\s*: version/);
    await toast(page, /is the newest now. The rule is off/);
    await page.context().close();
  });
});

describe("Send with Tuco", () => {
  it("makes nothing before the portal was named and it was confirmed", async () => {
    const { page } = await open("rules?view=workflow");
    await press(page, "Create the properties");
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/Harbor Dental Group \(portal 4400001\)/).waitFor();
    expect(await calls(page)).not.toContain("createRuleWorkflow");
    await expectAccessible(page, "over");
    await dialog.getByRole("button", { name: "Create them" }).click();
    await page.getByText("All there").waitFor();
    await press(page, "Turn on");
    await toast(page, /“Send with Tuco” is on/);
    await page.context().close();
  });
});

describe("the frame", () => {
  it("finds rules in the palette and by keys", async () => {
    const { page } = await open("overview");
    await page.keyboard.press("g");
    await page.keyboard.press("r");
    await list(page).waitFor();
    await page.keyboard.press("Control+k");
    await page.keyboard.type("deal won");
    await page
      .getByRole("option", { name: /Deal won/ })
      .first()
      .waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Deal won" }).waitFor();
    await page.context().close();
  });

  it("offers no rules where the program has none", async () => {
    const { page } = await open("overview", "calm&part=none");
    await page.getByRole("link", { name: "Overview" }).waitFor();
    expect(await page.getByRole("link", { name: "Rules" }).count()).toBe(0);
    await page.context().close();
  });
});
