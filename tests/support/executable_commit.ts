import { fileURLToPath } from "node:url";
import { type RunCommand, runCommand } from "../../scripts/compile/run_command.ts";

const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));

const BUILD_AGAIN = "build it again with: deno task compile";

/**
 * Says what makes an executable another one than this checkout would give.
 *
 * @param commit What the executable says it was built from.
 * @param run Runs git.
 * @returns A warning in one line, or `undefined` when there is nothing to warn of.
 */
export async function commitWarning(
  commit: string,
  run: RunCommand = runCommand,
): Promise<string | undefined> {
  if (commit === "unknown") return "WARNING: it does not know its commit: built without git";
  const head = await run("git", ["-C", CHECKOUT, "rev-parse", "HEAD"]);
  if (!head.success) return "WARNING: cannot tell whether it is of this checkout: no git here";
  const [built = "", dirty] = commit.split("-");
  const now = head.stdout.trim();
  if (!now.startsWith(built)) {
    return `WARNING: this checkout is at ${now.slice(0, built.length)}; ${BUILD_AGAIN}`;
  }
  if (dirty === undefined) return undefined;
  return `WARNING: it was built with changes that are in no commit; ${BUILD_AGAIN}`;
}
