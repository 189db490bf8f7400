import {
  isAdmissionToken,
  isMeantAsInvitation,
  MAX_ADMISSION_TOKEN_BYTES,
} from "../client/invitation.ts";
import type { RelayLocation } from "../client/relay_client_options.ts";
import { isFingerprint } from "../crypto/identity.ts";
import { isMulticastAddress } from "../session/multicast_address.ts";
import type { ACCESS_SETTINGS } from "../settings/access_settings.ts";
import { CLIENT_SETTINGS } from "../settings/client_settings.ts";
import type { ChatSettings, CommandName } from "../settings/command_settings.ts";
import type { Setting } from "../settings/setting.ts";
import { flagOf, variableOf } from "../settings/setting_names.ts";
import type { CliIo } from "./cli_io.ts";
import { EXIT_CODE } from "./exit_code.ts";
import { ExitCodeError } from "./exit_code_error.ts";
import { readInvitation } from "./join_line.ts";
import { readSecretFile } from "./secret_file.ts";
import { UsageError } from "./usage_error.ts";
import { writeNote } from "./write_note.ts";

/** The settings that say where the relay is and how to get in. */
export type AccessSettings = Pick<
  ChatSettings,
  "relay" | "group" | "identity" | keyof typeof ACCESS_SETTINGS
>;

/** Where the relay is, who it must be, and what lets this client in. */
export interface ClientAccess {
  /** Address of the relay, or the group in which it is looked for. */
  readonly location: RelayLocation;
  /** Fingerprint that the relay must have, or several; `undefined` for the one that it had before, or any. */
  readonly identity: string | readonly string[] | undefined;
  /** Admission token, if there is one. */
  readonly token: string | undefined;
  /** The process; an invitation that came by standard input is no longer in it. */
  readonly io: CliIo;
}

/** Settings of which only one can be given: each with those after it. */
const EXCLUSIVE: readonly (readonly (keyof AccessSettings)[])[] = [
  ["join", "joinFile", "relay", "identity", "token", "tokenFile"],
  ["joinFile", "relay", "identity", "token", "tokenFile"],
  ["token", "tokenFile"],
];

/**
 * Works out where the relay is and what it asks for, of settings, files and standard input.
 *
 * @param command The command that it is for, which notes are signed with.
 * @param settings Its settings.
 * @param io The process.
 * @returns What connecting needs.
 * @throws {UsageError} If settings exclude each other, or one of them can't be used.
 * @throws {ExitCodeError} With `failed` if a file or standard input can't be used.
 * @throws {InterruptedError} If the process is interrupted while it waits for standard input.
 */
export async function readClientAccess(
  command: CommandName,
  settings: AccessSettings,
  io: CliIo,
): Promise<ClientAccess> {
  rejectExclusive(settings);
  const { relay, group, identity } = settings;
  const note = (text: string) => writeNote(io, command, text);
  const joined = await readInvitation(settings, io, note);
  if (joined !== undefined) {
    const { relay, identity, token } = joined.invitation;
    return { location: { relay }, identity, token, io: joined.io };
  }
  const location = relay === undefined ? { group } : { relay };
  if (relay === undefined && !isMulticastAddress(group.hostname)) {
    throw new UsageError(
      `Cannot use --group: ${group.hostname} is no multicast address; an address of a relay goes with --relay`,
    );
  }
  const identities = identity?.split(",");
  const forged = identities?.find((identity) => !isFingerprint(identity));
  if (forged !== undefined) {
    throw new UsageError(`Cannot use --identity: ${forged} is not the fingerprint of any key`);
  }
  return { location, identity: identities, token: await readToken(settings, note), io };
}

function rejectExclusive(settings: AccessSettings): void {
  for (const [one, ...others] of EXCLUSIVE) {
    const other = others.find((other) => settings[other] !== undefined);
    if (one === undefined || settings[one] === undefined || other === undefined) continue;
    throw exclusive(CLIENT_SETTINGS[one], CLIENT_SETTINGS[other]);
  }
}

/**
 * The error for two settings of which only one can be given.
 *
 * @param one A row of the table.
 * @param other Another one. A variable that is set for all clients may be what is in the way of a flag.
 */
export function exclusive(one: Setting, other: Setting): UsageError {
  const variables = `${variableOf(one)} and ${variableOf(other)}`;
  return new UsageError(
    `--${flagOf(one)} and --${flagOf(other)} exclude each other; ${variables} count as well`,
  );
}

async function readToken(
  { token, tokenFile }: AccessSettings,
  note: (text: string) => Promise<void>,
): Promise<string | undefined> {
  if (tokenFile !== undefined) {
    if (isMeantAsInvitation(tokenFile)) {
      throw new UsageError(
        "Cannot use --token-file: want a file, got an invitation, as --join takes",
      );
    }
    const read = await readSecretFile(tokenFile, "admission token", note);
    if (isAdmissionToken(read)) return read;
    throw new ExitCodeError(
      EXIT_CODE.failed,
      `Cannot use admission token in ${tokenFile}: want at most ${MAX_ADMISSION_TOKEN_BYTES} bytes`,
    );
  }
  if (token === undefined || isAdmissionToken(token)) return token;
  throw new UsageError(`Cannot use --token: want at most ${MAX_ADMISSION_TOKEN_BYTES} bytes`);
}
