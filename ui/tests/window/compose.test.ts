// A message in the real window: found by name, written with the contact's own field, taken back, sent,
// and followed until it is delivered; what must not be sent is not, and a draft outlives the program.
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import {
  connect,
  given,
  Place,
  run,
  startServices,
  until,
  Window,
  type Services,
} from "./driver";

const place = new Place();
let services: Services;
let window: Window;
let env: NodeJS.ProcessEnv;

interface Found {
  id: string;
  name: string;
  phone: string | null;
}
const people: Found[] = [];

/** Six people who may be written to, each with a name that nobody else has. */
async function findPeople(): Promise<void> {
  const all = new Map<string, Found>();
  for (const words of ["a", "e", "o"]) {
    const told = await window.invoke("contact_search", {
      connection: 1,
      words,
    });
    const found = told.done ? (told.value as Found[]) : [];
    for (const one of found) all.set(one.id, one);
  }
  const named = [...all.values()].filter(
    (one) =>
      one.phone !== null &&
      /^[A-Za-z]+ [A-Za-z]+$/.test(one.name) &&
      [...all.values()].filter((other) => other.name === one.name).length === 1,
  );
  for (const one of named) {
    const draft = {
      intent: `try-${one.id}`,
      contactId: one.id,
      way: "auto",
      line: { line: "auto" },
      text: "Hello",
      attachments: [],
      at: null,
      fallback: "nothing",
      template: null,
      filled: [],
      overrides: [],
    };
    const told = await window.invoke("preview_message", {
      connection: 1,
      draft,
    });
    const seen = told.done ? (told.value as { refusals: unknown[] }) : null;
    if (seen?.refusals.length === 0) people.push(one);
    if (people.length === 6) return;
  }
  throw new Error("Nobody may be written to.");
}

/** How many messages Tuco has been given with this text, asked past its limits. */
async function atTuco(text: string): Promise<number> {
  const { sends } = await services.control<{ sends: { text: string }[] }>(
    "world",
  );
  return sends.filter((one) => one.text === text).length;
}

async function letters(text: string): Promise<void> {
  for (const letter of text) await window.press(letter);
}

const editor = "textarea[aria-label^='Message to']";

/** From the palette to the composer, by keyboard. */
async function writeTo(person: Found): Promise<void> {
  await window.press("Control+k");
  await window.sees("[role=dialog] input");
  await letters(person.name.toLowerCase());
  const group = "[role=dialog] [role=group][aria-label='Write to']";
  await window.click(`${group} [role=option]`, person.name);
  await window.sees(editor);
}

beforeAll(async () => {
  services = await startServices(60);
  env = await connect(place, services);
  window = await Window.open(env);
  // The test runs at any hour of the day.
  await window.invoke("change_settings", {
    connection: 1,
    changes: [{ key: "quiet.hours", value: "off" }],
  });
  await findPeople();
});
afterAll(async () => {
  await window.end();
  await services.end();
  place.remove();
});

