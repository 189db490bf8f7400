import axe from "axe-core";
import type { Page } from "playwright-core";

/** Level AA of the Web Content Accessibility Guidelines, and what axe knows beyond. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * Looks for barriers in a page.
 *
 * @param page The page, of a context with `bypassCSP`.
 * @returns What axe objects to, each in a line with the element.
 */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const results: axe.AxeResults = await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(RULES)} })`,
  );
  return results.violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ html, failureSummary = "" }) =>
      `${id} (${impact}): ${html.slice(0, 160)}: ${failureSummary.replaceAll(/\s+/g, " ")}`
    )
  );
}
