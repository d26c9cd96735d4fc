// Signing in with an app of one's own: the real window, a real browser, and the sandbox's pages of
// HubSpot. Then a second portal beside it, other keys, a webhook, a passphrase, and leaving; and that none
// of what is secret came back to the page or into a file.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { connect as dial } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { Person } from "./browser";
import {
  Place,
  run,
  startServices,
  until,
  Window,
  type Services,
} from "./driver";
import { everythingWorks, listed, toConnections } from "./steps";
import { Heard, shapes, tap } from "./tap";

const place = new Place();
let services: Services;
let person: Person;
let window: Window;
let env: NodeJS.ProcessEnv;
const heard = new Heard();
/** Everything that must not be told, by what it is called. */
const secrets = new Map<string, string>();
const passphrase = "zebra quilt lantern orbit";
const nextPassphrase = "walnut spiral compass ferry";

beforeAll(async () => {
  // Other tests leave their keys in the same keychain, and here it is asked whose are gone.
  services = await startServices(30, 7);
  person = await Person.at(place);
  env = place.variables({
    HUBSPOT_API_URL: services.hubspot_url,
    HUBSPOT_APP_URL: services.hubspot_url,
    TUCO_API_URL: services.tuco_url,
    ...person.variables(),
  });
  // An access token that lives for less than twice five minutes is renewed at its half.
  await services.control("options", {
    oauth: { rotation: "until_used", access_seconds: 16 },
  });
  window = await Window.open(env);
  await tap(window);
});
afterAll(async () => {
  await window.end();
  await person.leave();
  await services.end();
  place.remove();
});

/** Fills in one's own app, as it stands on its page in HubSpot. */
async function ownApp(): Promise<void> {
  await window.click("[role=radiogroup] label", "Sign in with my own app");
  await window.type("form input[type=text]", services.hubspot_client_id);
  await window.type(
    "form input[type=password]",
    services.hubspot_client_secret,
  );
}

/** Whether anybody listens there. */
function listens(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = dial(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.on("error", () => {
      done(false);
    });
  });
}

function portOf(link: string): number {
  const back = new URL(link).searchParams.get("redirect_uri") ?? "";
  return Number(new URL(back).port);
}

async function tokenCalls(): Promise<number> {
  const all = await services.control<{
    hubspot: { paths: Record<string, number> };
  }>("requests");
  return Object.entries(all.hubspot.paths)
    .filter(([path]) => /^POST \/oauth\/.*token/.test(path))
    .reduce((sum, [, count]) => sum + count, 0);
}

/** The refresh tokens in what is kept. */
function tokensIn(said: string): string[] {
  const all = said.matchAll(/"hubspot_refresh_token":"([^"]+)"/g);
  return [...all].map(([, token]) => token ?? "").sort();
}

/** What the Secret Service keeps of the program. */
async function kept(): Promise<string> {
  const words = ["search", "--all", "service", "tuco-for-hubspot"];
  const { said } = await run("secret-tool", words);
  const note = (name: string, secret = "") => {
    if (secret && ![...secrets.values()].includes(secret)) {
      secrets.set(`${name} ${String(secrets.size)}`, secret);
    }
  };
  for (const token of tokensIn(said)) note("refresh token", token);
  const webhooks = /"webhook_secrets":\[([^\]]+)\]/g;
  for (const [, all] of said.matchAll(webhooks)) {
    for (const secret of JSON.parse(`[${all ?? ""}]`) as string[]) {
      note("webhook secret", secret);
    }
  }
  return said;
}

/** Somebody replies, and a round is asked for: the next one by itself would be some seconds away. */
async function replies(text: string): Promise<void> {
  await services.control("reply", { from: "501", text });
  const asked = await window.invoke("sync_now", { connection: 1 });
  expect(asked.done).toBe(true);
}

/** How the connection of the first portal stands. */
async function first(): Promise<{
  id: number;
  portalId: string;
  name: string;
  method: string;
  events: number;
}> {
  const answer = await window.invoke("snapshot");
  if (!answer.done) throw new Error(JSON.stringify(answer.why));
  const { connections } = answer.value as {
    connections: Awaited<ReturnType<typeof first>>[];
  };
  const found = connections.find(
    (one) => one.portalId === String(services.portal_id),
  );
  if (!found) throw new Error("The first portal is gone.");
  return found;
}