describe("a message in the real window", () => {
  const [hello, more] = ["see you on Thursday at nine.", "it is all arranged."];

  it("begins with a name, and shows exactly what arrives", async () => {
    const [ana] = people as [Found];
    await window.press("c");
    await window.sees("h1", "Compose");
    await letters(ana.name.toLowerCase());
    await window.sees("[role=option]", ana.name);
    await window.picture("compose-finding");
    await window.press("Enter");
    await window.sees(editor);
    await window.type(editor, `Hi {{contact.firstname|there}}, ${hello}`);
    const first = ana.name.split(" ")[0] ?? "";
    await window.sees("[aria-label='What arrives']", `Hi ${first}, ${hello}`);
    await window.sees("main", "portal ");
    await window.picture("compose-written");
  });

  it("is taken back within its ten seconds, and nobody gets it", async () => {
    const [ana] = people as [Found];
    const text = `Hi ${ana.name.split(" ")[0] ?? ""}, ${hello}`;
    await window.click("section[aria-label=Write] button", "Send");
    await window.sees("main", "Goes in");
    await window.picture("compose-undoable");
    await window.click("button", "Undo");
    await window.sees("body", "The draft is as it was.");
    await window.until(
      "the draft is back",
      "return one(arguments[0])?.value === arguments[1]",
      editor,
      `Hi {{contact.firstname|there}}, ${hello}`,
    );
    expect(await atTuco(text)).toBe(0);
  });

  it("is sent once, and its states are seen to move", async () => {
    const [ana] = people as [Found];
    const text = `Hi ${ana.name.split(" ")[0] ?? ""}, ${hello}`;
    await window.press("Control+Enter");
    await window.sees("main", "Goes in");
    await window.until(
      "our own message is known to have gone out",
      `return all(".thread li").some((e) => e.textContent.includes(arguments[0]) &&
        /Delivered|Sent(?! to Tuco)/.test(e.querySelector(".under")?.textContent ?? ""));`,
      text,
    );
    await window.picture("compose-delivered");
    expect(await atTuco(text)).toBe(1);
  });

  it("is refused in place to whoever has opted out", async () => {
    const [, ben] = people as [Found, Found];
    await services.control("reply", { from: ben.id, text: "STOP" });
    await writeTo(ben);
    await window.type(editor, `Hi, ${more}`);
    await window.sees(
      "[aria-label='What stands in the way']",
      "This person does not want messages",
    );
    await window.click("section[aria-label=Write] button", "Send");
    await window.picture("compose-refused");
    expect(await atTuco(`Hi, ${more}`)).toBe(0);
  });

  it("is kept as a draft when the program ends at once", async () => {
    const [, , cleo] = people as [Found, Found, Found];
    await writeTo(cleo);
    await window.type(editor, "Half a sentence");
    await until("the draft is kept", async () => {
      const kept = await window.invoke("kept_messages", { connection: 1 });
      return (
        kept.done && JSON.stringify(kept.value).includes("Half a sentence")
      );
    });
    await window.end();
    window = await Window.open(env);
    await window.press("g", "w");
    await window.sees("main section", "Half a sentence");
    await window.picture("compose-drafts");
    await window.click("main section button", "Half a sentence");
    await window.until(
      "the draft is in the editor",
      "return one(arguments[0])?.value === 'Half a sentence'",
      editor,
    );
  });
});

describe("an iMessage that fails", () => {
  it("is followed by one text message where its writer chose so", async () => {
    const fay = people[5];
    if (!fay) throw new Error("There are not enough people.");
    const number = `+${(fay.phone ?? "").replace(/\D/g, "")}`;
    // No line waits here between two messages: the pace is not what this is about.
    await services.control("options", {
      tuco: {
        outcomes: { [number]: "imessage_failed" },
        device_gap_ms: 0,
        contact_gap_ms: 0,
      },
    });
    await writeTo(fay);
    const text = "your table is ready.";
    await window.type(editor, text);
    await window.click("button[aria-label=Schedule]");
    await window.click("button[aria-labelledby]", "Nothing");
    await window.click("[role=option]", "SMS from here");
    await window.sees("[role=dialog]", "Checked anew when the iMessage fails");
    await window.picture("compose-fallback");
    await window.press("Escape");
    await window.sees("[aria-label='What arrives']", text);
    await window.click("section[aria-label=Write] button", "Send");
    await until("the text message is there too", async () => {
      await window.invoke("sync_now", { connection: 1 });
      return (await atTuco(text)) === 2;
    });
    await window.until(
      "both are in the thread, and the text message is known to have gone out",
      `const own = all(".thread li").filter((e) => e.textContent.includes(arguments[0]));
       const under = own.map((e) => e.querySelector(".under")?.textContent ?? "");
       return own.length === 2 && under.some((said) => /Failed/.test(said)) &&
         under.some((said) => /Delivered|Sent(?! to Tuco)/.test(said));`,
      text,
    );
    await window.picture("compose-followed");
    expect(await atTuco(text)).toBe(2);
  });
});

