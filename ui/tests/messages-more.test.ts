// Templates, to many at once, and who must not be written to.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Scripted } from "../src/scripted/host";
import {
  closeSite,
  expectAccessible,
  expectNothingCutOff,
  openScene,
  openSite,
  picture,
  type Opened,
  type Site,
  type View,
} from "./site";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => closeSite(site));

const sizes: View[] = (["light", "dark"] as const).flatMap((theme) => [
  { width: 1280, height: 800, theme },
  { width: 900, height: 600, theme },
]);

async function everywhere(
  name: string,
  place: string,
  then: (page: Page) => Promise<void>,
): Promise<void> {
  for (const view of sizes) {
    const { page, complaints } = await openScene(site, "busy", place, view);
    await page.locator("[data-heading]").first().waitFor();
    await then(page);
    await picture(
      page,
      `messages-${name}-${view.theme ?? ""}-${String(view.width)}`,
    );
    await expectNothingCutOff(page);
    if (view.width === 1280) await expectAccessible(page);
    expect(complaints).toEqual([]);
    await page.context().close();
  }
}

const open = (place: string): Promise<Opened> => openScene(site, "busy", place);
const press = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole("button", { name, exact: true }).first().click();
const calls = (page: Page): Promise<string[]> =>
  page.evaluate(
    () => (window as unknown as { scripted: Scripted }).scripted.calls,
  );

/** Prepares a run to a list and looks at everybody. */
async function dryRun(page: Page, list: RegExp): Promise<void> {
  await page.getByRole("radio", { name: list }).check();
  await page
    .getByRole("textbox", { name: "Message to everybody" })
    .fill("Hi {{contact.firstname|there}}, time for a visit?");
  await press(page, "Dry run");
  await page.getByText("What would happen").waitFor();
}

describe("templates", () => {
  it("are whole in both themes and sizes", () =>
    everywhere(
      "templates",
      "compose?view=templates&template=2",
      async (page) => {
        await page.getByText("Asked for when it is used").waitFor();
      },
    ));

  it("read as they arrive for the person last written to", () =>
    everywhere("template-read", "compose?contact=70000", async (page) => {
      await page.getByText(/Thursday at 3 works/).waitFor();
      await page.getByRole("link", { name: "Templates" }).click();
      await page.getByRole("button", { name: "Company invoice" }).click();
      await page
        .getByRole("region", { name: "What arrives" })
        .getByText("Hi Ana, the invoice for Harbor Dental Group is ready.")
        .waitFor();
    }));

  it.each([
    ["never", "loading"],
    ["problem", "error"],
    ["empty", "empty"],
  ] as const)("answered with %s show that it is %s", async (answers, state) => {
    for (const view of sizes) {
      const { page } = await openScene(site, "busy", "overview", view);
      await page.evaluate((how) => {
        (
          window as unknown as { scripted: Scripted }
        ).scripted.messages.answers = how;
        location.hash = "#/compose?view=templates";
      }, answers);
      if (state === "error") {
        await page.getByRole("button", { name: "Try again" }).waitFor();
      } else if (state === "empty") {
        await page.getByText("No templates yet").waitFor();
      } else await page.locator("[aria-busy=true]").first().waitFor();
      await picture(
        page,
        `messages-templates-${state}-${view.theme ?? ""}-${String(view.width)}`,
      );
      await expectNothingCutOff(page);
      if (view.width === 1280) await expectAccessible(page);
      await page.context().close();
    }
  });

  it("that were changed and not saved are there again after looking at another one", async () => {
    const { page } = await open("compose?view=templates&template=1");
    await page
      .getByRole("textbox", { name: "Text of the template" })
      .fill("Hi {{contact.firstname|there}}, {{ask.place}}?");
    await press(page, "Company invoice");
    await page
      .getByRole("button", { name: /Recall not saved/ })
      .first()
      .click();
    await page.getByText(/The text asks for/).waitFor();
    await press(page, "Add it");
    await press(page, "Save");
    await page
      .getByText(/“Recall” is saved as version 4/)
      .first()
      .waitFor();
    await press(page, "Versions");
    await page.getByText("holds now").waitFor();
    await expectAccessible(page, "over");
    await picture(page, "messages-versions");
    await press(page, "Bring it back");
    await page
      .getByText(/stands in the editor/)
      .first()
      .waitFor();
    await page.context().close();
  });

  it("removed can be brought back", async () => {
    const { page } = await open("compose?view=templates&template=3");
    await press(page, "Remove");
    await page
      .getByText(/“Company invoice” was removed/)
      .first()
      .waitFor();
    await press(page, "Undo");
    await page
      .getByRole("button", { name: "Company invoice" })
      .first()
      .waitFor();
    await page.context().close();
  });

  it("imported say which were left out, and why", async () => {
    const { page } = await open("compose?view=templates");
    await press(page, "Import");
    await page.getByText("Its text is empty.").waitFor();
    await expectAccessible(page, "over");
    await page.context().close();
  });
});

