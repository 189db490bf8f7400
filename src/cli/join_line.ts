import {
  type Invitation,
  InvitationError,
  isMeantAsInvitation,
  MAX_INVITATION_LENGTH,
  parseInvitation,
} from "../client/invitation.ts";
import type { CliIo } from "./cli_io.ts";
import { EXIT_CODE } from "./exit_code.ts";
import { ExitCodeError } from "./exit_code_error.ts";
import { takeFirstLine } from "./first_line.ts";
import { LineTooLongError } from "./read_lines.ts";
import { readSecretFile, secretOf } from "./secret_file.ts";
import { UsageError } from "./usage_error.ts";

/** What `--join` is given for an invitation on standard input. */
const STANDARD_INPUT = "-";

/** Where an invitation can come from. */
export interface JoinSettings {
  /** The invitation itself, or `-`. */
  readonly join: string | undefined;
  /** A file that holds it. */
  readonly joinFile: string | undefined;
}

/** An invitation, and the process without the line that it came by. */
export interface Joined {
  readonly invitation: Invitation;
  /** As before, but for standard input: what follows the invitation is still in it. */
  readonly io: CliIo;
}

/**
 * Reads the invitation that a client was started with.
 *
 * @param settings Where it is; at most one place.
 * @param io The process.
 * @param note Told what the user should know, a line each.
 * @returns The invitation, or `undefined` when there is none.
 * @throws {UsageError} If the one on the command line is no invitation, or stands where a file should.
 * @throws {ExitCodeError} With `failed` if a file or standard input gives none. What stands there is
 *   never part of the message.
 * @throws {InterruptedError} If the process is interrupted while it waits for standard input.
 */
export async function readInvitation(
  { join, joinFile }: JoinSettings,
  io: CliIo,
  note: (text: string) => Promise<void>,
): Promise<Joined | undefined> {
  if (joinFile !== undefined) {
    // Else the error for a file that is not there would name it, token and all.
    if (isMeantAsInvitation(joinFile)) {
      throw new UsageError(
        "Cannot use --join-file: want a file, got an invitation, as --join takes",
      );
    }
    const line = await readSecretFile(joinFile, "invitation", note);
    return { invitation: parseOrFail(line, `invitation in ${joinFile}`), io };
  }
  if (join === undefined) return undefined;
  if (join !== STANDARD_INPUT) return { invitation: parseArgument(join), io };
  if (io.stdin.isTerminal) await note("paste the invitation and press Enter");
  const { line, rest } = await takeInputLine(io);
  const invitation = parseOrFail(line, "invitation from standard input");
  return { invitation, io: { ...io, stdin: { isTerminal: io.stdin.isTerminal, readable: rest } } };
}

async function takeInputLine(
  { stdin, signal }: CliIo,
): Promise<{ line: string; rest: ReadableStream<Uint8Array> }> {
  try {
    const first = await takeFirstLine(stdin.readable, MAX_INVITATION_LENGTH, signal);
    const line = secretOf(first.line);
    if (line !== undefined && line !== "") return { line, rest: first.rest };
    await first.rest.cancel();
    throw unusable(
      "invitation from standard input",
      line === "" ? "there is none" : "it is no text",
    );
  } catch (error) {
    if (!(error instanceof LineTooLongError)) throw error;
    throw unusable("invitation from standard input", `want at most ${MAX_INVITATION_LENGTH} bytes`);
  }
}

function parseArgument(line: string): Invitation {
  try {
    return parseInvitation(line);
  } catch (error) {
    if (!(error instanceof InvitationError)) throw error;
    throw new UsageError(`Cannot use --join: ${error.reason}`, { cause: error });
  }
}

function parseOrFail(line: string, what: string): Invitation {
  try {
    return parseInvitation(line);
  } catch (error) {
    if (!(error instanceof InvitationError)) throw error;
    throw unusable(what, error.reason);
  }
}

function unusable(what: string, reason: string): ExitCodeError {
  return new ExitCodeError(EXIT_CODE.failed, `Cannot use ${what}: ${reason}`);
}
