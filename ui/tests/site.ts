// Serves the built test pages on loopback under the content security policy of the shipped window,
// and opens them in a headless Chromium that tells what the page complained about.
import { faults } from "./axe";
import { startChromium } from "./chromium";
import { readFileSync, mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const site = join(root, "test-pages", "site");

/** Where the pictures go; nothing in it is committed. */
export const pictures = join(root, "test-pages", "pictures");

const config = JSON.parse(
  readFileSync(join(root, "..", "tauri.conf.json"), "utf8"),
) as { app: { security: { csp: string } } };

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

export interface Site {
  server: Server;
  browser: Browser;
  address: string;
}

export async function openSite(): Promise<Site> {
  mkdirSync(pictures, { recursive: true });
  const server = createServer((request, answer) => {
    const path = normalize(new URL(request.url ?? "/", "http://x").pathname);
    readFile(join(site, path)).then(
      (body) => {
        answer.writeHead(200, {
          "content-type": types[extname(path)] ?? "application/octet-stream",
          "content-security-policy": config.app.security.csp,
        });
        answer.end(body);
      },
      () => {
        answer.writeHead(path === "/favicon.ico" ? 204 : 404);
        answer.end();
      },
    );
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const browser = await startChromium();
  return { server, browser, address: `http://127.0.0.1:${String(port)}` };
}

export async function closeSite(opened: Site): Promise<void> {
  await opened.browser.close();
  opened.server.close();
}

export interface View {
  width: number;
  height: number;
  theme?: "light" | "dark";
}

/** A page, and everything that it complained about. */
/** The window at the size that it has at first. */
export const normal: View = { width: 1280, height: 800 };

/** A scene of the scripted page at a place, such as `activity?q=word`. */
export function openScene(
  opened: Site,
  scene: string,
  place: string,
  view: View = normal,
): Promise<Opened> {
  const theme = view.theme ? `&theme=${view.theme}` : "";
  return openPage(
    opened,
    `scripted.html?scripted=${scene}${theme}#/${place}`,
    view,
  );
}

export interface Opened {
  page: Page;
  complaints: string[];
}

export async function openPage(
  opened: Site,
  path: string,
  view: View,
): Promise<Opened> {
  const context = await opened.browser.newContext({
    viewport: { width: view.width, height: view.height },
    colorScheme: view.theme ?? "light",
    reducedMotion: "reduce",
    locale: "en-GB",
    timezoneId: "Europe/London",
  });
  context.setDefaultTimeout(8_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) {
      complaints.push(message.text());
    }
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(opened.address)) {
      complaints.push(`A request to ${request.url()}`);
    }
  });
  // As in the shipped window (tauri.conf.json, freezePrototype).
  await page.addInitScript(() => {
    Object.freeze(Object.prototype);
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(
        `Refused by the policy: ${event.violatedDirective} ${event.sourceFile} ${String(event.lineNumber)} ${event.sample}`,
      );
    });
  });
  await page.goto(`${opened.address}/${path}`);
  return { page, complaints };
}

export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({
    path: join(pictures, `${name}.png`),
    fullPage: true,
    animations: "disabled",
  });
}

/** Nothing sticks out at the side, and no words are cut off without an ellipsis. */
export async function expectNothingCutOff(page: Page): Promise<void> {
  const found = await page.evaluate(() => {
    const faults: string[] = [];
    const whole = document.documentElement;
    if (
      document.querySelector(".frame") &&
      whole.scrollHeight > whole.clientHeight
    ) {
      faults.push("The frame itself can be scrolled away.");
    }
    if (whole.scrollWidth > whole.clientWidth) {
      faults.push(
        `The page is ${String(whole.scrollWidth)} wide in ${String(whole.clientWidth)}.`,
      );
    }
    for (const element of document.querySelectorAll<HTMLElement>("body *")) {
      if (
        element.closest(".unseen, svg, [data-may-stick-out]") ||
        element.clientWidth === 0
      )
        continue;
      const style = getComputedStyle(element);
      // Hidden from the eye on purpose, for readers only.
      let hidden = false;
      for (let at: Element | null = element; at; at = at.parentElement) {
        hidden ||= getComputedStyle(at).clipPath !== "none";
      }
      if (hidden) continue;
      const wide = element.scrollWidth - element.clientWidth > 1;
      const high = element.scrollHeight - element.clientHeight > 2;
      const ownText = [...element.childNodes].some(
        (child) => child.nodeType === 3 && child.textContent?.trim(),
      );
      const name = `${element.tagName}.${String(element.className)} “${(element.textContent ?? "").trim().slice(0, 40)}”`;
      if (
        wide &&
        style.overflowX === "hidden" &&
        style.textOverflow !== "ellipsis" &&
        ownText
      ) {
        faults.push(`Cut off at the side: ${name}`);
      }
      if (wide && style.overflowX === "visible" && ownText) {
        faults.push(`Sticks out at the side: ${name}`);
      }
      if (high && ["hidden", "clip"].includes(style.overflowY) && ownText) {
        faults.push(`Cut off below: ${name}`);
      }
    }
    return faults;
  });
  expect(found).toEqual([]);
}

/**
 * Axe finds nothing. What opens over the page stands at the end of the body, outside all landmarks, as
 * menus do; `over` says that something is open.
 */
export async function expectAccessible(
  page: Page,
  over: "over" | "closed" = "closed",
): Promise<void> {
  expect(await faults(page, over === "over" ? ["region"] : [])).toEqual([]);
}
