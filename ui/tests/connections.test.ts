// Connecting by every way, several connections, the tester, the listener.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import {
  closeSite,
  expectAccessible,
  expectNothingCutOff,
  openScene,
  openSite,
  picture,
  type Opened,
  type Site,
  type View,
} from "./site";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => closeSite(site));

const sizes: View[] = (["light", "dark"] as const).flatMap((theme) => [
  { width: 1280, height: 800, theme },
  { width: 900, height: 600, theme },
]);

/** Goes somewhere in every theme and size, takes the picture and has it looked through. */
async function everywhere(
  name: string,
  scene: string,
  place: string,
  then: (page: Page) => Promise<void>,
): Promise<void> {
  for (const view of sizes) {
    const opened = await openScene(site, scene, place, view);
    const { page, complaints } = opened;
    await page.locator("[data-heading]").first().waitFor();
    await then(page);
    await page.waitForFunction(
      () => !document.querySelector("[aria-busy=true]"),
    );
    await picture(page, `${name}-${view.theme ?? ""}-${String(view.width)}`);
    await expectNothingCutOff(page);
    if (view.width === 1280) await expectAccessible(page);
    expect(complaints).toEqual([]);
    await page.context().close();
  }
}

const press = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole("button", { name, exact: true }).first().click();

const open = (place: string, scene = "busy"): Promise<Opened> =>
  openScene(site, scene, place);

describe("every screen is whole in both themes and sizes", () => {
  it("the connections side by side, with their lines", () =>
    everywhere("connections", "busy", "connections", async (page) => {
      await page.getByText("Lines, their health and caps").first().click();
      await page.getByText("Front desk").waitFor();
    }));

  it("connecting with a key, with all help open", () =>
    everywhere("connect-key", "busy", "connections?connect=", async (page) => {
      for (const help of await page.locator("summary").all()) {
        await help.click();
      }
    }));

  it("signing in with an app of one's own", () =>
    everywhere("connect-app", "busy", "connections?connect=", async (page) => {
      await page.getByText("Sign in with my own app").click();
      await page.getByText("How to make your own app, once").click();
      await page
        .getByText("http://localhost:17845/hubspot/signed-in")
        .waitFor();
    }));

  it("waiting for the browser", () =>
    everywhere(
      "sign-in-waits",
      "busy",
      "connections?connect=",
      async (page) => {
        await page.getByText("Sign in with my own app").click();
        await page.getByLabel("Client id").fill("never");
        await page.getByLabel("Client secret").fill("secret");
        await page.getByLabel("API key").fill("tuco_right");
        await press(page, "Sign in in the browser");
        await page.getByText("4:05").waitFor();
        await page.getByText(/The browser shows an error/).click();
      },
    ));

  it("new keys for a connection that is there", () =>
    everywhere(
      "connect-again",
      "busy",
      "connections?connect=1",
      async (page) => {
        await page
          .getByText(/New keys for/)
          .first()
          .waitFor();
      },
    ));

  it("a test of everything, compared with an earlier one", () =>
    everywhere("tester", "busy", "connections?test=1&now=", async (page) => {
      await page.getByText("Everything works.").waitFor();
      await page.getByText(/checks? mended/).waitFor();
    }));

  it("two tests of one's choice", async () => {
    const { page } = await open("connections?test=1");
    await page.getByRole("combobox", { name: /Which test/ }).click();
    await page
      .getByRole("option", { name: /all well/ })
      .first()
      .click();
    await page.getByText(/checks? mended/).waitFor();
    await page.getByRole("combobox", { name: /Compared with/ }).click();
    await page.getByRole("option", { name: /all well/ }).click();
    await page.getByText("Nothing is different.").waitFor();
    await page.context().close();
  });

  it("an earlier test that failed", () =>
    everywhere("tester-failed", "busy", "connections?test=1", async (page) => {
      await page.getByRole("combobox", { name: /Which test/ }).click();
      await page.getByRole("option", { name: /1 failed/ }).click();
      await page.getByText("HubSpot refuses it").waitFor();
      await page.getByText("the key was deleted, or has expired").waitFor();
      await page.getByText("5f0b1c9e-8f1d-4d52-9a57-2f6f6d0f0a11").waitFor();
    }));

  it("the listener, off", () =>
    everywhere("listener-off", "busy", "connections?listen=1", async (page) => {
      await page.getByText("Listen for webhooks of Tuco").waitFor();
    }));

  it("the listener with deliveries", () =>
    everywhere("listener", "busy", "connections?listen=1", async (page) => {
      await page.getByLabel("Listen for webhooks of Tuco").check();
      await page
        .getByLabel("Address of your tunnel")
        .fill("https://relay.example");
      await press(page, "Keep");
      await press(page, "Register at Tuco");
      await press(page, "Register");
      await press(page, "Send a signed test");
      await page.getByText("The test arrived.").waitFor();
      await page.getByText("Wrong signature").waitFor();
    }));

  it("links that lead into the window", () =>
    everywhere("links", "busy", "settings", async (page) => {
      await press(page, "Register links");
      await page.getByLabel("Web links too").check();
      await page.getByText(/^http:\/\/127\.0\.0\.1:17848\/compose/).waitFor();
      await page
        .getByRole("region", { name: "Links" })
        .scrollIntoViewIfNeeded();
    }));

  it("where keys are kept", () =>
    everywhere("keys-place", "calm", "connections", async (page) => {
      const place = page.getByRole("region", { name: "Where keys are kept" });
      await place.getByText("In the keychain of this system").waitFor();
      await place.scrollIntoViewIfNeeded();
    }));

  it("keys for the session only", () =>
    everywhere("keys-session", "session", "overview", async (page) => {
      await page.getByText("Keys are kept until the program ends.").waitFor();
    }));

  it("locked keys", () =>
    everywhere("keys-locked", "locked", "overview", async (page) => {
      await page.getByRole("heading", { name: "Unlock the keys" }).waitFor();
    }));

  it.each(["hubspot", "tuco", "mirror", "mapping", "test"])(
    "the set-up at its step %s",
    (step) =>
      everywhere(`setup-${step}`, "first", "overview", async (page) => {
        await press(page, "Connect HubSpot and Tuco");
        await walk(page, step);
      }),
  );
});

