// A first evening with the program: from the empty window through the sandbox and every screen, by
// keyboard. The steps build on each other.
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Place, run, seenWindows, until, Window } from "./driver";
import { listed, openFirst } from "./steps";

const place = new Place();
let window: Window;

beforeAll(async () => {
  window = await Window.open(place.variables());
});
afterAll(async () => {
  await window.end();
  place.remove();
});

/** Tab, until the focus is on what is wanted. */
async function tabTo(css: string, words: string): Promise<void> {
  for (let at = 0; at < 60; at += 1) {
    await window.press("Tab");
    const there = await window.script<boolean>(
      "return one(...arguments) === document.activeElement && document.activeElement !== null",
      css,
      words,
    );
    if (there) return;
  }
  throw new Error(`Tab never came to "${words}".`);
}

/** Whether the focus can be seen where it is. */
function focusShows(): Promise<string> {
  return window.script(`const e = document.activeElement;
    if (!e || e === document.body) return "nowhere";
    const box = e.getBoundingClientRect();
    if (box.bottom <= 0 || box.right <= 0 || box.top >= innerHeight || box.left >= innerWidth)
      return "off the screen: " + e.outerHTML.slice(0, 160);
    // A field's ring is round its box, a list's on its row.
    const near = [e, e.parentElement, ...e.querySelectorAll(".current")];
    const ring = near.some((one) => one && getComputedStyle(one).outlineStyle !== "none" &&
      parseFloat(getComputedStyle(one).outlineWidth) > 0);
    return ring ? "shown" : "not shown: " + e.outerHTML.slice(0, 160);`);
}

/** Names a file in the dialog that the system has opened over the window. */
async function answerDialog(file: string): Promise<void> {
  const dialog = await until("a dialog for a file is open", async () => {
    const found = await seenWindows("^Save File$");
    return found.at(0);
  });
  await run("xdotool", ["windowfocus", "--sync", dialog]);
  await run("xdotool", ["key", "ctrl+a"]);
  await run("xdotool", ["type", file]);
  await run("xdotool", ["key", "Return"]);
}

