// What the program's memory holds of secrets while they are used, and once they are forgotten. Only an
// administrator may look: nobody else is let in, and that is shown in its place.
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
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
import { toConnections } from "./steps";

const place = new Place();
let services: Services;
let person: Person;
let window: Window;
/** By what each is called. */
const secrets = new Map<string, string>();
const rights = /^CapEff:\s*([0-9a-f]+)$/m.exec(
  readFileSync("/proc/self/status", "utf8"),
)?.[1];
/** CAP_SYS_PTRACE, which root has, but not in every container. */
const administrator = ((BigInt(`0x${rights ?? "0"}`) >> 19n) & 1n) === 1n;

beforeAll(async () => {
  services = await startServices(5);
  person = await Person.at(place);
  window = await Window.open(
    place.variables({
      HUBSPOT_API_URL: services.hubspot_url,
      HUBSPOT_APP_URL: services.hubspot_url,
      TUCO_API_URL: services.tuco_url,
      ...person.variables(),
    }),
  );
});
afterAll(async () => {
  await window.end();
  await person.leave();
  await services.end();
  place.remove();
});

/** How a text may stand in memory. */
function shapes(secret: string): Buffer[] {
  return [
    Buffer.from(secret),
    Buffer.from(secret, "utf16le"),
    Buffer.from(Buffer.from(secret).toString("base64").slice(0, -4)),
    Buffer.from(encodeURIComponent(secret)),
  ];
}

const page = 4096;

/** Goes through all memory that a process has written to, piece by piece. */
function look(pid: number, at: (piece: Buffer) => void): void {
  const folder = `/proc/${String(pid)}`;
  const regions = readFileSync(`${folder}/maps`, "latin1")
    .split("\n")
    .filter((line) => / rw/.test(line));
  const memory = openSync(`${folder}/mem`, "r");
  const pages = openSync(`${folder}/pagemap`, "r");
  // Longer than any secret, so that none is cut in two.
  const [overlap, longest] = [1, 4096];
  const piece = Buffer.alloc(longest * page);
  const read = (from: number, to: number) => {
    try {
      const wanted = (to - from) * page;
      at(
        piece.subarray(
          0,
          readSync(memory, piece, 0, wanted, BigInt(from * page)),
        ),
      );
    } catch (error) {
      // It was given back meanwhile.
      if (!/EIO|EFAULT/.test(String(error))) throw error;
    }
  };
  try {
    for (const region of regions) {
      const [first = 0, end = 0] = region
        .split(/[- ]/)
        .slice(0, 2)
        .map((place) => Number(BigInt(`0x${place}`) / BigInt(page)));
      const kept = Buffer.alloc((end - first) * 8);
      readSync(pages, kept, 0, kept.length, first * 8);
      // What was never written to is not there, and huge.
      const there = (place: number) =>
        (kept[(place - first) * 8 + 7] ?? 0) >= 64;
      let from = first;
      while (from < end) {
        while (from < end && !there(from)) from += 1;
        let to = from;
        while (to < end && to - from < longest && there(to)) to += 1;
        if (to > from) read(from, to);
        from = to - from === longest ? to - overlap : to;
      }
    }
  } finally {
    closeSync(memory);
    closeSync(pages);
  }
}

/** Whether it is a digit of a number to the base of sixteen. */
function digit(byte = 0): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 102);
}

/** How often each secret stands in the memory of the program. */
function held(): Record<string, number> {
  const found: Record<string, number> = {};
  const add = (name: string) => (found[name] = (found[name] ?? 0) + 1);
  const all = [...secrets].map(([name, secret]) => ({
    name,
    shapes: shapes(secret),
  }));
  const pid = window.programs()[0] ?? 0;
  look(pid, (piece) => {
    for (const { name, shapes } of all) {
      for (const shape of shapes) {
        let at = piece.indexOf(shape);
        while (at >= 0) {
          add(name);
          at = piece.indexOf(shape, at + shape.length);
        }
      }
    }
    // The tokens that HubSpot gives for half an hour are told to nobody, and look like nothing else.
    for (let at = 0; at < piece.length; at += 100) {
      if (!digit(piece[at])) continue;
      let [from, to] = [at, at];
      while (from > 0 && digit(piece[from - 1])) from -= 1;
      while (digit(piece[to])) to += 1;
      if (to - from >= 300) add("access token");
      at = to;
    }
  });
  return found;
}

