import { join } from "node:path";
import { formatInvitation } from "../client/invitation.ts";
import { systemReason } from "../observe/system_reason.ts";
import { addAuthToken, listAuthTokens, revokeAuthToken } from "../relay/auth_tokens_file.ts";
import { loadIdentity } from "../relay/identity_file.ts";
import type { TokenSettings } from "../settings/command_settings.ts";
import { AUTH_TOKENS_FILE } from "../settings/token_settings.ts";
import { checkClientName, ClientNameError } from "../wire/client_name.ts";
import { readArgumentWord } from "./argument_word.ts";
import type { CliIo } from "./cli_io.ts";
import type { CommandContext } from "./command.ts";
import { EXIT_CODE, type ExitCode } from "./exit_code.ts";
import { ExitCodeError } from "./exit_code_error.ts";
import { newAdmissionToken } from "./new_admission_token.ts";
import { orUsageError } from "./or_usage_error.ts";
import { shownArgument } from "./shown_argument.ts";
import { TOKEN_ACTIONS } from "./token_actions.ts";
import { tokenJson, tokenLines } from "./token_lines.ts";
import { UsageError } from "./usage_error.ts";
import { writeNote } from "./write_note.ts";

/** What is to be done, and with whose token. */
type TokenTask =
  | { readonly action: "add" | "revoke"; readonly name: string }
  | { readonly action: "list" };

/** Runs `hushcast token`: adds, lists or revokes admission tokens; see `CommandModule`. */
export async function run(
  { settings, positionals, io }: CommandContext<"token">,
): Promise<ExitCode> {
  const task = readTask(positionals);
  const path = settings.authTokens ?? join(settings.state, AUTH_TOKENS_FILE);
  switch (task.action) {
    case "add":
      await addToken(path, task.name, settings, io);
      break;
    case "list":
      await listTokens(path, settings, io);
      break;
    case "revoke":
      await revokeToken(path, task.name, io);
      break;
    default:
      task satisfies never;
  }
  return EXIT_CODE.done;
}

function readTask([word, name]: readonly string[]): TokenTask {
  const right = "write token add NAME, token list or token revoke NAME";
  const action = readArgumentWord(word, TOKEN_ACTIONS, { noun: "action", right });
  if (action === "list") {
    if (name === undefined) return { action };
    throw new UsageError(`Unexpected argument ${shownArgument(name)}`);
  }
  if (name === undefined) throw new UsageError(`Missing name: write token ${action} NAME`);
  orUsageError(ClientNameError, "CLIENT_NAME_MALFORMED", () => checkClientName(name));
  return { action, name };
}

async function addToken(
  path: string,
  name: string,
  settings: TokenSettings,
  io: CliIo,
): Promise<void> {
  const { expiresMs, invite, state } = settings;
  // The identity first: if there can be none, no token is left behind that nobody has seen.
  const identity = invite && await identityOf(state, io);
  const nowUnixMs = Date.now();
  const { text, record } = newAdmissionToken(name, nowUnixMs, expiresMs);
  await addAuthToken(path, record, nowUnixMs);
  const invitation = invite && identity &&
    formatInvitation({ relay: invite, identity, token: text });
  const what = invitation === undefined ? "the token" : "the invitation";
  try {
    await io.stdout.write(`${invitation ?? text}\n`);
  } catch (cause) {
    // Nobody has seen it, and nobody will.
    await revokeAuthToken(path, name);
    const message = `Cannot print ${what}: ${systemReason(cause)}; ${name} was not added`;
    throw new ExitCodeError(EXIT_CODE.failed, message, { cause });
  }
  await writeNote(io, "token", `added ${name}; ${what} is shown this once, so keep it now`);
  await writeNote(io, "token", `the relay takes it with --auth-tokens ${path}`);
  await writeNote(io, "token", clientHint(invitation !== undefined));
}

function clientHint(isInvitation: boolean): string {
  return isInvitation
    ? "the client takes it from a file (chmod 600) by --join-file, or as first line of input by --join -"
    : "the client takes it from a file (chmod 600) by --token-file, or from HUSHCAST_TOKEN";
}

async function identityOf(state: string, io: CliIo): Promise<string> {
  const { identity, path, isNew } = await loadIdentity(state);
  if (isNew) await writeNote(io, "token", `created a new identity in ${path}`);
  return identity.fingerprint;
}

async function revokeToken(path: string, name: string, io: CliIo): Promise<void> {
  await revokeAuthToken(path, name);
  const note = `revoked ${name}; a relay that runs with ${path} ends its sessions`;
  await writeNote(io, "token", note);
}

async function listTokens(path: string, { json }: TokenSettings, io: CliIo): Promise<void> {
  const tokens = await listAuthTokens(path);
  const nowUnixMs = Date.now();
  const lines = json
    ? tokens.map((token) => tokenJson(token, nowUnixMs))
    : tokenLines(tokens, nowUnixMs);
  if (lines.length > 0) await io.stdout.write(`${lines.join("\n")}\n`);
  else await writeNote(io, "token", `${path} holds no tokens`);
}
