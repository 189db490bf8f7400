import { join, relative } from "node:path";
import { BuildError } from "./build_error.ts";
import type { RunCommand } from "./run_command.ts";
import { withoutBacktrace } from "./without_backtrace.ts";

/**
 * Bundles the program into one ES module, with what it imports from npm and with its assets, which
 * it has to import as well (`with { type: "json" | "text" | "bytes" }`). Both kinds of executable
 * are made from it, so that the tests of one say something about the other.
 *
 * @param folder Where to put the module and its entry; within the checkout.
 * @param commit What the executable shall say it was built from.
 * @param run Runs Deno, in the checkout.
 * @returns Path of the module. It depends on the sources and the commit, not on the machine.
 * @throws {BuildError} If the program cannot be bundled.
 */
export async function bundleProgram(
  folder: string,
  commit: string,
  run: RunCommand,
): Promise<string> {
  await Deno.mkdir(folder, { recursive: true });
  const entry = join(folder, "entry.ts");
  await Deno.writeTextFile(entry, entryText(folder, commit));
  const bundle = join(folder, "hushcast.mjs");
  const result = await run(Deno.execPath(), ["bundle", "--quiet", "--output", bundle, entry]);
  if (!result.success) {
    throw new BuildError(`cannot bundle the program:\n${withoutBacktrace(result.stderr)}`);
  }
  const text = await Deno.readTextFile(bundle);
  await Deno.writeTextFile(bundle, withoutCachePaths(text, await npmCache(run)));
  return bundle;
}

function entryText(folder: string, commit: string): string {
  const pathTo = (file: string) => JSON.stringify(`./${slashed(relative(folder, file))}`);
  return [
    `import { restoreHome } from ${pathTo("scripts/compile/restore_home.ts")};`,
    `import { runProcess } from ${pathTo("src/cli/run_process.ts")};`,
    "restoreHome(Deno.env);",
    `await runProcess(${JSON.stringify({ from: "executable", commit })});`,
    "",
  ].join("\n");
}

/** The bundler names each module by its path, and those from npm lie in the user's cache. */
function withoutCachePaths(text: string, cache: string): string {
  const path = RegExp.escape(slashed(relative(Deno.cwd(), cache)));
  return text.replaceAll(new RegExp(`${path}/[^/\\n]+/`, "g"), "npm/");
}

/** Where modules from npm lie, without symbolic links, as the bundler names them. */
async function npmCache(run: RunCommand): Promise<string> {
  const { stdout } = await run(Deno.execPath(), ["info", "--json"]);
  const { npmCache }: { npmCache: string } = JSON.parse(stdout);
  return await Deno.realPath(npmCache).catch(() => npmCache);
}

/** A path as URLs and import specifiers write it, on Windows too. */
function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}
