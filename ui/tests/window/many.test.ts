// One message to more than a thousand people in the real window: a dry run that lists everybody, words
// that have to be typed, a pause, the end of the program, and the rest; nobody gets it twice.
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import {
  connect,
  Place,
  startServices,
  until,
  Window,
  type Services,
} from "./driver";

const place = new Place();
let services: Services;
let window: Window;
let env: NodeJS.ProcessEnv;

const ending = "we open on Thursday.";

interface Run {
  run: number;
  state: { state: string };
  people: number;
  leftOut: number;
  sent: number;
  failed: number;
  unknown: number;
  waiting: number;
}

/** The only run there is. */
async function run(): Promise<Run> {
  const told = await window.invoke("runs", { connection: 1 });
  const [only] = told.done ? (told.value as Run[]) : [];
  if (!only) throw new Error("There is no run.");
  return only;
}

/** Where the page shows a run. */
function address(one: Run): string {
  return `/compose?view=many&run=${String(one.run)}`;
}

/** Whom Tuco was given the message for, one for each message. */
async function atTuco(): Promise<string[]> {
  const whom: string[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await fetch(
      `${services.tuco_url}/api/messages?limit=100&page=${String(page)}`,
      { headers: { Authorization: `Bearer ${services.tuco_api_key}` } },
    );
    const { messages } = (await answer.json()) as {
      messages: { message: string; leadId: unknown }[];
    };
    if (messages.length === 0) return whom;
    for (const one of messages) {
      if (one.message.endsWith(ending)) whom.push(JSON.stringify(one.leadId));
    }
  }
}

beforeAll(async () => {
  services = await startServices(4_000);
  env = await connect(place, services);
  window = await Window.open(env);
  // The test itself asks Tuco too, which has limits for all of a workspace together.
  await services.control("options", { tuco: { limits: false } });
  // The test runs at any hour of the day.
  await window.invoke("change_settings", {
    connection: 1,
    changes: [{ key: "quiet.hours", value: "off" }],
  });
});
afterAll(async () => {
  await window.end();
  await services.end();
  place.remove();
});

describe("a message to a thousand people", () => {
  let going = 0;

  it("is looked at for everybody before anything is sent", async () => {
    await window.script("location.hash = '/compose?view=many';");
    await window.click("main button", "Write to many");
    await window.click(".segments label", "A search");
    await window.type(
      "input[placeholder='Name, company, e-mail or number']",
      "@example",
    );
    await window.type(
      "textarea[aria-label='Message to everybody']",
      `Hi {{contact.firstname|there}}, ${ending}`,
    );
    await window.click("main button", "Dry run");
    await window.sees("main", "people get it");
    // Each with what they would get.
    await window.sees(".rows", `, ${ending}`);
    await window.picture("many-dry-run");
    const seen = await window.script<string>(
      "return one('main', 'people get it').textContent",
    );
    const told = /([\d,.\u202f]+) people get it/.exec(seen)?.[1] ?? "";
    going = Number(told.replace(/\D/g, ""));
    expect(going).toBeGreaterThan(1_000);
    expect(await atTuco()).toEqual([]);
  });

  it("starts only with the words that are shown", async () => {
    const start = "form button[type=submit]";
    await window.type("form.sure input", "send to everybody");
    await window.until(
      "it can't be started",
      "return one(arguments[0])?.disabled === true",
      start,
    );
    await window.type("form.sure input", `send to ${String(going)}`);
    await window.click(start, "Start in");
    await window.sees("main section", "Running");
    await until("some have it", async () => (await run()).sent >= 5);
    await window.picture("many-running");
  });

  it("is paused, outlives the program, and goes on where it was", async () => {
    await window.click("main button", "Pause");
    await window.sees("main section", "Paused");
    await window.sees(".rows", `, ${ending}`);
    await window.picture("many-paused");
    await window.end();
    window = await Window.open(env);
    const before = await run();
    expect(before.state.state).toBe("paused");
    const given = (await atTuco()).length;
    await window.script("location.hash = arguments[0];", address(before));
    await window.click("main button", "Go on");
    await until(
      "it goes on",
      async () => (await run()).sent >= before.sent + 5,
    );
    // The program ends in the middle of it, and goes on by itself.
    await window.end();
    window = await Window.open(env);
    const middle = await run();
    await until(
      "it goes on by itself",
      async () => (await run()).sent >= middle.sent + 3,
    );
    const whom = await atTuco();
    expect(whom.length).toBeGreaterThan(given);
    expect(new Set(whom).size).toBe(whom.length);
  });

  it("is cancelled for whoever does not have it yet", async () => {
    await window.script("location.hash = arguments[0];", address(await run()));
    await window.click("main button", "Cancel the rest");
    await window.click("[role=dialog] button", "Cancel the rest");
    await window.sees("main section", "Cancelled");
    await window.picture("many-cancelled");
    const told = await run();
    expect(told.state.state).toBe("cancelled");
    expect(told.waiting).toBeGreaterThan(1_000);
    const whom = await atTuco();
    expect(new Set(whom).size).toBe(whom.length);
    expect(whom.length).toBeLessThan(going);
  });
});