describe("to many at once", () => {
  it("the runs are whole in both themes and sizes", () =>
    everywhere("runs", "compose?view=many", async (page) => {
      await page.getByText("Recall, October").waitFor();
    }));

  it("preparing is", () =>
    everywhere("new-run", "compose?view=many&run=new", async (page) => {
      await page.getByText("Customers 2026").waitFor();
    }));

  it("the dry run is", () =>
    everywhere("dry-run", "compose?view=many&run=new", async (page) => {
      await dryRun(page, /Customers 2026/);
      await page.getByText("On these lines").waitFor();
      await page.getByRole("option").first().waitFor();
    }));

  it("a run is", () =>
    everywhere("run", "compose?view=many&run=1", async (page) => {
      await page.getByText(/371 of 375 sent/).waitFor();
      await page.getByRole("option").first().waitFor();
    }));

  it("over 25 people wants typed words, and then starts exactly what was listed", async () => {
    const { page } = await open("compose?view=many&run=new");
    await dryRun(page, /Customers 2026/);
    const start = page.getByRole("button", {
      name: "Start in Harbor Dental Group",
    });
    expect(await start.isDisabled()).toBe(true);
    await page.getByText(/real people of\s+.*Harbor Dental Group/).waitFor();
    const words =
      (await page.getByText(/^Type “send \d+” to start/).textContent()) ?? "";
    const typed = /“(.+)”/.exec(words)?.[1] ?? "";
    await page.getByLabel(/^Type “send/).fill("send 1");
    expect(await start.isDisabled()).toBe(true);
    await page.getByLabel(/^Type “send/).fill(typed);
    await start.click();
    await page.getByText(/17 of \d+ sent, 1 failed/).waitFor();
    expect(await calls(page)).toContain(`startRun ${typed}`);
    await press(page, "Pause");
    await page.getByText("Paused", { exact: true }).waitFor();
    await press(page, "Go on");
    await page.getByText("Running", { exact: true }).waitFor();
    await press(page, "Cancel the rest");
    await page
      .getByRole("dialog")
      .getByRole("button", { name: "Cancel the rest" })
      .click();
    await page
      .getByText(/did not get it/)
      .first()
      .waitFor();
    await press(page, "Save as CSV");
    await page.context().close();
  });

  it("a change of the text lets the dry run go, since it would not be what happens", async () => {
    const { page } = await open("compose?view=many&run=new");
    await dryRun(page, /Customers 2026/);
    await page
      .getByRole("textbox", { name: "Message to everybody" })
      .fill("Something else");
    await page.getByText("What would happen").waitFor({ state: "detached" });
    await page.context().close();
  });

  it("up to 25 people starts without typed words", async () => {
    const { page } = await open("compose?view=many&run=new");
    await page.getByText("A search").click();
    await page.getByLabel("Words").fill("harbor");
    await page.getByText(/12 contacts/).waitFor();
    await page
      .getByRole("textbox", { name: "Message to everybody" })
      .fill("Hello");
    await press(page, "Dry run");
    await press(page, /Start in/);
    await page.getByText(/of \d+ sent/).waitFor();
    await page.context().close();
  });

  it("a file says row by row what is wrong with it", async () => {
    const { page } = await open("compose?view=many&run=new");
    await page.getByText("A CSV file").click();
    await press(page, "Choose a file");
    await page.getByText(/384 rows,\s+380 found, 4 left out/).waitFor();
    await page.getByText("Rows that are left out").click();
    await page.getByText("“904 555” is no whole number.").waitFor();
    await picture(page, "messages-file");
    await expectAccessible(page);
    await page.context().close();
  });

  it.each([
    ["problem", "Try again"],
    ["empty", "Write to many"],
  ] as const)("answered with %s offers the way on", async (answers, button) => {
    for (const view of sizes) {
      const { page } = await openScene(site, "busy", "overview", view);
      await page.evaluate((how) => {
        (
          window as unknown as { scripted: Scripted }
        ).scripted.messages.answers = how;
        location.hash = "#/compose?view=many";
      }, answers);
      await page.getByRole("button", { name: button }).waitFor();
      await picture(
        page,
        `messages-many-${answers}-${view.theme ?? ""}-${String(view.width)}`,
      );
      await expectNothingCutOff(page);
      if (view.width === 1280) await expectAccessible(page);
      await page.context().close();
    }
  });
});

