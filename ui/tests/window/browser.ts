// A person at the system's browser: what the program opens is noted instead of shown, and a headless
// Chromium goes there.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";

import { startChromium } from "../chromium";
import { patience, until, type Place } from "./driver";

/** A name of somebody else's that leads to this computer, as in a DNS rebinding attack. */
const strangeName = "rebound.test";

export class Person {
  private constructor(
    private readonly browser: Browser,
    private readonly opened: string,
    private readonly programs: string,
    private seen = 0,
  ) {}

  /** Puts a program in the place of the one that opens the system's browser. */
  static async at(place: Place): Promise<Person> {
    const programs = join(place.folder, "programs");
    const opened = join(place.folder, "opened");
    mkdirSync(programs);
    const opener = join(programs, "xdg-open");
    writeFileSync(opener, `#!/bin/sh\nprintf '%s\\n' "$1" >> '${opened}'\n`);
    chmodSync(opener, 0o755);
    const browser = await startChromium([
      `--host-resolver-rules=MAP ${strangeName} 127.0.0.1`,
      "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests",
    ]);
    return new Person(browser, opened, programs);
  }

  /**
   * What an address of this computer answers to a stranger's page whose name leads here since it was
   * loaded, in so many runs: to a visit, and to what the page asks by script, which to the browser is its
   * own origin. The browser's own wall around this computer is down; where it stands nothing is asked.
   */
  async rebound(address: string, runs: number): Promise<number[]> {
    const url = new URL(address);
    url.hostname = strangeName;
    const page = await this.browser.newPage();
    const strangers = `${url.origin}/strangers-page`;
    await page.route(strangers, (route) =>
      route.fulfill({ contentType: "text/html", body: "<p>A page.</p>" }),
    );
    const answers = new Set<number>();
    for (let run = 0; run < runs; run += 1) {
      answers.add((await page.goto(url.href))?.status() ?? 0);
      await page.goto(strangers);
      const asked = page.evaluate(
        ([href, method]) =>
          fetch(href, { method }).then(
            (answer) => answer.status,
            () => undefined,
          ),
        [url.href, run % 2 === 0 ? "POST" : "GET"] as const,
      );
      const status = await asked;
      if (status !== undefined) answers.add(status);
    }
    await page.close();
    return [...answers];
  }

  /** What the window must be given so that its links come here. */
  variables(): Record<string, string> {
    return { PATH: `${this.programs}:${process.env["PATH"] ?? ""}` };
  }

  /** The link that was opened next. */
  async link(): Promise<string> {
    const all = await until("the browser is opened", () => {
      const links = existsSync(this.opened)
        ? readFileSync(this.opened, "utf8").trim().split("\n")
        : [];
      return Promise.resolve(links.length > this.seen && links);
    });
    this.seen = all.length;
    return all.at(-1) ?? "";
  }

  /** Opens the link, chooses an account and decides. The page that is there then. */
  async decides(
    portal: number,
    decision: "approve" | "decline",
  ): Promise<Page> {
    const context = await this.browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(patience);
    await page.goto(await this.link());
    await page.click(`#account-${String(portal)}`);
    await page.click(`#${decision}`);
    await page.waitForLoadState();
    return page;
  }

  leave(): Promise<void> {
    return this.browser.close();
  }
}
