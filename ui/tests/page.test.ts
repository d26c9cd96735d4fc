import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { places } from "../src/frame/places";
import { sceneNames } from "../src/scripted/scene";
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

async function openPlace(
  scene: string,
  place: string,
  view?: View,
): Promise<Opened> {
  const opened = await openScene(site, scene, place, view);
  // The shown window has a heading in every state.
  await opened.page.locator("[data-heading]").first().waitFor();
  return opened;
}

const screens = [
  ...sceneNames.map((scene) => [scene, "overview"] as const),
  ...places
    .filter((place) => place.id !== "overview")
    .flatMap((place) => [
      ["busy", place.id] as const,
      ["key", place.id] as const,
    ]),
  ["first", "connections"] as const,
];

describe.each(["light", "dark"] as const)("in the %s theme", (theme) => {
  it.each(screens)("the scene %s at %s is whole", async (scene, place) => {
    for (const [width, height] of [
      [1280, 800],
      [900, 600],
    ] as const) {
      const { page, complaints } = await openPlace(scene, place, {
        width,
        height,
        theme,
      });
      await page
        .waitForFunction(
          () => !document.querySelector("[aria-busy=true] [role=status]"),
          undefined,
          { timeout: scene === "loading" ? 1 : 8_000 },
        )
        .catch((error: unknown) => {
          if (scene !== "loading") throw error;
        });
      await picture(page, `${scene}-${place}-${theme}-${String(width)}`);
      await expectNothingCutOff(page);
      if (width === 1280) await expectAccessible(page);
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  });
});

describe("other sizes", () => {
  it.each([
    ["large", 1920, 1080],
    ["small window at 200 %", 450, 300],
    ["window at 200 %", 640, 400],
  ])("%s: nothing is lost", async (name, width, height) => {
    for (const { id } of places) {
      const { page, complaints } = await openPlace("busy", id, {
        width,
        height,
      });
      await page.waitForFunction(
        () => !document.querySelector("[aria-busy=true]"),
      );
      await picture(page, `${name.replace(/\W+/g, "-")}-${id}`);
      await expectNothingCutOff(page);
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  });

  it("letters of twice the size: nothing is cut off", async () => {
    for (const { id } of places) {
      const { page } = await openPlace("busy", id);
      await page.evaluate(() => {
        document.documentElement.style.fontSize = "200%";
        window.dispatchEvent(new Event("resize"));
      });
      await picture(page, `letters-${id}`);
      await expectNothingCutOff(page);
      await page.context().close();
    }
  });
});

describe("the keyboard", () => {
  it("opens the palette, finds an action and runs it", async () => {
    const { page } = await openPlace("busy", "overview");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: /Find screens/ }).waitFor();
    await page.screenshot({ path: "test-pages/pictures/palette.png" });
    await expectAccessible(page, "over");
    await page.keyboard.type("sync");
    await page.getByRole("option", { name: /Sync now/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("Reading and writing").first().waitFor();
    await page.context().close();
  });

  it("goes from screen to screen, and the focus goes with it", async () => {
    const { page } = await openPlace("busy", "overview");
    for (const place of [...places, ...places]) {
      await page.keyboard.press("g");
      await page.keyboard.press(place.key);
      await page.waitForFunction(
        (id) => location.hash.startsWith(`#/${id}`),
        place.id,
      );
      await page.getByRole("heading", { level: 1 }).waitFor();
      // A screen that comes when it is first asked for takes the focus when it is there.
      if (place !== places[0]) {
        await page
          .waitForFunction(
            () => document.activeElement !== document.body,
            undefined,
            { timeout: 10_000 },
          )
          .catch(() => {
            throw new Error(`nothing has the focus in ${place.id}`);
          });
      }
    }
    await page.context().close();
  });

  it("shows the sheet of keys on ?, and Esc closes it", async () => {
    const { page } = await openPlace("busy", "overview");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await page.screenshot({ path: "test-pages/pictures/keys.png" });
    await expectAccessible(page, "over");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.context().close();
  });

  it("skips the rail", async () => {
    const { page } = await openPlace("busy", "overview");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
    await page.context().close();
  });
});

describe("pausing", () => {
  it("is said in the status line, and can be undone there", async () => {
    const { page } = await openPlace("calm", "overview");
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("Harbor Dental is paused.").first().waitFor();
    await page.screenshot({ path: "test-pages/pictures/toast.png" });
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("button", { name: "Sync now" }).waitFor();
    await page.context().close();
  });
});

describe("sends without an answer", () => {
  it("are decided by a person, one by one", async () => {
    const { page } = await openPlace("busy", "overview");
    await page.getByRole("button", { name: "Decide" }).click();
    await page.getByRole("dialog").waitFor();
    await page.screenshot({ path: "test-pages/pictures/unknown-sends.png" });
    await expectAccessible(page, "over");
    await page.getByRole("button", { name: "It went out" }).first().click();
    await page.getByText(/Petra Novak.* in .*Harbor Dental Group/).waitFor();
    await page.screenshot({ path: "test-pages/pictures/unknown-sure.png" });
    await expectAccessible(page, "over");
    await page.getByRole("button", { name: "Keep as sent" }).click();
    await page.getByText("Petra Novak").waitFor({ state: "detached" });
    await page.context().close();
  });
});

describe("the sandbox", () => {
  it("is started from the first screen, makes things happen, and is left again", async () => {
    const { page, complaints } = await openPlace("first", "overview");
    await page.getByRole("button", { name: "Try the sandbox" }).click();
    await page.getByRole("region", { name: "Sandbox" }).waitFor();
    await page.getByRole("button", { name: "Make something happen" }).click();
    await page.getByRole("dialog").waitFor();
    await page.screenshot({ path: "test-pages/pictures/sandbox-controls.png" });
    await expectAccessible(page, "over");
    await page.getByRole("button", { name: "A reply arrives" }).click();
    await page.getByLabel("No network").check();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Leave" }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: "Leave" })
      .click();
    await page.getByRole("button", { name: "Try the sandbox" }).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe("forgetting everything", () => {
  it("needs a typed word", async () => {
    const { page } = await openPlace("calm", "settings");
    await page.getByRole("button", { name: "Forget everything" }).click();
    const dialog = page.getByRole("dialog");
    const action = dialog.getByRole("button", { name: "Forget everything" });
    expect(await action.isDisabled()).toBe(true);
    await page
      .getByLabel("Type forget everything to go on")
      .fill("forget everything");
    await action.click();
    await page.getByText("Everything was forgotten.").first().waitFor();
    await page.context().close();
  });
});

describe("a setting that does nothing as things are", () => {
  it("says why beside it, and what to do", async () => {
    const { page } = await openPlace("calm", "settings");
    const journal = page.getByRole("switch", {
      name: "Rules hear of HubSpot’s change journal",
    });
    const why = page.getByText(/only to an app that somebody signed in with/);
    await journal.waitFor();
    expect(await why.count()).toBe(0);
    await journal.click();
    await why.waitFor();
    await expectAccessible(page);
    await journal.click();
    await why.waitFor({ state: "detached" });
    await page.context().close();
  });
});
