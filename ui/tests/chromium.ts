// A headless Chromium of the system's, for the page's tests and for signing in as a person does.
import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

function findChromium(): string {
  const named = process.env["CHROMIUM"];
  const found = [
    named ?? "",
    "/usr/bin/chromium",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ].find((path) => path && existsSync(path));
  if (!found) {
    throw new Error(
      "The page tests need Chromium. Install it, or name it in the variable CHROMIUM.",
    );
  }
  return found;
}

export function startChromium(more: string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      ...more,
    ],
  });
}
