// One view in both themes and both sizes: it is whole, axe finds nothing, and a picture of it is kept.
import type { Page } from "playwright-core";
import { expect } from "vitest";

import {
  expectAccessible,
  expectNothingCutOff,
  openScene,
  picture,
  type Site,
  type View,
} from "./site";

const sizes: View[] = [
  { width: 1280, height: 800 },
  { width: 900, height: 600 },
];

export interface Shot {
  /** The name of the pictures. */
  name: string;
  scene: string;
  place: string;
  /** Something is open over the page. */
  over?: boolean;
  /** It is meant to go on loading. */
  loading?: boolean;
}

/**
 * Goes somewhere in every size and theme, takes the picture and has it looked through. The theme changes
 * under the open page, as when evening comes.
 */
export async function everywhere(
  site: Site,
  shot: Shot,
  then: (page: Page) => Promise<void>,
): Promise<void> {
  for (const view of sizes) {
    const opened = await openScene(site, shot.scene, shot.place, view);
    const { page, complaints } = opened;
    await page.locator("[data-heading]").first().waitFor();
    await then(page);
    if (!shot.loading) {
      await page.waitForFunction(
        () => !document.querySelector("[aria-busy=true]"),
      );
    }
    await expectNothingCutOff(page);
    for (const theme of ["light", "dark"] as const) {
      await changeTheme(page, theme);
      const name = `${shot.name}-${theme}-${String(view.width)}`;
      if (shot.over) {
        await page.screenshot({
          path: `test-pages/pictures/${name}.png`,
          animations: "disabled",
        });
      } else await picture(page, name);
      if (view.width === 1280) {
        await expectAccessible(page, shot.over ? "over" : "closed");
      }
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  }
}

/** What has to be drawn anew is drawn when this ends. */
async function changeTheme(page: Page, theme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await page.waitForFunction(
    (theme) => document.documentElement.dataset["theme"] === theme,
    theme,
  );
}
