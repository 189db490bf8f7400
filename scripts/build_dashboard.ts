/**
 * Builds the dashboard's script and style sheet from `src/dashboard/` into
 * `src/http/assets/built/`, from where they go into the executable. The same source gives the same
 * text.
 *
 *     deno task build:dashboard
 */
import { fileURLToPath } from "node:url";

const SOURCE = new URL("../src/dashboard/", import.meta.url);
const BUILT = new URL("../src/http/assets/built/", import.meta.url);

/** In the order in which they apply. */
const STYLES = ["theme", "page", "header", "figures", "clients", "log", "dialogs"];

/** The packages whose code is in the script. */
const PACKAGES = ["preact", "uplot"] as const;

/** The files that a browser gets. */
export interface DashboardFiles {
  readonly "dashboard.js": string;
  readonly "dashboard.css": string;
}

/**
 * Builds the dashboard.
 *
 * @returns The text of each file.
 * @throws {Error} If the source does not build; the message is the bundler's.
 */
export async function buildDashboard(): Promise<DashboardFiles> {
  const licences = PACKAGES.map(licenceComment).join("");
  return {
    "dashboard.js": `${licences}${await bundle()}`,
    "dashboard.css": `${licenceComment("uplot")}${styleSheet()}`,
  };
}

async function bundle(): Promise<string> {
  const entry = fileURLToPath(new URL("main.tsx", SOURCE));
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "browser", "--minify", entry],
    // Where it is run from shows in nothing that it writes, but in which settings it finds.
    cwd: fileURLToPath(SOURCE),
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`Cannot build the dashboard:\n${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

function styleSheet(): string {
  const own = STYLES.map((name) => Deno.readTextFileSync(new URL(`style/${name}.css`, SOURCE)));
  return [packageFile("uplot", "dist/uPlot.min.css"), ...own].join("\n");
}

/** Both packages want their licence to go with every copy. */
function licenceComment(name: typeof PACKAGES[number]): string {
  return `/*! ${name}\n${packageFile(name, "LICENSE").trim()}\n*/\n`;
}

function packageFile(name: typeof PACKAGES[number], path: string): string {
  // The one file that every package gives away.
  const manifest = import.meta.resolve(`${name}/package.json`);
  return Deno.readTextFileSync(new URL(path, manifest));
}

if (import.meta.main) {
  for (const [name, text] of Object.entries(await buildDashboard())) {
    await Deno.writeTextFile(new URL(name, BUILT), text);
    console.log(`${name}: ${new TextEncoder().encode(text).byteLength} bytes`);
  }
}
