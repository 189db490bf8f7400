import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

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

/** Where Chromium is, by the folders of `PATH`; `undefined` if it is in none. */
export function findChromium(): string | undefined {
  const folders = (Deno.env.get("PATH") ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, "chromium")).find(isFile);
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

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    // A folder of PATH may be missing, be a file, or be closed to us.
    const expected = [
      Deno.errors.NotFound,
      Deno.errors.NotADirectory,
      Deno.errors.PermissionDenied,
    ];
    if (expected.some((type) => error instanceof type)) return false;
    throw error;
  }
}
