import { assertEquals } from "@std/assert";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { findChromium, launchBrowser } from "../../scripts/launch_browser.ts";
import { leaveOut } from "./leave_out.ts";

/** How long the page may take for anything, milliseconds. */
const PATIENCE_MS = 20_000;

/** What a test in a browser is given. */
export interface BrowserStage {
  /** Opens a page in a browser window of its own, without cookies of others. */
  open(url: string, options?: BrowserContextOptions): Promise<Page>;
  /** Says what the browser may complain about in this test, such as a refusal by the server. */
  allow(complaint: RegExp): void;
}

/** Launched for the first test of a file, and closed behind its last. */
let launched: Promise<Browser> | undefined;

/**
 * Registers a test in a real Chromium. It fails if a page throws, opens a dialog of the browser's
 * own, or has anything in its console, such as a violation of its Content-Security-Policy. Without
 * Chromium the test is left out; see `leaveOut`.
 *
 * @param name The test's name.
 * @param fn The test.
 */
export function browserTest(name: string, fn: (stage: BrowserStage) => Promise<void>): void {
  if (findChromium() === undefined) {
    return leaveOut(name, "needs chromium: apt-get install chromium");
  }
  // The browser outlives the test, and the sanitizers look at each test for itself.
  Deno.test({ name, sanitizeOps: false, sanitizeResources: false, fn: () => runOnStage(fn) });
}

Deno.test.afterAll(async () => {
  await (await launched)?.close();
});

async function runOnStage(fn: (stage: BrowserStage) => Promise<void>): Promise<void> {
  const browser = await (launched ??= launchBrowser());
  const complaints: string[] = [];
  const allowed: RegExp[] = [];
  await using contexts = new AsyncDisposableStack();
  await fn({
    async open(url, options) {
      const context = await browser.newContext({ locale: "en-GB", ...options });
      contexts.defer(() => context.close());
      context.setDefaultTimeout(PATIENCE_MS);
      const page = await context.newPage();
      noteComplaints(page, complaints);
      await page.goto(url);
      return page;
    },
    allow: (complaint) => void allowed.push(complaint),
  });
  const unexpected = complaints.filter((text) => !allowed.some((pattern) => pattern.test(text)));
  assertEquals(unexpected, []);
}

function noteComplaints(page: Page, complaints: string[]): void {
  page.on("console", (message) => {
    const type = message.type();
    // A server that is away is not the page's fault: most are when their test ends.
    const isOffline = message.text().includes("net::ERR_");
    if ((type === "error" || type === "warning") && !isOffline) {
      complaints.push(`${type}: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
}