describe("a message by keyboard alone", () => {
  it("goes from the palette to sent", async () => {
    const [, , , dora] = people as [Found, Found, Found, Found];
    await window.press("Control+k");
    await window.sees("[role=dialog] input");
    await letters(dora.name.toLowerCase());
    const group = "[role=dialog] [role=group][aria-label='Write to']";
    await window.sees(`${group} [role=option]`, dora.name);
    await until("the choice is on the person", async () => {
      const on = await window.script<boolean>(
        "return one(arguments[0], arguments[1]) !== null",
        `${group} [role=option][aria-selected=true]`,
        dora.name,
      );
      if (!on) await window.press("ArrowDown");
      return on;
    });
    await window.press("Enter");
    await window.until(
      "the focus is where to write",
      "return document.activeElement === one(arguments[0])",
      editor,
    );
    const text = "no mouse was needed for this.";
    await letters(text);
    await window.sees("[aria-label='What arrives']", text);
    await window.press("Control+Enter");
    await until("our own message is known to have gone out", async () => {
      await window.invoke("sync_now", { connection: 1 });
      return window.script<boolean>(
        `return all(".thread li").some((e) => e.textContent.includes(arguments[0]) &&
          /Delivered|Sent(?! to Tuco)/.test(e.querySelector(".under")?.textContent ?? ""));`,
        text,
      );
    });
    expect(await atTuco(text)).toBe(1);
  });
});

describe("a link from elsewhere", () => {
  const link = (portal: string, contact: string) =>
    `tuco-hubspot://compose?portal=${portal}&contact=${contact}&template=Thanks`;
  const opens = async (address: string) => {
    // The program that runs already takes the link over.
    await run(given("TUCO_FOR_HUBSPOT_PROGRAM"), [address], env);
  };

  it("fills the composer in, and sends nothing", async () => {
    const eva = people[4];
    if (!eva) throw new Error("There are not enough people.");
    const saved = await window.invoke("save_template", {
      id: null,
      basedOn: 0,
      body: {
        name: "Thanks",
        folder: "",
        text: "Thank you, {{contact.firstname|friend}}.",
        variables: [],
      },
    });
    expect(saved.done).toBe(true);
    await opens(link(String(services.portal_id), eva.id));
    await window.sees(editor);
    const first = eva.name.split(" ")[0] ?? "";
    await window.sees("[aria-label='What arrives']", `Thank you, ${first}.`);
    await window.picture("compose-from-link");
    expect(await atTuco(`Thank you, ${first}.`)).toBe(0);
  });

  it("into a portal that is not connected is refused in words", async () => {
    await opens(link("999999", "501"));
    await window.sees("body", "999999");
    await window.picture("compose-from-link-elsewhere");
  });
});

describe.each(["900x600", "1280x800"])("the composer at %s", (size) => {
  it.each(["light", "dark"])("in %s", async (theme) => {
    await window.end();
    window = await Window.open(env, ["--size", size]);
    // What is kept from the last time may come after what is chosen now.
    await window.invoke("change_preferences", {
      preferences: {
        notifications: "off",
        theme,
        density: "comfortable",
        trayTold: true,
      },
    });
    await window.press("Control+k");
    await window.sees("[role=dialog] input");
    await letters(`theme: ${theme}`);
    await window.sees("[role=option][aria-selected=true]", `Theme: ${theme}`);
    await window.press("Enter");
    await window.until(
      `the page is ${theme}`,
      "return document.documentElement.dataset.theme === arguments[0]",
      theme,
    );
    for (const [name, to, seen] of [
      ["start", "compose", "Under way and today"],
      ["thread", `compose?contact=${people[0]?.id ?? ""}`, "Delivered"],
      ["refused", `compose?contact=${people[1]?.id ?? ""}`, "Opted out"],
      ["templates", "compose?view=templates", "template"],
      ["optouts", "compose?view=optouts", "STOP"],
    ] as const) {
      await window.script("location.hash = arguments[0];", `/${to}`);
      await window.sees("main", seen);
      await window.picture(`compose/${size}-${theme}-${name}`);
    }
  });
});
