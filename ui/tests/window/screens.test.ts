// Every screen in the real web view, at the smallest size and at the usual one, by day and by night. The
// pictures are kept, to be looked at; what the page can say of itself is checked.
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import {
  connect,
  Place,
  startServices,
  until,
  Window,
  type Services,
} from "./driver";
import { listed, openFirst } from "./steps";

const place = new Place();
let services: Services;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  services = await startServices(120);
  env = await connect(place, services);
});
afterAll(async () => {
  await services.end();
  place.remove();
});

/** What is wider than its place, or stands outside the window. */
const cutOff = `const told = (e) => e.outerHTML.replace(/<!--.*?-->/g, "").slice(0, 160);
  // Whatever can be scrolled sideways hides something; one line of code is meant to.
  const wide = all("*").filter((e) => e.scrollWidth > e.clientWidth + 1 &&
    /auto|scroll/.test(getComputedStyle(e).overflowX) && !e.matches("code, pre, input"));
  const inside = (e) => [...e.querySelectorAll("*")].filter((one) =>
    one.getBoundingClientRect().right > e.getBoundingClientRect().right + 1).map(told).at(-1) ?? told(e);
  return wide.map(inside).concat(all("button, a, input, select, h1, h2").filter((e) => {
    const box = e.getBoundingClientRect();
    // What is there for screen readers only is no fault.
    return box.width > 2 && (box.left < -1 || box.right > innerWidth + 1);
  }).map(told));`;

const heading = {
  o: "Overview",
  a: "Activity",
  c: "Connections",
  s: "Settings",
} as const;

describe.each(["900x600", "1280x800"])("at %s", (size) => {
  it.each(["light", "dark"])("every screen in %s", async (theme) => {
    const window = await Window.open(env, ["--size", size]);
    const picture = (name: string) =>
      window.picture(`screens/${size}-${theme}-${name}`);
    try {
      const preferences = {
        notifications: "off",
        theme,
        density: "comfortable",
        trayTold: true,
      };
      await window.invoke("change_preferences", { preferences });
      await window.press("Control+k");
      for (const letter of `theme: ${theme}`) await window.press(letter);
      await window.press("Enter");
      await window.until(
        `the page is ${theme}`,
        "return document.documentElement.dataset.theme === arguments[0]",
        theme,
      );
      const faults: string[] = [];
      const look = async (name: string) => {
        await picture(name);
        const found = await window.script<string[]>(cutOff);
        faults.push(...found.map((one) => `${name}: ${one}`));
      };
      for (const letter of ["o", "c", "s", "a"] as const) {
        await window.press("g", letter);
        await window.sees("h1", heading[letter]);
        if (letter === "o") await window.sees("main", "Last 14 days");
        if (letter === "a") {
          await until("events are listed", async () => {
            return (await listed(window)) > 20;
          });
        }
        await look(heading[letter].toLowerCase());
      }
      await openFirst(window);
      await look("story");
      await window.press("Escape");
      await window.misses(".drawer");
      await window.press("Control+k");
      await window.sees("[role=dialog]");
      await look("palette");
      await window.press("Escape");
      await window.misses("[role=dialog]");
      await window.press("?");
      await window.sees("[role=dialog]", "Show this sheet");
      await look("shortcuts");
      await window.press("Escape");
      await window.misses("[role=dialog]");
      await window.press("g", "c");
      await window.sees("h1", "Connections");
      await window.click("main button", "Connect a portal");
      await window.sees("h1", "Connect a portal");
      await look("connect");
      const lead = (to: string) =>
        window.script("location.hash = arguments[0];", `/connections?${to}`);
      await lead("test=1&now=");
      await window.sees("h1", "Test ");
      await window.sees("main", "Deep links registered");
      await window.sees("main", "things to know.");
      const broken = await window.script<string[]>(
        `return all("main li[data-said='Does not work']").map((e) => e.textContent)`,
      );
      expect(broken).toEqual([]);
      await window.sees("main", "Everything works.");
      await look("tester");
      await lead("listen=1");
      await window.sees("h1", "Listener of");
      await window.sees("main", "Listen for webhooks of Tuco");
      await look("listener");
      await lead("connect=1");
      await window.sees("h1", "New keys for");
      await look("connect-again");
      expect(faults).toEqual([]);
    } finally {
      await window.end();
    }
  });
});
