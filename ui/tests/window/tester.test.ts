// The tester of a connection in the real window: all in order, each scope taken away in turn, and no
// keychain. Then the keychain goes away while the window runs, and comes back: the work goes on, nothing
// is lost, and whoever gives keys meanwhile is told where they are.
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import {
  connect,
  Place,
  startServices,
  until,
  Window,
  type Services,
} from "./driver";
import { listed, toConnections } from "./steps";
import { Keychain } from "./keychain";

const place = new Place();
let services: Services;
let keychain: Keychain;
let window: Window;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  services = await startServices(30);
  keychain = await Keychain.open(place);
  env = await connect(place, services, keychain.variables());
  window = await Window.open(env);
});
afterAll(async () => {
  await window.end();
  await keychain.end();
  await services.end();
  place.remove();
});

/** What is said of each scope that the app asks for, once it is missing. */
const scopes = {
  "crm.objects.contacts.read": "Does not work",
  "crm.objects.contacts.write": "Does not work",
  "crm.schemas.contacts.write": "Works, but",
  "crm.schemas.contacts.read": "Works, but",
  "crm.objects.owners.read": "Not needed",
  "crm.lists.read": "Not needed",
  "crm.objects.companies.read": "Not needed",
  "crm.objects.companies.write": "Not needed",
  "crm.objects.deals.read": "Not needed",
  "crm.objects.deals.write": "Not needed",
  "crm.objects.tickets.read": "Not needed",
  "crm.objects.tickets.write": "Not needed",
  "crm.lists.write": "Not needed",
} as const;

describe("the tester in the real window", () => {
  it("finds everything in order", async () => {
    await toConnections(window);
    await until("the first round is over", async () => {
      const answer = await window.invoke("snapshot");
      if (!answer.done) return false;
      const { connections } = answer.value as {
        connections: { lastRoundAt: number | null }[];
      };
      return connections.every((one) => one.lastRoundAt !== null);
    });
    await window.click("main button", "Test");
    await window.sees("main", "Everything works.");
    const said = await window.script<string[]>(
      "return all('main li[data-said]').map((e) => e.dataset.said)",
    );
    expect(said.length).toBeGreaterThan(15);
    expect(said.includes("Does not work")).toBe(false);
    await window.picture("tester-green");
  });

  it.each(Object.entries(scopes))(
    "says what follows where %s is missing",
    async (missing, said) => {
      const left = Object.keys(scopes).filter((scope) => scope !== missing);
      await services.control("options", { scopes: left });
      await window.click("main button", "Test again");
      const words = await window.until<string>(
        `${missing} is said to be missing`,
        `const found = all("main li[data-said]", "Scope to").filter((e) => e.dataset.said === arguments[1] &&
           e.textContent.includes(arguments[0]));
         return !one("main button[aria-busy=true]") && found.length === 1 && found[0].textContent;`,
        missing,
        said,
      );
      // More than that it is missing: what follows, and what to do.
      if (said !== "Not needed") {
        expect(words.split(/[.:] /).length).toBeGreaterThan(2);
        await window.sees(
          "main",
          said === "Works, but"
            ? "Everything works."
            : "Something has to be changed first.",
        );
      }
      if (missing === "crm.objects.contacts.read") {
        await window.picture("tester-scope");
      }
    },
  );

  it("is green again once the scopes are back", async () => {
    await services.control("options", { scopes: Object.keys(scopes) });
    await window.click("main button", "Test again");
    await window.sees("main", "Everything works.");
  });

  it("reads the fields of the portal anew when asked to", async () => {
    const read = async (): Promise<void> => {
      await window.click("main button", "More for");
      await window.click("[role=menuitem]", "Refresh fields");
    };
    await toConnections(window);
    await read();
    await window.sees("body", "properties of contacts");
    const before = await window.script<string>(
      "return document.body.innerText.match(/(\\d+) properties of contacts/)[1]",
    );
    const made = await fetch(
      `${services.hubspot_url}/crm/properties/2026-09/contacts`,
      {
        method: "POST",
        headers: {
          authorization: `Bearer ${services.hubspot_token}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({
          name: "shoe_size",
          label: "Shoe size",
          groupName: "contactinformation",
          type: "number",
          fieldType: "number",
        }),
      },
    );
    expect(made.status).toBe(201);
    await read();
    await window.sees(
      "body",
      `${String(Number(before) + 1)} properties of contacts`,
    );
  });
});

/** Somebody replies, and a round is asked for: the next one by itself would be some seconds away. */
async function replies(text: string): Promise<void> {
  await services.control("reply", { from: "501", text });
  const asked = await window.invoke("sync_now", { connection: 1 });
  expect(asked.done).toBe(true);
}

async function toActivity(): Promise<void> {
  await window.press("Escape");
  await window.press("g", "a");
  await window.sees("h1", "Activity");
}

/** Gives the keys of the connection once more. */
async function giveKeys(): Promise<void> {
  await toConnections(window);
  await window.click("main button", "More for");
  await window.click("[role=menuitem]", "Replace a key, or sign in");
  await window.sees("h1", "New keys");
  await window.type(
    "form section:nth-of-type(1) input[type=password]",
    services.hubspot_token,
  );
  await window.type(
    "form section:nth-of-type(2) input[type=password]",
    services.tuco_api_key,
  );
  await window.click("main footer button", "Test");
  await window.sees("main", "Everything works.");
  await window.click("main footer button", "Save");
}

describe("a keychain that goes away while the window runs", () => {
  it("is not needed for the work to go on", async () => {
    await toActivity();
    await until(
      "the first events are listed",
      async () => (await listed(window)) > 20,
    );
    await keychain.gone();
    await replies("While nobody keeps keys.");
    await window.sees("[role=option]", "While nobody keeps keys.");
    const entries = await until("it is on the timeline", async () => {
      const told = await services.control<{ entries: object[] }>("timeline");
      const found = told.entries.filter((entry) =>
        JSON.stringify(entry).includes("While nobody keeps keys."),
      );
      return found.length > 0 && found;
    });
    expect(entries.length).toBe(1);
  });

  it("is missed by the tester, which says what follows", async () => {
    await toConnections(window);
    await window.click("main button", "Test");
    const said = await window.until<string>(
      "the keychain is asked",
      `const found = one("main li[data-said]", "Keychain");
       return found?.dataset.said === "Works, but" && found.textContent;`,
    );
    expect(said).toContain("At the next start they would be missing.");
    await window.sees("main", "Everything works.");
  });

  it("keeps what is given meanwhile for this run, and says so", async () => {
    await giveKeys();
    const banner = "Keys are kept until the program ends.";
    await window.sees("body", banner);
    await window.sees("main", "Until the program ends, the keys work");
    await window.picture("keychain-gone");
    await toActivity();
    await replies("With keys for now.");
    await window.sees("[role=option]", "With keys for now.");
  });

  it("takes keys again once it is back, and the next start needs none", async () => {
    await keychain.back();
    await giveKeys();
    await window.sees("h1", "Connections");
    await window.misses("body", "Keys are kept until the program ends.");
    await window.misses("main", "Until the program ends");
    await toActivity();
    const before = await listed(window);
    await window.end();
    window = await Window.open(env);
    await toActivity();
    await until("all events are listed again", async () => {
      return (await listed(window)) >= before;
    });
    await replies("It is back.");
    await window.sees("[role=option]", "It is back.");
    await window.picture("keychain-back");
  });
});
