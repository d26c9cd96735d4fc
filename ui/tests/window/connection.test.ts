// A connection by pasted keys, against services in a process of their own: the keys go to the real
// Secret Service and nowhere else, hostile replies are only text, and a hard end loses nothing.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { hostile } from "../../src/scripted/hostile";
import {
  given,
  Place,
  run,
  seenWindows,
  startServices,
  until,
  Window,
  type Services,
} from "./driver";
import { listed, openFirst } from "./steps";

const place = new Place();
let services: Services;
let window: Window;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  services = await startServices(30);
  env = place.variables({
    HUBSPOT_API_URL: services.hubspot_url,
    TUCO_API_URL: services.tuco_url,
  });
  window = await Window.open(env);
});
afterAll(async () => {
  await window.end();
  await services.end();
  place.remove();
});

/** Everything that the program has written into files. */
function written(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}

async function toActivity(): Promise<void> {
  await window.press("g", "a");
  await window.sees("h1", "Activity");
}

// Made and watched in the page: whether anything ran, and what is there that is not ours.
const watch =
  "window.ran = 0; window.canary = () => { window.ran += 1; }; addEventListener('securitypolicyviolation', () => { window.ran += 1; });";
const strangers = `return [...document.body.querySelectorAll(
  "script, img, iframe, object, embed, video, audio, link, base, marquee, style, template, math, source, noscript")]
  .filter((e) => !e.matches("script[src^='/assets/'], link[href^='/assets/'], img[src^='/assets/'], #__tauri_isolation__"))
  .map((e) => e.outerHTML.slice(0, 160))`;

describe("a connection in the real window", () => {
  it("tries pasted keys with live ticks, and says when one is wrong", async () => {
    await window.click("main button", "Connect HubSpot and Tuco");
    await window.sees("h1", "Set up");
    await window.type("form input[type=password]", "pat-na1-not-a-key");
    await window.press("Enter");
    await window.sees("h2", "Which Tuco workspace?");
    await window.type("form input[type=password]", services.tuco_api_key);
    await window.press("Enter");
    await window.sees("main", "Something has to be changed first.");
    await window.picture("connect-refused");
    await window.click("main button", "Back");
    await window.sees("h2", "Which HubSpot?");
    await window.type("form input[type=password]", services.hubspot_token);
    await window.press("Enter");
    await window.sees("h2", "Which Tuco workspace?");
    await window.click("main button", "Test both");
    await window.sees("main", "Everything works.");
    await window.until(
      "each check is ticked",
      `const ticks = all("main ol[aria-label=Checks] li");
      return ticks.some((e) => e.textContent.includes("Tuco key")) &&
        ticks.every((e) => ["Works", "Works, but", "Not asked", "Not needed"].includes(e.dataset.said));`,
    );
    await window.picture("connect-works");
  });

  it("keeps both keys in the Secret Service, and in no file", async () => {
    await window.click("main button", "Save and go on");
    await window.sees("h2", "What is mirrored?");
    await window.click("main button", "Next: Mapping");
    await window.click("main button", "Next: Test");
    await window.click("main button", "Done: to the Overview");
    await toActivity();
    await until(
      "the first events are listed",
      async () => (await listed(window)) > 20,
    );
    const found = await run("secret-tool", [
      "search",
      "--all",
      "service",
      "tuco-for-hubspot",
    ]);
    expect(found.code, found.said).toBe(0);
    expect(found.said.includes(services.hubspot_token)).toBe(true);
    expect(found.said.includes(services.tuco_api_key)).toBe(true);
    const files = written(place.folder);
    expect(files.some((path) => path.endsWith("bridge.db"))).toBe(true);
    const telling = files.filter((path) => {
      const bytes = readFileSync(path);
      return (
        bytes.includes(services.hubspot_token) ||
        bytes.includes(services.tuco_api_key)
      );
    });
    expect(telling).toEqual([]);
    await window.picture("connected");
  });

  it("shows hostile replies as text, in every row and every story", async () => {
    // What has no letter that can be sent is not a message.
    const texts = hostile.filter(
      (text) => text.trim() !== "" && !/\p{Surrogate}|\0/u.test(text),
    );
    expect(texts.length).toBeGreaterThan(500);
    await window.script(watch);
    const before = await listed(window);
    for (const text of texts) {
      await services.control("reply", { from: "501", text });
    }
    await window.press("Control+k");
    await window.sees("[role=dialog] input");
    for (const letter of "sync now") await window.press(letter);
    await window.press("Enter");
    await until(
      "all hostile replies are listed",
      async () => (await listed(window)) >= before + texts.length,
      180_000,
    );
    await window.picture("hostile");
    // While entries are being written the rows change, and with them where the keys are.
    await window.sees("body", "Queue empty");
    await openFirst(window);
    const unread = new Set(texts);
    let read = "";
    for (let at = 1; at <= texts.length; at += 1) {
      // The story before stays in sight until the next one is known, and no two texts are the same.
      read = await window.until<string>(
        `the story of row ${String(at)} is open`,
        `const row = one("[role=listbox][aria-label=Events] [aria-selected=true]");
        const said = one(".drawer [aria-label='The message'] p")?.textContent;
        return row?.ariaPosInSet === arguments[0] && said !== arguments[1] && said;`,
        String(at),
        read,
      );
      unread.delete(read);
      if (at % 100 === 0) {
        expect(await window.script<string[]>(strangers)).toEqual([]);
        await window.picture(`hostile-story-${String(at)}`);
      }
      await window.press("j");
    }
    expect([...unread]).toEqual([]);
    expect(await window.script("return window.ran")).toBe(0);
    expect(await window.script<string[]>(strangers)).toEqual([]);
    // The page still does what it is asked.
    await window.press("Escape");
    await window.misses(".drawer");
    await window.press("g", "o");
    await window.sees("h1", "Overview");
    await window.picture("hostile-overview");
  });

  it("loses nothing when it is ended at once, and needs no key again", async () => {
    await toActivity();
    const before = await listed(window);
    await window.end();
    window = await Window.open(env);
    await toActivity();
    await until("all events are listed again", async () => {
      return (await listed(window)) >= before;
    });
    await services.control("reply", { from: "501", text: "After the night." });
    await window.sees("[role=option]", "After the night.");
    await window.picture("again");
  });

  it("is there once: a second start shows the first, and ends well", async () => {
    await window.end();
    window = await Window.open(env, ["--hidden"]);
    const seen = async () =>
      (await seenWindows("^Tuco for HubSpot$")).length > 0;
    expect(await seen()).toBe(false);
    const second = await run(given("TUCO_FOR_HUBSPOT_PROGRAM"), [], env);
    expect(second.code, second.said).toBe(0);
    await until("the first window is shown", seen);
  });
});
