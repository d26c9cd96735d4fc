// What rules cost: every state of the view, and what it tells.
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { everywhere } from "./everywhere";
import { openRules } from "./rules-page";
import { closeSite, openScene, openSite, type Opened, type Site } from "./site";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => closeSite(site));

const open = (place: string): Promise<Opened> => openRules(site, place);

describe("what it costs", () => {
  it("what it costs", () =>
    everywhere(
      site,
      { name: "rules-budget", scene: "calm", place: "rules?view=budget" },
      (page) =>
        page.getByRole("region", { name: "Calls that rules share" }).waitFor(),
    ));

  it("has a narrow window show every column whole", async () => {
    for (const width of [900, 1200]) {
      const { page } = await openScene(site, "calm", "rules?view=budget", {
        width,
        height: 800,
      });
      for (const name of ["Calls that rules share", "Calls by rule"]) {
        const table = page.getByRole("region", { name });
        await table.waitFor();
        expect(
          await table.evaluate((at) => at.scrollWidth - at.clientWidth),
        ).toBeLessThanOrEqual(0);
      }
      await page.context().close();
    }
  });

  it.each([
    ["never", "[aria-busy=true]"],
    ["empty", "text=No rules, no calls"],
    ["problem", "text=Try again"],
  ])("what it costs, where the answer is %s", (answer, shown) =>
    everywhere(
      site,
      {
        name: `rules-budget-${answer}`,
        scene: `calm&part=${answer}`,
        place: "rules?view=budget",
        loading: answer === "never",
      },
      (page) => page.locator(shown).first().waitFor(),
    ),
  );

  it("tells what a round costs, what is shared and what each rule asked, and leads to the rule", async () => {
    const { page } = await open("rules?view=budget");
    await page
      .getByText(/asks HubSpot 3 times .* a round every 15 seconds/)
      .waitFor();
    await page.getByText(/720 calls an hour/).waitFor();
    const row = (name: string, words: string | RegExp): Promise<string> =>
      page
        .getByRole("region", { name })
        .getByRole("row")
        .filter({ hasText: words })
        .innerText();
    expect(await row("Calls that rules share", "change journal")).toMatch(
      /2,884\s+20,160\s+Every round\s+MQL outreach, Deal won/,
    );
    expect(await row("Calls by rule", "MQL outreach")).toMatch(
      /48\s+312\s+24\s+130\s+Nothing/,
    );
    await page.getByRole("link", { name: "MQL outreach" }).click();
    await page.getByRole("heading", { name: "MQL outreach" }).waitFor();
    await page.context().close();
  });
});
