// A rule in the real window: built as a sentence by mouse, run dry, turned on by keyboard; then a contact
// changes in the portal, gets one message, and both the run and the log tell so.
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

interface Found {
  id: string;
  name: string;
  phone: string | null;
}

const text = "You are one of the good ones.";

async function asked<T>(command: string, words: object = {}): Promise<T> {
  const answer = await window.invoke(command, words);
  if (!answer.done) throw new Error(JSON.stringify(answer.why));
  return answer.value as T;
}

/** Marks what has this name, so that it can be pressed or typed into. */
async function named(name: string): Promise<string> {
  await window.until(
    `${name} is there`,
    `const named = (e) => e.getAttribute("aria-label") ||
       (e.getAttribute("aria-labelledby") ?? "").split(" ")
         .map((id) => document.getElementById(id)?.textContent ?? "").join(" ").trim() ||
       (e.labels?.[0]?.textContent ?? "").trim() || e.textContent.trim();
     for (const e of document.querySelectorAll("[data-meant]")) e.removeAttribute("data-meant");
     const found = [...document.querySelectorAll("main button, main input, main [role=combobox]")]
       .find((e) => named(e).startsWith(arguments[0]));
     found?.setAttribute("data-meant", "");
     return found !== undefined;`,
    name,
  );
  return "[data-meant]";
}

async function choose(name: string, word: string): Promise<void> {
  await window.click(await named(name));
  await window.click("[role=option]", word);
  await window.misses("[role=option]");
}

/** Tab, until the focus is on what is called so. */
async function reach(name: string): Promise<void> {
  const met: string[] = [];
  for (let at = 0; at < 90; at += 1) {
    const now = await window.script<string>(
      `const e = document.activeElement;
       if (!e || e === document.body) return "";
       return e.getAttribute("aria-label") ||
         (e.getAttribute("aria-labelledby") ?? "").split(" ")
           .map((id) => document.getElementById(id)?.textContent ?? "").join(" ").trim() ||
         (e.labels?.[0]?.textContent ?? "").trim() || e.textContent.trim();`,
    );
    if (now.startsWith(name)) return;
    met.push(now.slice(0, 30));
    await window.press("Tab");
  }
  throw new Error(`Tab never came to "${name}": ${met.join(" | ")}`);
}

const letters = (text: string): Promise<void> => window.press(...text);

/** Opens a list under the focus and takes the choice whose words begin so. */
async function pick(words: string): Promise<void> {
  await window.press("Enter");
  await window.sees("[role=option]");
  await window.press("Home");
  for (let at = 0; at < 40; at += 1) {
    const now = await window.until<string>(
      "a choice is under the keys",
      "return one('[role=option][data-highlighted]')?.textContent.trim()",
    );
    if (now.startsWith(words)) {
      await window.press("Enter");
      await window.misses("[role=option]");
      return;
    }
    await window.press("ArrowDown");
  }
  throw new Error(`The keys never came to "${words}".`);
}

/** Somebody who may be written to now. */
async function somebody(): Promise<Found> {
  for (const words of ["a", "e", "o"]) {
    for (const one of await asked<Found[]>("contact_search", {
      connection: 1,
      words,
    })) {
      if (one.phone === null) continue;
      const draft = {
        intent: `try-${one.id}`,
        contactId: one.id,
        way: "auto",
        line: { line: "auto" },
        text,
        attachments: [],
        at: null,
        fallback: "nothing",
        template: null,
        filled: [],
        overrides: [],
      };
      const seen = await asked<{ refusals: unknown[] }>("preview_message", {
        connection: 1,
        draft,
      });
      if (seen.refusals.length === 0) return one;
    }
  }
  throw new Error("Nobody may be written to.");
}

/** How many messages Tuco has been given with the text, asked past its limits. */
async function atTuco(): Promise<number> {
  const { sends } = await services.control<{ sends: { text: string }[] }>(
    "world",
  );
  return sends.filter((one) => one.text === text).length;
}

