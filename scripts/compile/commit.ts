import type { RunCommand } from "./run_command.ts";

/** Hex digits of a commit that are shown; few repositories need more to tell commits apart. */
const COMMIT_DIGITS = 12;

/**
 * The commit that a build is made from.
 *
 * @param run Runs git, in the checkout.
 * @returns Such as `1a2b3c4d5e6f`, with `-dirty` when files differ from it; `unknown` where there is
 *   no git or no repository, as in an unpacked archive, or where git takes the owner of the checkout
 *   for a stranger.
 */
export async function commitOf(run: RunCommand): Promise<string> {
  // An archive may have been unpacked within the repository of something else.
  const own = await run("git", ["ls-files", "--error-unmatch", "main.ts"]);
  if (!own.success) return "unknown";
  const head = await run("git", ["rev-parse", `--short=${COMMIT_DIGITS}`, "HEAD"]);
  if (!head.success) return "unknown";
  const status = await run("git", ["status", "--porcelain"]);
  const isDirty = !status.success || status.stdout !== "";
  return head.stdout.trim() + (isDirty ? "-dirty" : "");
}