describe("the memory of the program", () => {
  it("takes in every kind of secret", async () => {
    await window.click("main button", "Connect HubSpot and Tuco");
    await window.click("[role=radiogroup] label", "Sign in with my own app");
    await window.type("form input[type=text]", services.hubspot_client_id);
    await window.type(
      "form input[type=password]",
      services.hubspot_client_secret,
    );
    await window.click("main button", "Next: Tuco");
    await window.type("form input[type=password]", services.tuco_api_key);
    await window.click("main button", "Sign in in the browser");
    const page = await person.decides(services.portal_id, "approve");
    await page.getByText("HubSpot has answered").waitFor();
    await window.sees("h2", "What is mirrored?");
    const words = ["search", "--all", "service", "tuco-for-hubspot"];
    const { said } = await run("secret-tool", words);
    const token = /"hubspot_refresh_token":"([^"]+)"/.exec(said)?.[1];
    expect(token).toBeTruthy();
    secrets.set("refresh token", token ?? "");
    secrets.set("client secret", services.hubspot_client_secret);
    secrets.set("key of Tuco", services.tuco_api_key);

    const passphrase = "zebra quilt lantern orbit";
    secrets.set("passphrase", passphrase);
    for (const [command, given] of [
      ["keep_in_file", { passphrase }],
      ["keep_in_keychain", {}],
    ] as const) {
      const answer = await window.invoke(command, given);
      expect(answer).toMatchObject({ done: true });
    }
    if (administrator) {
      const found = held();
      expect(found["key of Tuco"]).toBeGreaterThan(0);
      expect(found["access token"]).toBeGreaterThan(0);
    } else {
      expect(() => held()).toThrow(/EACCES|EPERM/);
    }
  });

  it("goes over to a pasted key", async () => {
    await toConnections(window);
    await window.click("main button", "More for");
    await window.click("[role=menuitem]", "Sign in again, or give keys");
    await window.click("[role=radiogroup] label", "Paste a key");
    for (const [at, key] of [
      services.hubspot_token,
      services.tuco_api_key,
    ].entries()) {
      await window.type(
        `form section:nth-of-type(${String(at + 1)}) input[type=password]`,
        key,
      );
    }
    secrets.set("key of HubSpot", services.hubspot_token);
    await window.click("main footer button", "Test");
    await window.sees("main", "Everything works.");
    await window.click("main footer button", "Save");
    await window.sees("h1", "Connections");
  });

  it("holds next to nothing of them within a minute of leaving", async () => {
    const answer = await window.invoke("snapshot");
    if (!answer.done) throw new Error(JSON.stringify(answer.why));
    const { connections } = answer.value as {
      connections: { id: number; name: string }[];
    };
    const [one] = connections;
    const left = await window.invoke("disconnect", {
      connection: one?.id,
      typed: one?.name,
      uninstall: false,
    });
    expect(left).toMatchObject({ done: true });
    if (!administrator) {
      expect(() => held()).toThrow(/EACCES|EPERM/);
      return;
    }
    // Of 27 copies that there were before memory was wiped. Mostly there is none; now and then a stray
    // one is left where we have no hand in, such as in what passes the browser's driver.
    const most = 2;
    let found: Record<string, number> = {};
    const copies = () =>
      Object.values(found).reduce((sum, one) => sum + one, 0);
    await until("the memory is clean", () => {
      found = held();
      return Promise.resolve(copies() <= most);
    }).catch(() => undefined);
    expect(copies(), JSON.stringify(found)).toBeLessThanOrEqual(most);
  });
});
