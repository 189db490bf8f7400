import { ControlClientError } from "../control/control_client_error.ts";
import type { ControlLinkOptions } from "../control/control_link.ts";
import type { CliIo } from "./cli_io.ts";
import { readPem } from "./control_tls_files.ts";
import { readControlToken } from "./control_token.ts";
import { EXIT_CODE } from "./exit_code.ts";
import { ExitCodeError } from "./exit_code_error.ts";

/** Which control port a command talks to, as its settings say. */
export interface ControlTarget {
  /** `--host` */
  readonly host: string;
  /** `--port` */
  readonly port: number;
  /** `--token-file` */
  readonly tokenFile: string | undefined;
  /** `--ca` */
  readonly ca: string | undefined;
}

/**
 * Reads the files that connecting takes.
 *
 * @param target The control port.
 * @param io The process; its signal ends the connection.
 * @returns What `ControlClient` connects by.
 * @throws {ExitCodeError} With `failed` if a file can't be read or used.
 */
export async function controlLinkOptions(
  { host, port, tokenFile, ca }: ControlTarget,
  { signal }: Pick<CliIo, "signal">,
): Promise<ControlLinkOptions> {
  return {
    hostname: host,
    port,
    signal,
    token: tokenFile && await readControlToken(tokenFile),
    ca: ca && await readPem(ca, "certificate"),
  };
}

/**
 * Gives a failure of the control port the exit code `unreachable`.
 *
 * @param error What was thrown.
 * @param target The control port; says whether a token was given.
 * @returns What to throw instead; the same if it is another failure.
 */
export function withControlExitCode(
  error: unknown,
  { tokenFile }: Pick<ControlTarget, "tokenFile">,
): unknown {
  if (!(error instanceof ControlClientError)) return error;
  if (error.code === "CONTROL_COMMAND_TOO_LONG") return error;
  const message = `${error.message}${hintOf(error, tokenFile)}`;
  return new ExitCodeError(EXIT_CODE.unreachable, message, { cause: error });
}

function hintOf({ serverCode, cause }: ControlClientError, tokenFile: string | undefined): string {
  if (cause instanceof Deno.errors.ConnectionRefused) {
    return "; does the server run there, and is that its --control-port?";
  }
  const needsToken = serverCode === "AUTH_REQUIRED" && tokenFile === undefined;
  return needsToken ? "; give its token with --token-file" : "";
}
