import { assertEquals } from "@std/assert";
import { runHushcast } from "./relay_clients.ts";

/** A token that `hushcast token add` has made. */
export interface MadeToken {
  /** What proves its owner, or the invitation that holds it. */
  readonly secret: string;
  /** A file (0600) that holds `secret` on one line. */
  readonly file: string;
}

/** Where `hushcast token` keeps tokens unless it is told otherwise. */
export function tokenFileIn(state: string): string {
  return `${state}/auth_tokens.json`;
}

/**
 * Makes a token as a person would.
 *
 * @param state The state directory, whose token file gets it.
 * @param name Whose token.
 * @param flags Further flags, such as `--expires 2s`.
 */
export async function makeToken(
  state: string,
  name: string,
  ...flags: readonly string[]
): Promise<MadeToken> {
  const made = await runHushcast(["token", "add", name, "--state", state, ...flags]);
  assertEquals(made.code, 0, made.stderr.join("\n"));
  const [secret = ""] = made.stdout;
  const file = `${state}/${name}.token`;
  await Deno.writeTextFile(file, `${secret}\n`, { mode: 0o600 });
  return { secret, file };
}
