// Signing in with an app of one's own: the real window, a real browser, and the sandbox's pages of
// HubSpot.
import { connect as dial } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { Person } from "./browser";
import {
  listed,
  Place,
  run,
  startServices,
  until,
  Window,
  type Services,
} from "./driver";

const place = new Place();
let services: Services;
let person: Person;
let window: Window;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  services = await startServices(30);
  person = await Person.at(place);
  env = place.variables({
    HUBSPOT_API_URL: services.hubspot_url,
    HUBSPOT_APP_URL: services.hubspot_url,
    TUCO_API_URL: services.tuco_url,
    ...person.variables(),
  });
  window = await Window.open(env);
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
    await window.sees("h2", "Does it work?");
    await window.picture("sign-in-works");
    await window.click("main button", "Done: to the Overview");
    await window.press("g", "a");
    await window.sees("h1", "Activity");
    await until(
      "the first events are listed",
      async () => (await listed(window)) > 20,
    );
  });

  it("keeps what renews it in the Secret Service", async () => {
    const kept = await run("secret-tool", [
      "search",
      "--all",
      "service",
      "tuco-for-hubspot",
    ]);
    expect(kept.said.includes(services.hubspot_client_secret)).toBe(true);
  });
});