/** Through the set-up until a step. */
async function walk(page: Page, until: string): Promise<void> {
  await page.getByRole("heading", { name: "Which HubSpot?" }).waitFor();
  if (until === "hubspot") return;
  await page.getByLabel("Service key").fill("pat-na1-right");
  await press(page, "Next: Tuco");
  await page.getByRole("heading", { name: "Which Tuco workspace?" }).waitFor();
  if (until === "tuco") return;
  await page.getByLabel("API key").fill("tuco_right");
  await press(page, "Test both");
  await page.getByText("Everything works.").waitFor();
  await press(page, "Save and go on");
  await page.getByRole("heading", { name: "What is mirrored?" }).waitFor();
  await page.getByText("Front desk").waitFor();
  if (until === "mirror") return;
  await press(page, "Next: Mapping");
  await page.getByRole("heading", { name: "What goes where?" }).waitFor();
  if (until === "mapping") return;
  await press(page, "Next: Test");
  await page.getByText("Everything works.").waitFor();
}

describe("the set-up", () => {
  it("can be left, taken up again after a restart, and brought to its end", async () => {
    const { page, complaints } = await open("overview", "first");
    await press(page, "Connect HubSpot and Tuco");
    await walk(page, "mapping");
    await press(page, "Leave for now");
    await page.getByText("Step 4 of 5 comes next.").waitFor();
    await picture(page, "setup-left");
    await expectAccessible(page);
    await page.goto(page.url().replace("scripted=first", "scripted=calm"));
    await press(page, "Go on");
    await page.getByRole("heading", { name: "What goes where?" }).waitFor();
    await press(page, "Next: Test");
    await page.getByText("Everything works.").waitFor();
    await press(page, "Done: to the Overview");
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    expect(await page.getByText(/comes next/).count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("says at once when a key is in the wrong field", async () => {
    const { page } = await open("overview", "first");
    await press(page, "Connect HubSpot and Tuco");
    await page.getByLabel("Service key").fill("tuco_sk_1");
    await page.getByText("This is a key of Tuco.").waitFor();
    await page.context().close();
  });
});

describe("signing in in the browser", () => {
  async function begin(clientId: string): Promise<Opened> {
    const opened = await open("connections?connect=");
    const { page } = opened;
    await page.getByText("Sign in with my own app").click();
    await page.getByLabel("Client id").fill(clientId);
    await page.getByLabel("Client secret").fill("a-secret");
    await page.getByLabel("API key").fill("tuco_right");
    await press(page, "Sign in in the browser");
    return opened;
  }

  it("makes the connection, and the secret is not in the page any more", async () => {
    const { page } = await begin("right");
    await page
      .getByText(/has new keys/)
      .first()
      .waitFor();
    const typed = await page
      .locator("input")
      .evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value));
    expect([await page.content(), ...typed].join()).not.toContain("a-secret");
    await page.context().close();
  });

  it("says what HubSpot refused", async () => {
    const { page } = await begin("wrong");
    await page
      .getByText("HubSpot does not accept the client secret.")
      .waitFor();
    await picture(page, "sign-in-refused");
    await expectAccessible(page);
    await page.context().close();
  });

  it("can be cancelled", async () => {
    const { page } = await begin("never");
    await press(page, "Cancel");
    await page.getByLabel("Client id").waitFor();
    await page.context().close();
  });

  it("takes the address by hand, and says when it is another one", async () => {
    const { page } = await begin("never");
    await page.getByText(/The browser shows an error/).click();
    const field = page.getByLabel("Address from the browser");
    await field.fill("https://example.com");
    await press(page, "Use it");
    await page.getByText(/This is not the address/).waitFor();
    await field.fill("http://localhost:17845/hubspot/signed-in?code=1");
    await press(page, "Use it");
    await page
      .getByText(/has new keys/)
      .first()
      .waitFor();
    await page.context().close();
  });
});

describe("several connections", () => {
  it("are told apart in the switcher, each with where it stands", async () => {
    const { page } = await open("overview");
    await page.getByRole("button", { name: /^Connection:/ }).click();
    await page.getByRole("menuitem", { name: /Harbor Dental North/ }).waitFor();
    await page.screenshot({ path: "test-pages/pictures/switcher.png" });
    await expectAccessible(page, "over");
    await page.getByRole("menuitem", { name: /Harbor Dental North/ }).click();
    await page
      .getByRole("button", { name: /Connection:\s*Harbor Dental North/ })
      .waitFor();
    await page.context().close();
  });

  it("get a name and a colour", async () => {
    const { page } = await open("connections", "calm");
    await press(page, "More for Harbor Dental");
    await page.getByRole("menuitem", { name: "Name and colour" }).click();
    await page.getByRole("radio", { name: "rose" }).check({ force: true });
    await page.screenshot({ path: "test-pages/pictures/colour.png" });
    await expectAccessible(page, "over");
    await press(page, "Keep");
    await page.getByText("Kept.").first().waitFor();
    await page.context().close();
  });

  it("are disconnected only by name, and a sign-in can be uninstalled too", async () => {
    const { page } = await open("connections");
    await press(page, "More for عيادة الميناء");
    await page.getByRole("menuitem", { name: "Disconnect" }).click();
    await page.getByText(/can live up to 30 minutes/).waitFor();
    await page.getByLabel("And uninstall my app from HubSpot").check();
    await page.screenshot({ path: "test-pages/pictures/disconnect.png" });
    await expectAccessible(page, "over");
    const action = page.getByRole("button", {
      name: "Disconnect and uninstall",
    });
    expect(await action.isDisabled()).toBe(true);
    await page.getByLabel(/Type .* to go on/).fill("عيادة الميناء");
    await action.click();
    await page
      .getByText(/was disconnected/)
      .first()
      .waitFor();
    await page.context().close();
  });
});

describe("the tester", () => {
  it("writes to a contact only after that contact and the portal were named", async () => {
    const { page } = await open("connections?test=1");
    await press(page, "Test writing an entry");
    await page.getByLabel("Contact", { exact: true }).fill("grace");
    await page
      .getByRole("option", { name: /Grace Liu/ })
      .first()
      .click();
    await page.getByText(/Write a test entry to .*Grace Liu/).waitFor();
    await page.getByText(/In .*Harbor Dental Group/).waitFor();
    await page.screenshot({ path: "test-pages/pictures/test-writing.png" });
    await expectAccessible(page, "over");
    await press(page, "Write and remove");
    await page.getByText("An entry written and removed").waitFor();
    await page.context().close();
  });
});

describe("the lines", () => {
  it("are preferred in the order in which they are chosen", async () => {
    const { page } = await open("connections", "calm");
    await page.getByText("Lines, their health and caps").click();
    await page.getByLabel("Preferred: Front desk").waitFor();
    await page.getByLabel("Prefer: Dr. Lane 🦷").check();
    await page.getByLabel("Preferred, 2: Dr. Lane 🦷").waitFor();
    await page.getByLabel("Preferred, 1: Front desk").uncheck();
    await page.getByLabel("Preferred: Dr. Lane 🦷").waitFor();
    await page.context().close();
  });
});

describe("links that lead into the window", () => {
  it("are of any contact, or of the one that was chosen", async () => {
    const { page } = await open("settings", "calm");
    const links = page.getByRole("region", { name: "Links" });
    const code = "compose?portal=4400001&contact=";
    await links.getByText(`tuco-hubspot://${code}RECORD_ID`).waitFor();
    await links.getByRole("button", { name: "Choose a contact" }).click();
    await links.getByLabel("Contact", { exact: true }).fill("grace");
    await links
      .getByRole("option", { name: /Grace Liu/ })
      .first()
      .click();
    await links.getByText(/compose\?portal=4400001&contact=70\d+/).waitFor();
    await links.getByText("The contact's log").click();
    await links.getByText(/:\/\/contact\?portal=/).waitFor();
    await page.context().close();
  });
});

describe("the listener", () => {
  it("says when Tuco still reports to another address, and ends a rotation", async () => {
    const { page } = await open("connections?listen=1");
    await page.getByLabel("Listen for webhooks of Tuco").check();
    const tunnel = page.getByLabel("Address of your tunnel");
    await tunnel.fill("https://relay.example");
    await press(page, "Keep");
    await press(page, "Register at Tuco");
    await press(page, "Register");
    await press(page, "Replace the secret");
    await press(page, "Replace");
    await press(page, "Forget the old one now");
    await page.getByText("Kept with the keys, never shown.").waitFor();
    await tunnel.fill("https://other.example");
    await press(page, "Keep");
    await page.getByText(/still reports to the address of before/).waitFor();
    await page.context().close();
  });
});

describe("new keys for a connection that is signed in", () => {
  it("stay with the way that was chosen, whatever a round reports meanwhile", async () => {
    const { page } = await open("connections?connect=2");
    await page.getByLabel("Client id").waitFor();
    await page.getByText("Paste a key").click();
    await page.getByLabel("Service key").fill("pat-na1-half-");
    await page.evaluate(async () => {
      const { scripted } = window as never as {
        scripted: { tell: (news: unknown) => void; calls: string[] };
      };
      const asked = () => scripted.calls.filter((one) => one === "snapshot");
      const before = asked().length;
      scripted.tell({ what: "connections" });
      while (asked().length === before)
        await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
    });
    expect(await page.getByLabel("Service key").inputValue()).toBe(
      "pat-na1-half-",
    );
    await page.context().close();
  });
});

describe("connecting another portal", () => {
  it("tests two keys with live ticks, then saves them", async () => {
    const { page, complaints } = await open("connections?connect=");
    await page.getByLabel("Service key").fill("pat-na1-wrong");
    await page.getByLabel("API key").fill("tuco_key");
    await press(page, "Test");
    await page.getByText("Something has to be changed first.").waitFor();
    await picture(page, "connect-refused");
    await expectAccessible(page);
    await page.getByLabel("Service key").fill("pat-na1-right");
    await press(page, "Test");
    await page.getByText("Everything works.").waitFor();
    await picture(page, "connect-works");
    await press(page, "Save and start");
    await page
      .getByText(/has new keys|is connected/)
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