/** Pastes both keys, tries them and keeps them. */
async function paste(hubSpot: string): Promise<void> {
  for (const [at, key] of [hubSpot, services.tuco_api_key].entries()) {
    const section = `form section:nth-of-type(${String(at + 1)})`;
    await window.type(`${section} input[type=password]`, key);
  }
  await window.click("main footer button", "Test");
  await everythingWorks(window);
  await window.click("main footer button", "Save");
  await window.sees("h1", "Connections");
}

/** Opens it again after it was ended at once. */
async function again(): Promise<void> {
  await heard.of(window);
  await window.end();
  window = await Window.open(env);
  await tap(window);
}

/** Types into the fields for secrets, one after the other. */
async function fill(where: string, texts: string[]): Promise<void> {
  for (const [at, text] of texts.entries()) {
    await window.type(
      `${where} form .field:nth-of-type(${String(at + 1)}) input`,
      text,
    );
  }
}

describe("signing in in the browser", () => {
  it("waits for the browser, and nobody listens once it is cancelled", async () => {
    await window.click("main button", "Connect HubSpot and Tuco");
    await window.sees("h2", "Which HubSpot?");
    await ownApp();
    await window.click("main button", "Next: Tuco");
    await window.sees("h2", "Which Tuco workspace?");
    await window.type("form input[type=password]", services.tuco_api_key);
    await window.click("main button", "Sign in in the browser");
    await window.sees("[aria-label='Sign-in under way']", "4:");
    await window.picture("sign-in-waiting");
    const link = await person.link();
    expect(link.startsWith(`${services.hubspot_url}/oauth/authorize?`)).toBe(
      true,
    );
    expect(link.includes(services.hubspot_client_secret)).toBe(false);
    const state = new URL(link).searchParams.get("state") ?? "";
    expect(state.length).toBeGreaterThanOrEqual(43);
    expect(await listens(portOf(link))).toBe(true);
    // Another name for this computer opens nothing, not even with the right state.
    const back = new URL(new URL(link).searchParams.get("redirect_uri") ?? "");
    back.search = new URLSearchParams({ code: "stolen", state }).toString();
    const answers = await person.rebound(back.href, 100);
    expect(Math.min(...answers)).toBeGreaterThanOrEqual(400);
    await window.sees("[aria-label='Sign-in under way']", "left.");
    await window.click("main button", "Cancel");
    await until(
      "the port is closed",
      async () => !(await listens(portOf(link))),
    );
    await window.sees("main button", "Sign in in the browser");
  });

  it("hears nothing where the person declines, and says so beforehand", async () => {
    await window.click("main button", "Sign in in the browser");
    await window.sees("main", "If you declined there");
    const page = await person.decides(services.portal_id, "decline");
    await page.getByText("Nothing was connected").waitFor();
    await window.sees("[aria-label='Sign-in under way']");
    await window.click("main button", "Cancel");
    await window.sees("main button", "Sign in in the browser");
  });

  it("connects the account that was chosen, and leaves nothing in the browser", async () => {
    await window.click("main button", "Sign in in the browser");
    const page = await person.decides(services.portal_id, "approve");
    await page.getByText("HubSpot has answered").waitFor();
    const shown = new URL(page.url());
    expect([shown.hostname, shown.pathname, shown.search, shown.hash]).toEqual([
      "localhost",
      "/hubspot/done",
      "",
      "",
    ]);
    expect(await page.locator("script").count()).toBe(0);
    const entries = await page.evaluate(() =>
      performance.getEntriesByType("navigation").map((entry) => entry.name),
    );
    expect(entries.join(" ")).not.toMatch(/code=|state=/);
    await window.sees("h2", "What is mirrored?");
    await until(
      "the port is closed",
      async () => !(await listens(Number(shown.port))),
    );
    await window.click("main button", "Next: Mapping");
    await window.click("main button", "Next: Test");
    await everythingWorks(window);
    await window.picture("sign-in-works");
    await window.click("main button", "Done: to the Overview");
    await window.press("g", "a");
    await window.sees("h1", "Activity");
    await until(
      "the first events are listed",
      async () => (await listed(window)) > 20,
    );
  });

  it("keeps the refresh token in the Secret Service, renewed, and signs in by itself after a hard end", async () => {
    const before = await kept();
    expect(before.includes(services.hubspot_client_secret)).toBe(true);
    const calls = await tokenCalls();
    // Rounds go on, and one of them finds that it is time.
    await until(
      "the access token is renewed",
      async () => (await tokenCalls()) > calls,
      120_000,
    );
    const old = tokensIn(before);
    await until("the new one is kept", async () =>
      tokensIn(await kept()).some((token) => !old.includes(token)),
    );
    await again();
    await window.press("g", "a");
    await window.sees("h1", "Activity");
    await replies("After the renewal.");
    await window.sees("[role=option]", "After the renewal.");
  });

  it("takes a second portal beside it, and each keeps its own", async () => {
    await toConnections(window);
    await window.click("main button", "Connect a portal");
    await ownApp();
    await window.type(
      "form section:nth-of-type(2) input[type=password]",
      services.tuco_api_key,
    );
    await window.click("main button", "Sign in in the browser");
    const page = await person.decides(services.other_portal_id, "approve");
    await page.getByText("HubSpot has answered").waitFor();
    await toConnections(window);
    for (const portal of [services.portal_id, services.other_portal_id]) {
      await window.sees("main dd, main td, main p", String(portal));
    }
    await until("both have had a round", async () => {
      const answer = await window.invoke("snapshot");
      if (!answer.done) return false;
      const { connections } = answer.value as {
        connections: { lastRoundAt: number | null; portalId: string }[];
      };
      return (
        connections.length === 2 &&
        connections.every((one) => one.lastRoundAt !== null)
      );
    });
    await window.picture("two-portals");
  });

  it("goes over to a pasted key, and its log stays", async () => {
    const before = await first();
    expect(before.method).toBe("signIn");
    await toConnections(window);
    await window.click("main button", `More for ${before.name}`);
    await window.click("[role=menuitem]", "Sign in again, or give keys");
    await window.sees("h1", "New keys");
    await window.click("[role=radiogroup] label", "Paste a key");
    await paste(services.hubspot_token);
    const after = await first();
    expect([after.id, after.method]).toEqual([before.id, "key"]);
    expect(after.events).toBeGreaterThanOrEqual(before.events);
    await replies("With another key.");
    await window.press("g", "a");
    await window.sees("[role=option]", "With another key.");
  });

  it("takes the key that replaces another, and goes on where it was", async () => {
    const before = await first();
    const { hubspot_token: next } = await services.control<{
      hubspot_token: string;
    }>("rotate", { side: "hubspot" });
    secrets.set("next key of HubSpot", next);
    await toConnections(window);
    await replies("While the key was replaced.");
    await window.sees("main", "A new key is needed.");
    await window.picture("key-replaced");
    await window.click("main button", "Paste a new key");
    await paste(next);
    await window.misses("main", "A new key is needed.");
    const after = await first();
    expect(after.id).toBe(before.id);
    expect(after.events).toBeGreaterThanOrEqual(before.events);
    await window.press("g", "a");
    await window.sees("[role=option]", "While the key was replaced.");
    const entries = await until("it is on the timeline", async () => {
      const told = await services.control<{ entries: object[] }>("timeline");
      const found = told.entries.filter((entry) =>
        JSON.stringify(entry).includes("While the key was replaced."),
      );
      return found.length > 0 && found;
    });
    expect(entries.length).toBe(1);
  });

  it("keeps the secret of a webhook with the keys, also while it is replaced", async () => {
    await toConnections(window);
    await window.click("main button", "More for");
    await window.click("[role=menuitem]", "Webhook listener");
    await window.click("main label", "Listen for webhooks of Tuco");
    await window.type("form.tunnel input", "https://relay.example");
    await window.click("form.tunnel button", "Keep");
    await window.click("main button", "Register at Tuco");
    await window.click("[role=dialog] button", "Register");
    await window.sees("main dd", "Kept with the keys, never shown.");
    await window.click("main button", "Send a signed test");
    await window.sees("main", "The test arrived.");
    await kept();
    await window.click("main button", "Replace the secret");
    await window.click("[role=dialog] button", "Replace");
    await window.sees("main dd", "the old one holds too");
    await kept();
    await window.picture("listener");
    const found = [...secrets.keys()].filter((name) => /webhook/.test(name));
    expect(found.length).toBeGreaterThanOrEqual(2);
    const local = await window.script<string>(
      "return one('main dd code').textContent.trim()",
    );
    expect(await person.rebound(local, 100)).toEqual([403]);
  });

  it("moves the keys into a file, under one passphrase and then another", async () => {
    await toConnections(window);
    await window.click("main button", "Keep them in a passphrase file");
    await fill("[role=dialog]", [passphrase, passphrase]);
    await window.click("[role=dialog] button", "Keep keys");
    await window.sees("main", "In an encrypted file on this computer");
    expect(await kept()).not.toContain(services.tuco_api_key);
    await window.click("main button", "Change the passphrase");
    await fill("[role=dialog]", [passphrase, nextPassphrase, nextPassphrase]);
    await window.picture("passphrase");
    await window.click("[role=dialog] button", "Change it");
    await window.misses("[role=dialog]");

    await again();
    await window.sees("h1", "Unlock the keys");
    await window.type("form input[type=password]", passphrase);
    await window.press("Enter");
    await window.sees("main", "Not unlocked.");
    await window.type("form input[type=password]", nextPassphrase);
    await window.press("Enter");
    await window.misses("h1", "Unlock the keys");
    await replies("From the file.");
    await window.press("g", "a");
    await window.sees("[role=option]", "From the file.");
    await toConnections(window);
    await window.click("main button", "Keep them in the keychain");
    await window.sees("main", "In the keychain of this system");
  });

  it("disconnects one of them, which ends its sign-in at HubSpot and touches no other", async () => {
    await toConnections(window);
    const answer = await window.invoke("snapshot");
    if (!answer.done) throw new Error(JSON.stringify(answer.why));
    const { connections } = answer.value as {
      connections: { id: number; portalId: string; name: string }[];
    };
    const second = connections.find(
      (one) => one.portalId === String(services.other_portal_id),
    );
    if (!second) throw new Error("The second portal is gone.");
    await window.click("main button", `More for ${second.name}`);
    await window.click("[role=menuitem]", "Disconnect");
    await window.type("[role=dialog] input[type=text]", second.name);
    await window.picture("disconnect");
    await window.click("[role=dialog] button", "Disconnect");
    await until("one is left", async () => {
      const left = await window.invoke("snapshot");
      return (
        left.done &&
        (left.value as { connections: unknown[] }).connections.length === 1
      );
    });
    await replies("The other goes on.");
    await window.press("Escape");
    await window.press("g", "a");
    await window.sees("[role=option]", "The other goes on.");
  });

  it("told the page nothing of what is secret, and wrote it into no file", async () => {
    await window.invoke("diagnostics");
    await heard.of(window);
    const given = {
      "client secret": services.hubspot_client_secret,
      "key of Tuco": services.tuco_api_key,
      "key of HubSpot": services.hubspot_token,
      passphrase,
      "next passphrase": nextPassphrase,
    };
    for (const [name, secret] of Object.entries(given)) {
      secrets.set(name, secret);
    }
    // The two portals signed in, four tokens were renewed at least, and two webhooks were made.
    expect(secrets.size).toBeGreaterThanOrEqual(6 + 3 + 2);
    const { out, in: back } = heard.counted;
    expect(Math.min(out, back)).toBeGreaterThan(100);
    const files = readdirSync(place.folder, {
      recursive: true,
      encoding: "utf8",
    })
      .map((name) => join(place.folder, name))
      .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
    expect(files.some((path) => path.endsWith("bridge.db"))).toBe(true);
    for (const [name, secret] of secrets) {
      heard.neverTells(name, secret);
      const spelt = shapes(secret);
      const telling = files.filter((path) => {
        const bytes = readFileSync(path);
        return spelt.some((shape) => bytes.includes(shape));
      });
      expect(telling, `${name} in files`).toEqual([]);
      expect(
        spelt.some((shape) => window.said.includes(shape)),
        `${name} was printed`,
      ).toBe(false);
    }
    // A key goes out once each time that it was typed, with the one command that takes it.
    expect(heard.sentWith(services.hubspot_client_secret)).toEqual({
      sign_in: 2,
    });
    for (const name of ["key of HubSpot", "next key of HubSpot"]) {
      const sent = heard.sentWith(secrets.get(name) ?? "");
      expect(sent, name).toEqual({ check_keys: 1 });
    }
    expect(heard.sentWith(nextPassphrase)).toEqual({
      change_passphrase: 1,
      unlock_keys: 1,
    });
  });
});
