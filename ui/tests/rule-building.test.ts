// Building a rule: by keyboard alone, its draft, its groups, its versions.
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { RulesHost } from "../src/screens/rules/host";
import { called, calls, list, openRules, press, toast } from "./rules-page";
import { closeSite, openSite, type Opened, type Site } from "./site";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => closeSite(site));

const open = (place?: string, scene?: string): Promise<Opened> =>
  openRules(site, place, scene);

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
    expect(await page.getByText("Put mine over it").count()).toBe(0);
    expect(await name.inputValue()).toBe("Deal won");
    await page.context().close();
  });

  it("lets choose between one's own and what somebody else kept meanwhile", async () => {
    const { page } = await open("rules?rule=1");
    const name = page.getByRole("textbox", { name: "Name", exact: true });
    await name.fill("Mine");
    await page.evaluate(async () => {
      const { scripted } = window as never as { scripted: RulesHost };
      const kept = await scripted.rule(1, 1);
      if (kept.status === "error") throw new Error(kept.error.message);
      const draft = { ...kept.data.draft, name: "Theirs" };
      await scripted.saveRule(1, 1, draft, kept.data.version);
    });
    await press(page, "Save");
    await page.getByText("Somebody changed this rule meanwhile.").waitFor();
    expect(await name.inputValue()).toBe("Mine");
    await press(page, "Put mine over it");
    await press(page, "Save");
    await toast(page, /Kept/);
    expect(await called(page, "saveRule")).toContain('"name":"Mine"');
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
