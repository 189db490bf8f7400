import { systemReason } from "../observe/system_reason.ts";
import type { ControlTls } from "../control/control_tls.ts";
import { EXIT_CODE } from "./exit_code.ts";
import { ExitCodeError } from "./exit_code_error.ts";
import { UsageError } from "./usage_error.ts";

/** Where the certificate of a control port and its key are. */
export interface ControlTlsSettings {
  /** `--control-cert` */
  readonly controlCert: string | undefined;
  /** `--control-key` */
  readonly controlKey: string | undefined;
}

/**
 * Reads what a control port proves itself with.
 *
 * @param settings The files, both or none.
 * @returns Certificate and key, not yet looked at; `undefined` when TLS is not wanted.
 * @throws {UsageError} If only one file is given.
 * @throws {ExitCodeError} With `failed` if one can't be read.
 */
export async function readControlTls(
  { controlCert, controlKey }: ControlTlsSettings,
): Promise<ControlTls | undefined> {
  if (controlCert === undefined && controlKey === undefined) return undefined;
  if (controlCert === undefined) throw new UsageError("--control-key needs --control-cert");
  if (controlKey === undefined) throw new UsageError("--control-cert needs --control-key");
  const cert = await readPem(controlCert, "certificate");
  return { cert, key: await readPem(controlKey, "private key") };
}

/**
 * Reads a file of certificates or keys.
 *
 * @param path The file.
 * @param what What it is to hold.
 * @returns Its text, which holds PEM of that kind, not yet looked at.
 * @throws {ExitCodeError} With `failed` if it can't be read or holds no such PEM.
 */
export async function readPem(path: string, what: "certificate" | "private key"): Promise<string> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (cause) {
    const message = `Cannot read ${path}: ${systemReason(cause)}`;
    throw new ExitCodeError(EXIT_CODE.failed, message, { cause });
  }
  if (text.includes(`${what.toUpperCase()}-----`)) return text;
  throw new ExitCodeError(EXIT_CODE.failed, `Cannot use ${path}: it holds no ${what} (PEM)`);
}