describe("the sandbox in the real window", () => {
  it("offers two ways on at the first start", async () => {
    await window.sees("h1", "Tuco for HubSpot");
    await window.sees("main button", "Connect HubSpot and Tuco");
    await window.sees("main button", "Try the sandbox");
    await window.picture("welcome");
  });

  it("begins the sandbox by keyboard, and marks it", async () => {
    await tabTo("main button", "Try the sandbox");
    expect(await focusShows()).toBe("shown");
    await window.press("Enter");
    await window.sees(".band", "Nobody real is read or written to.");
    await window.sees("h1", "Overview");
    await window.picture("overview");
  });

  it("shows events as they arrive", async () => {
    await window.press("g", "a");
    await window.sees("h1", "Activity");
    await until("the first round's events are listed", async () => {
      return (await listed(window)) > 40;
    });
    await window.click(".band button", "Make something happen");
    await window.sees("[role=dialog]", "A reply arrives");
    await window.picture("sandbox-controls");
    await window.click("[role=dialog] button", "A send fails");
    await window.press("Escape");
    await window.misses("[role=dialog]");
    await window.sees("[role=option]", "Just checking in about your quote.");
    await window.picture("activity");
  });

  it("finds what is searched for, and marks it", async () => {
    await window.press("/");
    for (const letter of "checking quote") await window.press(letter);
    await window.sees("[role=option] mark", "quote");
    await until("only what matches is listed", async () => {
      return (await listed(window)) < 20;
    });
    await window.picture("search");
    await window.press("Escape");
    await until("all is listed again", async () => (await listed(window)) > 40);
  });

  it("filters by what is asked for most", async () => {
    const all = await listed(window);
    await window.click("main button", "Replies");
    await until("fewer events are listed", async () => {
      const now = await listed(window);
      return now > 0 && now < all;
    });
    await window.picture("filter");
    await window.click("main button", "Clear all");
    await until("all is listed again", async () => {
      return (await listed(window)) >= all;
    });
  });

  it("tells the whole story of an event", async () => {
    await openFirst(window);
    await window.sees(".drawer", "Just checking in about your quote.");
    expect(await focusShows()).toBe("shown");
    await window.picture("story");
    await window.press("Escape");
    await window.misses(".drawer");
  });

  it("looks again at what waits, on request", async () => {
    await window.click("main button", "Needs a person");
    await until("only what waits is listed", async () => {
      const now = await listed(window);
      return now > 0 && now < 40;
    });
    await openFirst(window);
    await window.picture("story-waiting");
    await window.click(".drawer button", "Replay");
    await window.sees(
      "body",
      "It is looked at again with the settings of now.",
    );
    await window.press("Escape");
    await window.misses(".drawer");
    await window.click("main button", "Clear all");
  });

  it("writes what is listed where the system's own dialog says", async () => {
    await window.click("main button", "Replies");
    await window.click("main button", "Rows, times and export");
    await window.click("[role=menuitem]", "Export what is listed as CSV");
    const file = join(place.folder, "log.csv");
    await answerDialog(file);
    await window.sees("[role=status], .banner", "exported.");
    await window.picture("export");
    const rows = readFileSync(file, "utf8").trim().split("\r\n").length - 1;
    expect(rows).toBe(await listed(window));
    await window.click("main button", "Clear all");
  });

  it("walks through all screens by keyboard, with the focus always seen", async () => {
    for (const [letter, heading] of [
      ["o", "Overview"],
      ["c", "Connections"],
      ["s", "Settings"],
      ["a", "Activity"],
    ] as const) {
      await window.press("g", letter);
      await window.sees("h1", heading);
      await window.until(
        "the new screen has the focus",
        "return document.activeElement?.matches('[data-heading]')",
      );
      const unseen = new Set<string>();
      for (let at = 0; at < 30; at += 1) {
        await window.press("Tab");
        unseen.add(await focusShows());
      }
      unseen.delete("shown");
      // Tab leaves the page at its end, to what is round it.
      unseen.delete("nowhere");
      expect([...unseen]).toEqual([]);
      await window.picture(`keyboard-${heading}`);
      await window.script("document.activeElement?.blur()");
    }
    await window.press("?");
    await window.sees("[role=dialog]", "Show this sheet");
    await window.picture("shortcuts");
    await window.press("Escape");
    await window.misses("[role=dialog]");
    await window.press("Control+k");
    for (const letter of "theme: dark") await window.press(letter);
    await window.sees("[role=option][aria-selected=true]", "Theme: dark");
    await window.press("Enter");
    await window.until(
      "the page is dark",
      "return document.documentElement.dataset.theme === 'dark'",
    );
    await window.sees("h1", "Activity");
    await window.picture("activity-dark");
  });

  it("keeps a setting", async () => {
    await window.press("g", "s");
    await window.sees("h1", "Settings");
    await window.sees("main [role=switch]");
    const before = await window.script<boolean>(
      "return one('main [role=switch]').checked",
    );
    await window.click("main [role=switch]");
    await window.sees("body", "Kept. It holds from the next round on.");
    await window.press("g", "o");
    await window.sees("h1", "Overview");
    await window.picture("overview-dark");
    await window.press("g", "s");
    await window.until(
      "the switch stands where it was put",
      "return one('main [role=switch]')?.checked === arguments[0]",
      !before,
    );
    await window.picture("settings-dark");
  });

  it("leaves the sandbox, and nothing of it stays", async () => {
    await window.click(".band button", "Leave");
    await window.click(
      "[role=dialog] button, [role=alertdialog] button",
      "Leave",
    );
    await window.sees("main button", "Try the sandbox");
    await window.misses(".band");
    await window.picture("welcome-dark");
  });
});