describe("opt-outs", () => {
  it("are whole in both themes and sizes, what waits for a decision first", () =>
    everywhere("opt-outs", "compose?view=optouts", async (page) => {
      await page
        .getByText("Please remove me from your texts, thank you")
        .waitFor();
      await page.getByRole("option").first().waitFor();
    }));

  it.each([
    ["problem", "Try again"],
    ["empty", "Opt somebody out"],
  ] as const)("answered with %s offer the way on", async (answers, button) => {
    for (const view of sizes) {
      const { page } = await openScene(site, "busy", "overview", view);
      await page.evaluate((how) => {
        (
          window as unknown as { scripted: Scripted }
        ).scripted.messages.answers = how;
        location.hash = "#/compose?view=optouts";
      }, answers);
      await page.getByRole("button", { name: button }).waitFor();
      if (answers === "empty")
        await page.getByText("Nobody has opted out").waitFor();
      await picture(
        page,
        `messages-opt-outs-${answers}-${view.theme ?? ""}-${String(view.width)}`,
      );
      await expectNothingCutOff(page);
      if (view.width === 1280) await expectAccessible(page);
      await page.context().close();
    }
  });

  it("of free wording are decided by a person, and the rail counts what is left", async () => {
    const { page } = await open("compose?view=optouts");
    await page
      .getByText(/2\swait for a decision/)
      .waitFor({ state: "attached" });
    await press(page, "Opt them out");
    await page
      .getByText(/is opted out in .*Harbor Dental Group/)
      .first()
      .waitFor();
    await press(page, "Lift it");
    await page.getByText("To decide").waitFor({ state: "detached" });
    expect(await calls(page)).toEqual(
      expect.arrayContaining(["decideReview 1 true", "decideReview 2 false"]),
    );
    await page.context().close();
  });

  it("are added with a why, and a wrong number is said in place", async () => {
    const { page } = await open("compose?view=optouts");
    await press(page, "Opt somebody out");
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Who").fill("somebody");
    await dialog.getByLabel("Why").fill("Asked for it by phone");
    await page.keyboard.press("Enter");
    await dialog.getByText(/neither a number nor an e-mail address/).waitFor();
    await expectAccessible(page, "over");
    await dialog.getByLabel("Who").fill("+1 202 555 0199");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    await page.getByText("47 people").waitFor();
    await page.context().close();
  });

  it("are lifted with a why, and what could not be lifted is said", async () => {
    const { page } = await open("compose?view=optouts");
    await page.getByRole("option").first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/Do it only if they asked for it/).waitFor();
    await dialog.getByLabel("Why").fill("She asked for it");
    await picture(page, "messages-lift");
    await dialog.getByRole("button", { name: "Lift it" }).click();
    await page
      .getByText(/Take it off Tuco's own list there/)
      .first()
      .waitFor();
    await page.context().close();
  });
});

describe("a host without a part", () => {
  it("is not offered it, and without the composer there is no such place", async () => {
    const { placesOf } = await import("../src/frame/places");
    expect(placesOf({}).map((one) => one.id)).not.toContain("compose");
    expect(placesOf({ previewMessage: 1 }).map((one) => one.id)).toContain(
      "compose",
    );
  });
});
