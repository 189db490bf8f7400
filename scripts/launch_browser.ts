import { type Browser, chromium } from "playwright-core";
import { findProgram } from "./find_program.ts";

/** No graphics card, no sandbox as root, and no traffic of its own. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Where Chromium is; `undefined` if it can't be run by its bare name. */
export function findChromium(): string | undefined {
  return findProgram("chromium");
}

/**
 * Starts Chromium without a window, to be driven by a program.
 *
 * @returns The browser; the caller closes it.
 * @throws {Error} If there is none.
 */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath !== undefined) {
    return await chromium.launch({ executablePath, args: ARGUMENTS });
  }
  throw new Error("Cannot start Chromium: it is in no folder of PATH; apt-get install chromium");
}