async function becomes(contact: string, stage: string): Promise<void> {
  const answer = await fetch(
    `${services.hubspot_url}/crm/objects/2026-03/contacts/${contact}`,
    {
      method: "PATCH",
      headers: {
        Authorization: `Bearer ${services.hubspot_token}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ properties: { lifecyclestage: stage } }),
    },
  );
  expect(answer.status).toBe(200);
}

beforeAll(async () => {
  services = await startServices(40);
  const env = await connect(place, services);
  window = await Window.open(env, ["--size", "1280x800"]);
  await asked("change_settings", {
    connection: 1,
    changes: [{ key: "quiet.hours", value: "off" }],
  });
  await asked("save_template", {
    id: null,
    body: { name: "Good ones", folder: "", text, variables: [] },
    basedOn: 0,
  });
});
afterAll(async () => {
  await window.end();
  await services.end();
  place.remove();
});

describe("a rule in the real window", () => {
  it("is built as a sentence, and says what is missing until nothing is", async () => {
    await window.press("g", "r");
    await window.sees("h1", "Rules");
    await window.sees("main", "Start from an example");
    await window.picture("rules/empty");
    await window.click("main button", "New rule");
    await window.sees("main", "It has no trigger. Say what sets it off.");
    await window.type(await named("Name"), "Good ones");
    await choose("What sets it off", "the lifecycle stage becomes");
    await choose("Becomes", "Marketing Qualified Lead");
    await window.click(await named("Do something"));
    await window.sees(
      "main",
      "It sends a message without a template. Choose one.",
    );
    await window.type(await named("Template"), "Good");
    await window.click("[role=option]", "Good ones");
    await choose("From", "any line");
    await window.picture("rules/built");
    expect(await atTuco()).toBe(0);
  });

  it("is run dry and turned on, and writes to nobody who fitted before", async () => {
    await window.click(await named("Save and turn on"));
    await window.sees("body", "is on");
    await window.sees("main", "On");
    await window.click("main button, main a", "Dry run");
    await window.click("main .bar button", "Dry run");
    await window.sees("main", "Run again");
    await window.picture("rules/dry-run");
    await asked("sync_now", { connection: 1 });
    expect(await atTuco()).toBe(0);
  });

  it("sends to a contact that changes in the portal, once, and tells why", async () => {
    const ana = await somebody();
    // HubSpot tells its time in whole seconds: what happens in the second of an activation sets nothing off.
    await new Promise((go) => setTimeout(go, 2_500));
    await becomes(ana.id, "lead");
    await becomes(ana.id, "marketingqualifiedlead");
    await until("the message is at Tuco", async () => {
      await asked("sync_now", { connection: 1 });
      await new Promise((go) => setTimeout(go, 500));
      return (await atTuco()) > 0;
    });
    await window.press("g", "r");
    await window.sees("h1", "Rules");
    await window.click("main nav a, main [role=tab], main button", "Runs");
    await window.sees("main [role=option]", "Done");
    await window.click("main [role=option]", "Done");
    await window.sees("[aria-label='What happened']");
    await window.picture("rules/done");
    await window.press("g", "a");
    await window.sees("[role=listbox][aria-label=Events] [role=option]", text);
    await window.picture("rules/in-the-log");
    await asked("sync_now", { connection: 1 });
    expect(await atTuco()).toBe(1);
  });

  it("is built and turned on by the keyboard alone", async () => {
    await window.press("g", "r");
    await window.sees("h1", "Rules");
    await window.sees("main", "Good ones");
    await reach("New rule");
    await window.press("Enter");
    await window.sees("main", "It has no trigger. Say what sets it off.");
    await reach("Name");
    await letters("By keys");
    await reach("What sets it off");
    await pick("the lifecycle stage becomes");
    await reach("Becomes");
    await pick("Customer");
    await reach("Do something");
    await window.press("Enter");
    await window.sees(
      "main",
      "It sends a message without a template. Choose one.",
    );
    await reach("Template");
    await letters("Good");
    await window.sees("[role=option]", "Good ones");
    await window.press("ArrowDown", "Enter");
    await window.misses("[role=option]");
    await window.picture("rules/built-by-keys");
    // What turns it on stands above what was filled in: on from the end it is reached again.
    await reach("Save and turn on");
    await window.press("Enter");
    await until("both rules are on", async () => {
      const { rules } = await asked<{
        rules: { name: string; state: string }[];
      }>("rules", { connection: 1 });
      const on = rules.filter((one) => one.state === "on");
      return on.map((one) => one.name).includes("By keys") && on.length === 2;
    });
    await window.picture("rules/on-by-keys");
  });
});
