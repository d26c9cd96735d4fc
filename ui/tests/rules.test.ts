// Rules: every state of the list, the runs, and what a rule says before it is on.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { everywhere } from "./everywhere";
import {
  called,
  calls,
  list,
  names,
  openRules,
  press,
  toast,
} from "./rules-page";
import {
  closeSite,
  expectAccessible,
  openSite,
  type Opened,
  type Site,
} from "./site";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => closeSite(site));

async function openPaste(page: Page): Promise<void> {
  await press(page, "More about rules");
  await page.getByRole("menuitem", { name: "Paste as text" }).click();
}

const open = (place?: string, scene?: string): Promise<Opened> =>
  openRules(site, place, scene);

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
        await page
          .getByText("It has no trigger. Say what sets it off.")
          .waitFor();
        await page.getByText(/98,412 contacts fit now/).waitFor();
      },
    ));

  it("actions that name a campaign, a line and a list", () =>
    everywhere(
      site,
      { name: "rules-actions", scene: "calm", place: "rules?rule=new" },
      async (page) => {
        for (const [at, does] of [
          "enrol in a Tuco campaign",
          "assign a line",
          "add to a list",
          "create or update the lead",
        ].entries()) {
          await press(page, at === 0 ? "Do something" : "And then");
          const kind = page.getByRole("combobox", { name: /what it does/ });
          await kind.nth(at).click();
          await page.getByRole("option", { name: does, exact: true }).click();
          await kind.nth(at).filter({ hasText: does }).waitFor();
        }
        await page.getByRole("combobox", { name: /, list$/ }).fill("a");
        await page.getByRole("option").first().click();
        await page.getByRole("button", { name: "And then" }).focus();
        const cut = await page
          .getByRole("combobox", { name: /what it does/ })
          .evaluateAll((all) =>
            all
              .flatMap((one) => [one, ...one.querySelectorAll("*")])
              .filter((one) => one.scrollWidth > one.clientWidth + 1)
              .map((one) => one.textContent),
          );
        expect(cut).toEqual([]);
      },
    ));

  it("rules that are pasted", () =>
    everywhere(
      site,
      { name: "rules-paste", scene: "calm", place: "rules", over: true },
      async (page) => {
        await openPaste(page);
        await page
          .getByLabel("Text of rules")
          .fill(
            '[[rule]]\nname = "MQL outreach"\n\n[[rule]]\nname = "Again"\n',
          );
        await page.getByRole("button", { name: "Take 2 rules" }).waitFor();
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

  it("those who match", () =>
    everywhere(
      site,
      { name: "rules-fit", scene: "calm", place: "rules?rule=1&tab=fit" },
      async (page) => {
        await press(page, "Count those who match");
        await page.getByText("would be put through it").waitFor();
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

  it("runs a rule on those who match once their number is typed, and stops it", async () => {
    const { page } = await open("rules?rule=1&tab=fit");
    await press(page, "Count those who match");
    await press(page, "Run on those who match now");
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/on 60 people\?/).waitFor();
    expect(
      await dialog.getByRole("button", { name: "Run it" }).isDisabled(),
    ).toBe(true);
    expect((await calls(page)).join()).not.toContain("backfillRule");
    await expectAccessible(page, "over");
    await page.keyboard.type("60");
    await page.keyboard.press("Enter");
    await page.getByText("50 of 60 people were looked at.").waitFor();
    expect(await calls(page)).toContain("backfillRule 1 60");
    await press(page, "Stop it");
    await toast(page, "It ended. 10 people were not looked at.");
    await page.getByText("The last time it ended early.").waitFor();
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

  it("are pasted as text, and a mistake is told with its line", async () => {
    const { page, complaints } = await open();
    await openPaste(page);
    const text = page.getByLabel("Text of rules");
    await text.fill('[[rule]]\nnmae = "Again"');
    await page.getByText("Line 2").waitFor();
    const take = page.getByRole("button", { name: /^Take/ });
    expect(await take.isDisabled()).toBe(true);
    await text.fill("something else");
    await page.getByText(/There is no rule in it/).waitFor();
    await text.fill('[[rule]]\nname = "Again"');
    await page.getByRole("button", { name: "Take 1 rule" }).click();
    await toast(page, "1 rule read, 1 new or changed.");
    expect(await called(page, "takeRules")).toContain("Again");
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(complaints).toEqual([]);
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
