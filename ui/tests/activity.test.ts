import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Scripted } from "../src/scripted/host";
import {
  closeSite,
  expectAccessible,
  expectNothingCutOff,
  openPage,
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

const openLog = (scene = "busy", query = "", view?: View): Promise<Opened> =>
  openScene(site, scene, `activity${query}`, view);

const list = (page: Page): ReturnType<Page["getByRole"]> =>
  page.getByRole("listbox", { name: "Events" });
const row = (page: Page, number: number): ReturnType<Page["locator"]> =>
  list(page).locator(`[aria-posinset="${String(number)}"]`);
const drawer = (page: Page): ReturnType<Page["locator"]> =>
  page.locator(".drawer");

interface Seen {
  first: number;
  last: number;
  rows: number;
  texts: string[];
}

/** The rows that are wholly on screen. */
function seen(page: Page): Promise<Seen> {
  return list(page).evaluate((element) => {
    const box = element.getBoundingClientRect();
    const all = [...element.querySelectorAll("[role=option]")];
    const inside = all.filter((one) => {
      const { top, bottom } = one.getBoundingClientRect();
      return top >= box.top - 1 && bottom <= box.bottom + 1;
    });
    const number = (one: Element | undefined): number =>
      Number(one?.getAttribute("aria-posinset"));
    return {
      first: number(inside[0]),
      last: number(inside.at(-1)),
      rows: all.length,
      texts: inside.map((one) => one.textContent ?? ""),
    };
  });
}

async function until(page: Page, holds: (now: Seen) => boolean): Promise<Seen> {
  let now = await seen(page);
  for (let turn = 0; turn < 300 && !holds(now); turn += 1) {
    await page.evaluate(() => new Promise(requestAnimationFrame));
    now = await seen(page);
  }
  return now;
}

function scripted<T>(page: Page, use: (host: Scripted) => T): Promise<T> {
  return page.evaluate(
    `(${String(use)})(window.scripted)`,
  ) as unknown as Promise<T>;
}

/** Opens the log with commands that answer otherwise. */
async function openLogWith(
  change: (host: Scripted) => void,
  view: View,
): Promise<Opened> {
  const opened = await openPage(
    site,
    `scripted.html?scripted=busy&theme=${view.theme ?? "light"}#/overview`,
    view,
  );
  await opened.page.getByRole("heading", { name: "Overview" }).waitFor();
  await scripted(opened.page, change);
  await opened.page.evaluate(() => (location.hash = "#/activity"));
  return opened;
}

const states: Record<string, (view: View) => Promise<Opened>> = {
  ready: async (view) => {
    const opened = await openLog("busy", "", view);
    await row(opened.page, 1).waitFor();
    return opened;
  },
  loading: (view) =>
    openLogWith((host) => {
      host.activityPage = () => new Promise(() => undefined);
    }, view),
  error: async (view) => {
    const opened = await openLogWith((host) => {
      host.activityPage = () =>
        Promise.resolve({
          status: "error",
          error: {
            code: "disk",
            message:
              "The disk is full, so the log can't be read. Nothing is lost. Make some room, then try again.",
            detail: "disk_full",
          },
        });
    }, view);
    await opened.page.getByRole("button", { name: "Try again" }).waitFor();
    return opened;
  },
  empty: async (view) => {
    const opened = await openLog("empty", "", view);
    await opened.page.getByText("Nothing has happened yet").waitFor();
    return opened;
  },
  nothing: async (view) => {
    const opened = await openLog("busy", "?q=zzzz&kind=reply", view);
    await opened.page.getByText("Nothing matches").waitFor();
    return opened;
  },
  offline: async (view) => {
    const opened = await openLog("offline", "", view);
    await opened.page.getByText("Offline since").first().waitFor();
    await row(opened.page, 1).waitFor();
    return opened;
  },
  filtered: async (view) => {
    const opened = await openLog(
      "busy",
      "?q=hi&kind=sent+reply+failed&line=line_1&from=1795219200000",
      view,
    );
    await row(opened.page, 1).locator("mark").first().waitFor();
    return opened;
  },
  sandbox: async (view) => {
    const opened = await openLog("sandbox", "", view);
    await row(opened.page, 1).waitFor();
    return opened;
  },
  "story-stopped": async (view) => opensRow(view, 3, "Nobody in HubSpot"),
  "story-ambiguous": async (view) => opensRow(view, 10, "Several contacts"),
  "story-failed": async (view) => opensRow(view, 8, "It is not in HubSpot"),
  "story-written": async (view) => opensRow(view, 4, "It is in HubSpot"),
  panel: async (view) => {
    const opened = await openLog("busy", "?kind=reply&state=waiting", view);
    await opened.page
      .getByRole("button", { name: "Filter", exact: true })
      .click();
    await opened.page.getByRole("dialog", { name: "Filter" }).waitFor();
    return opened;
  },
  views: async (view) => {
    const opened = await openLog("busy", "?kind=reply&state=waiting", view);
    await opened.page.getByRole("button", { name: "Views" }).click();
    await opened.page
      .getByLabel("Keep this filter as")
      .fill("Replies that wait");
    return opened;
  },
  link: async (view) => {
    const opened = await opensRow(view, 3, "Nobody in HubSpot");
    await opened.page
      .getByRole("button", { name: "Link to a contact" })
      .click();
    await opened.page.getByLabel("Contact in HubSpot").fill("an");
    await opened.page.getByRole("option", { name: /^Ana Ruiz H/ }).waitFor();
    return opened;
  },
};

async function opensRow(
  view: View,
  number: number,
  says: string,
): Promise<Opened> {
  const opened = await openLog("busy", "", view);
  await row(opened.page, number).click();
  await drawer(opened.page).getByText(says).first().waitFor();
  return opened;
}

const over = new Set(["panel", "views", "link"]);

describe.each(["light", "dark"] as const)("the log, %s", (theme) => {
  it.each(Object.keys(states))("%s is whole", async (name) => {
    for (const [width, height] of [
      [1280, 800],
      [900, 600],
    ] as const) {
      const open = states[name];
      if (!open) throw new Error(name);
      const { page, complaints } = await open({ width, height, theme });
      await page.getByRole("heading", { name: "Activity" }).waitFor();
      await picture(page, `activity-${name}-${theme}-${String(width)}`);
      await expectNothingCutOff(page);
      await expectAccessible(page, over.has(name) ? "over" : "closed");
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  });
});

describe("a log of a million events", () => {
  it("reaches its last row by key and by scroll bar, with at most 120 rows in the page", async () => {
    const { page, complaints } = await openLog();
    await row(page, 1).waitFor();
    await list(page).focus();
    await page.keyboard.press("End");
    const byKey = await until(page, (now) => now.last === 1_000_000);
    expect(byKey.last).toBe(1_000_000);
    // It is the row itself and not its place.
    await row(page, 1_000_000).locator("time").waitFor();
    await page.keyboard.press("Home");
    expect((await until(page, (now) => now.first === 1)).first).toBe(1);
    for (const part of [0.3, 0.62, 0.9, 1]) {
      await list(page).evaluate((element, to) => {
        element.scrollTop = to * element.scrollHeight;
      }, part);
      const now = await until(page, (found) =>
        found.texts.every((text) => !text.includes("Loading")),
      );
      expect(now.rows).toBeLessThanOrEqual(120);
      expect(now.texts.filter((text) => text.includes("Loading"))).toEqual([]);
    }
    expect((await seen(page)).last).toBe(1_000_000);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe("following", () => {
  it("grows at the top while nobody reads, and waits while somebody does", async () => {
    const { page } = await openLog();
    await row(page, 1).waitFor();
    const before = (await seen(page)).texts[0];
    await scripted(page, (host) => host.arrive(1));
    await until(page, (now) => now.texts[1] === before);
    expect((await seen(page)).texts[1]).toBe(before);

    await list(page).hover();
    await page.mouse.wheel(0, 720);
    const read = await until(page, (now) => now.first > 15);
    await scripted(page, (host) => host.arrive(3));
    const pill = page.getByRole("button", { name: "3 new" });
    await pill.waitFor();
    expect((await seen(page)).texts).toEqual(read.texts);
    await picture(page, "activity-new-light-1280");
    await expectAccessible(page);

    await pill.click();
    await page.getByRole("button", { name: "Following" }).waitFor();
    expect((await until(page, (now) => now.first === 1)).first).toBe(1);
    expect((await seen(page)).texts[4]).toBe(before);
    await page.context().close();
  });

  it("keeps the row that is open where it is, and goes on when it is closed", async () => {
    const { page } = await openLog();
    await row(page, 3).click();
    await drawer(page).getByText("Nobody in HubSpot").waitFor();
    const before = await seen(page);
    await scripted(page, (host) => host.arrive(5));
    await page.getByRole("button", { name: "5 new" }).waitFor();
    expect((await seen(page)).texts).toEqual(before.texts);
    expect(await row(page, 3).getAttribute("aria-selected")).toBe("true");
    await page.getByRole("button", { name: "5 new" }).click();
    await until(page, (now) => now.texts[5] === before.texts[0]);
    expect(await row(page, 8).getAttribute("aria-selected")).toBe("true");
    await page.context().close();
  });
});

describe("the keyboard in the log", () => {
  it("searches, walks, opens and closes, and the focus is never lost", async () => {
    const { page } = await openLog();
    await row(page, 1).waitFor();
    const focused = (): Promise<string> =>
      page.evaluate(() => document.activeElement?.ariaLabel ?? "");
    await page.keyboard.press("/");
    await page.keyboard.type("who is");
    await row(page, 1).locator("mark").first().waitFor();
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toBe("Events");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await drawer(page).getByText("Who is this?").waitFor();
    const first = await drawer(page).locator("header").textContent();
    await page.keyboard.press("j");
    await page.waitForFunction(
      (before) =>
        document.querySelector(".drawer header")?.textContent !== before,
      first,
    );
    expect(await focused()).toBe("Events");
    await page.keyboard.press("Escape");
    await drawer(page).waitFor({ state: "detached" });
    expect(await focused()).toBe("Events");
    await page.context().close();
  });

  it("goes into the drawer where it covers the list, and comes back", async () => {
    const { page } = await openLog("busy", "", { width: 900, height: 600 });
    await row(page, 1).waitFor();
    await list(page).focus();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await drawer(page).getByText("It is in HubSpot").first().waitFor();
    await page.waitForFunction(() =>
      document.activeElement?.closest(".drawer"),
    );
    await page.keyboard.press("Escape");
    await drawer(page).waitFor({ state: "detached" });
    await page.waitForFunction(
      () => document.activeElement?.ariaLabel === "Events",
    );
    await page.context().close();
  });
});

describe("filters", () => {
  it("combine, are taken away one by one, and survive going away", async () => {
    const { page } = await openLog();
    await row(page, 1).waitFor();
    await page.getByRole("button", { name: "Filter", exact: true }).click();
    await page.getByLabel("Reply", { exact: true }).check();
    await page.getByLabel("Waits").check();
    await page.keyboard.press("Escape");
    const chips = page.getByRole("list", { name: "Filters that hold" });
    await chips.getByRole("button", { name: /Waits/ }).waitFor();
    const states = await list(page)
      .locator(".state")
      .evaluateAll((all) => [...new Set(all.map((one) => one.textContent))]);
    expect(states.sort()).toEqual(["No contact", "Which contact?"]);

    await page.waitForFunction(() => location.hash.includes("state=waiting"));
    await page.evaluate(() => (location.hash = "#/overview"));
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await page
      .getByRole("navigation")
      .getByRole("link", { name: /Activity/ })
      .or(page.getByRole("button", { name: /^Activity/ }))
      .first()
      .click();
    await chips.getByRole("button", { name: /Waits/ }).click();
    await chips.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Clear all" }).click();
    await page.getByText("1,000,000 events").waitFor();
    await page.context().close();
  });

  it("are kept under a name, renamed, picked and forgotten", async () => {
    const { page } = await openLog("busy", "?kind=failed");
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByLabel("Keep this filter as").fill("Not delivered");
    await page.getByRole("button", { name: "Keep", exact: true }).click();
    await page.getByRole("button", { name: "Rename Not delivered" }).click();
    await page.getByLabel("New name").fill("Call these");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Rename Call these" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Clear all" }).click();
    await page.getByText("1,000,000 events").waitFor();
    await page.getByRole("button", { name: "Views" }).click();
    await picture(page, "activity-kept-light-1280");
    await page.getByRole("button", { name: "Call these", exact: true }).click();
    await page.getByRole("button", { name: /filter Not delivered/ }).waitFor();
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("button", { name: "Forget Call these" }).click();
    await page.getByText("None is kept yet").waitFor();
    await page.context().close();
  });

  it("come from links, as do events and messages", async () => {
    const { page } = await openLog("busy", "?event=999990");
    await drawer(page).waitFor();
    await until(page, (now) => now.last >= 11);
    expect(await row(page, 11).getAttribute("aria-selected")).toBe("true");
    await page.evaluate(
      () => (location.hash = "#/activity?message=msg_400000"),
    );
    const found = await until(page, (now) => now.first > 500_000);
    expect(found.first).toBeGreaterThan(500_000);
    await row(page, 600_001).waitFor();
    expect(await row(page, 600_001).getAttribute("aria-selected")).toBe("true");
    await page.context().close();
  });
});

describe("what a person decides", () => {
  it("reaches the program: replay, link, try again, let go", async () => {
    const { page } = await openLog();
    const called = (call: string): Promise<unknown> =>
      page.waitForFunction(
        (wanted) =>
          (window as unknown as { scripted: Scripted }).scripted.calls.includes(
            wanted,
          ),
        call,
      );
    await row(page, 3).click();
    await page.getByRole("button", { name: "Replay" }).click();
    await called("replay 999998");
    await page.getByRole("button", { name: "Link to a contact" }).click();
    await page.getByLabel("Contact in HubSpot").fill("hugo");
    await page.getByRole("option", { name: /^Hugo Brandt/ }).waitFor();
    await page.keyboard.press("Enter");
    await picture(page, "activity-picked-light-1280");
    await page.getByRole("button", { name: /Link to .*Hugo Brandt/ }).click();
    await called("link 999998 70000");
    await page.getByRole("dialog").waitFor({ state: "detached" });

    await row(page, 10).click();
    await drawer(page).getByRole("button", { name: "Jonas Weber" }).click();
    await called("link 999991 71001");
    await row(page, 8).click();
    await page.getByRole("button", { name: "Try again" }).click();
    await called("retryParked 12");
    await page.getByRole("button", { name: "Let it go" }).click();
    await called("dropParked 12");
    await page.context().close();
  });
});

describe("an export", () => {
  it("says how far it is, can be stopped, and says where it went", async () => {
    const { page } = await openLog("calm");
    await row(page, 1).waitFor();
    const start = async (): Promise<void> => {
      await page
        .getByRole("button", { name: "Rows, times and export" })
        .click();
      await page
        .getByRole("menuitem", { name: /Export what is listed/ })
        .click();
      await page.getByRole("progressbar", { name: "Export" }).waitFor();
    };
    await start();
    await picture(page, "activity-export-light-1280");
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByRole("progressbar").waitFor({ state: "detached" });
    expect(await page.getByText("exported.").count()).toBe(0);
    await start();
    await page.getByText("12,480 events exported.").waitFor();
    await expectAccessible(page);
    await expectNothingCutOff(page);
    await page.context().close();
  });
});

describe("how the log is drawn", () => {
  it("follows the chosen density and the chosen times, and keeps both", async () => {
    const { page } = await openLog();
    await row(page, 1).waitFor();
    const height = (): Promise<number> =>
      row(page, 1).evaluate((one) => one.getBoundingClientRect().height);
    expect(await height()).toBe(36);
    for (const choice of ["Compact rows", "Relative times"]) {
      await page
        .getByRole("button", { name: "Rows, times and export" })
        .click();
      await page.getByRole("menuitem", { name: choice }).click();
    }
    await row(page, 3).getByText("min ago").waitFor();
    expect(await height()).toBe(28);
    await picture(page, "activity-compact-light-1280");
    expect(
      (await scripted(page, (host) => host.calls)).includes(
        "changePreferences",
      ),
    ).toBe(true);
    await page.context().close();
  });
});
