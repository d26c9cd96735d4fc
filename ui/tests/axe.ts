// Axe is put into the page by the browser's own tools, past the content security policy, which stays
// as it is for the page itself.
import axe from "axe-core";
import type { Page } from "playwright-core";

/** What axe finds, as sentences. */
export async function faults(page: Page, without: string[]): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async (rules) => {
    const run = (globalThis as unknown as { axe: typeof axe }).axe;
    const { violations } = await run.run(document, {
      runOnly: {
        type: "tag",
        values: [
          "wcag2a",
          "wcag2aa",
          "wcag21a",
          "wcag21aa",
          "wcag22aa",
          "best-practice",
        ],
      },
      rules: Object.fromEntries(rules.map((id) => [id, { enabled: false }])),
    });
    // A tip comes and goes with pointer and focus, beside all landmarks, as its role wants it.
    const isTip = (target: unknown): boolean =>
      typeof target === "string" &&
      document.querySelector(target)?.querySelector("[role=tooltip]") != null;
    return violations.flatMap((rule) =>
      rule.nodes
        .filter((node) => rule.id !== "region" || !isTip(node.target[0]))
        .map(
          (node) =>
            `${rule.id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ""}`,
        ),
    );
  }, without);
}
