/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import { type CommandAnswer, readCommandAnswer } from "./command_answer.ts";
import { openLogin } from "../connection/login.ts";

/** How long a command may take, milliseconds. The slowest is a new RSA key of 4,096 bits. */
const COMMAND_TIMEOUT_MS = 60_000;

/** The commands that the page gives. */
export type CommandName =
  | "kick_client"
  | "ban"
  | "unban"
  | "list_bans"
  | "broadcast"
  | "rotate_keys"
  | "send";

/**
 * Gives the server a command. Where a login is needed again, the browser goes to its form.
 *
 * @param command Its name.
 * @param args Its arguments.
 * @returns The answer; it does not throw.
 */
export async function callCommand(
  command: CommandName,
  ...args: readonly string[]
): Promise<CommandAnswer> {
  try {
    const response = await fetch("/api/command", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ command, args }),
      signal: AbortSignal.timeout(COMMAND_TIMEOUT_MS),
    });
    if (response.status === 401) openLogin();
    return readCommandAnswer(response.status, await response.text());
  } catch {
    // Only the network can fail here, and browsers do not tell in which way.
    return { ok: false, code: "UNREACHABLE", text: "The server does not answer" };
  }
}
