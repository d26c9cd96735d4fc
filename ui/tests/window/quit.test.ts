// An orderly end: what was chosen is there again, what is under way is brought to its end, and what hangs
// holds nobody up. Each time the services say what was written, and that it was written once.
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import {
  connect,
  Place,
  startServices,
  until,
  Window,
  type Services,
} from "./driver";
import { listed } from "./steps";

const place = new Place();
let services: Services;
let window: Window;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  services = await startServices(30);
  env = await connect(place, services);
  window = await Window.open(env);
});
afterAll(async () => {
  await window.end();
  await services.end();
  place.remove();
});

/** The program ends by itself, and begins again. */
async function quitAndStart(): Promise<void> {
  await window.script("window.__TAURI_INTERNALS__.invoke('quit')");
  await window.gone();
  window = await Window.open(env);
}

async function toActivity(): Promise<void> {
  await window.press("g", "a");
  await window.sees("h1", "Activity");
}

interface Timeline {
  entries: { body: string }[];
}

/** How often a text stands in HubSpot. */
async function written(text: string): Promise<number> {
  const { entries } = await services.control<Timeline>("timeline");
  return entries.filter((entry) => entry.body.includes(text)).length;
}

/** How many calls that write entries have reached HubSpot. */
async function writes(): Promise<number> {
  const asked = await services.control<{
    hubspot: { paths: Record<string, number> };
  }>("requests");
  return Object.entries(asked.hubspot.paths)
    .filter(([path]) => path.includes("communications/batch/create"))
    .reduce((sum, [, count]) => sum + count, 0);
}

/** A reply arrives, and the call that writes it is under way. */
async function begins(text: string, fault: object | string): Promise<void> {
  // What the fault is to strike is the write of this reply, and none of the round before.
  await window.sees("body", "next in");
  await window.sees("body", "Queue empty");
  await services.control("faults", {
    rules: [
      {
        side: "hubspot",
        method: "POST",
        path: "/crm/*/communications/batch/create",
        times: 1,
        fault,
      },
    ],
  });
  const before = await writes();
  await services.control("reply", { from: "501", text });
  await window.invoke("sync_now", { connection: 1 });
  await until("the entry is on its way", async () => {
    return (await writes()) > before;
  });
}

describe("an orderly end", () => {
  it("keeps what was chosen", async () => {
    await toActivity();
    await until("the log is there", async () => (await listed(window)) > 20);
    await window.press("Control+k");
    for (const letter of "theme: dark") await window.press(letter);
    await window.sees("[role=option][aria-selected=true]", "Theme: dark");
    await window.press("Enter");
    // What is pressed while the palette is still there is typed into it.
    await window.misses("[role=dialog]");
    await window.press("g", "s");
    await window.sees("main [role=switch]");
    const before = await window.script<boolean>(
      "return one('main [role=switch]').checked",
    );
    await window.click("main [role=switch]");
    await window.sees("body", "Kept. It holds from the next round on.");
    await quitAndStart();
    await window.until(
      "the page is dark",
      "return document.documentElement.dataset.theme === 'dark'",
    );
    await window.press("g", "s");
    await window.until(
      "the switch stands where it was put",
      "return one('main [role=switch]')?.checked === arguments[0]",
      !before,
    );
    await window.picture("after-quitting");
  });

  it("waits for what is under way", async () => {
    await toActivity();
    await begins("Written before the end.", { delay: { ms: 1_500 } });
    await quitAndStart();
    expect(await written("Written before the end.")).toBe(1);
    await toActivity();
    await window.sees("[role=option]", "Written before the end.");
    // It was brought to its end: nothing has to be looked up, and nothing is written again.
    const before = await writes();
    await window.invoke("sync_now", { connection: 1 });
    await services.control("reply", { from: "501", text: "And one more." });
    await window.invoke("sync_now", { connection: 1 });
    await until("the next one is there", async () => {
      return (await written("And one more.")) === 1;
    });
    expect(await writes()).toBe(before + 1);
    expect(await written("Written before the end.")).toBe(1);
  });

  it("is held up by nothing that hangs, and writes it once all the same", async () => {
    await toActivity();
    // The service has written it, and says so to nobody.
    await begins("Written, and no answer.", "hang_after_commit");
    await quitAndStart();
    expect(await written("Written, and no answer.")).toBe(1);
    await begins("After the hang.", { delay: { ms: 0 } });
    await until("the next one is there", async () => {
      return (await written("After the hang.")) === 1;
    });
    expect(await written("Written, and no answer.")).toBe(1);
  });
});
