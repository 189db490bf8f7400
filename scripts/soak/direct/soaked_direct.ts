import type { RsaModulusBits } from "../../../src/crypto/rsa.ts";
import type { Endpoint } from "../../../src/session/endpoint.ts";
import { hushcastCommand } from "../../hushcast_process.ts";
import { readMessage } from "../fleet/soak_message.ts";
import type { DeliveryLedger } from "../measures/delivery_ledger.ts";
import type { DirectTally } from "./direct_tally.ts";
import { StreamedProcess } from "./streamed_process.ts";

/** What the ledger calls the server. */
export const SERVER_NAME = "server";

/** Clients that fell silent are forgotten within a run, so that memory can come to rest. */
const CLIENT_TIMEOUT_SECONDS = 120;

/** A direct server under strain, and where it is reached. */
export interface SoakedDirect extends AsyncDisposable {
  readonly process: StreamedProcess;
  readonly endpoint: Endpoint;
  readonly controlPort: number;
  readonly metricsUrl: string;
  /** Fingerprint of its key. */
  readonly key: string;
}

/** How a direct server under strain is set up. */
export interface SoakedDirectOptions {
  /** Its state directory. */
  readonly state: string;
  readonly rsaBits: RsaModulusBits;
  /** Flags of Deno beside the usual. */
  readonly runtimeFlags: readonly string[];
}

/**
 * Starts a direct server with HTTP and a state directory.
 *
 * @param options How it is set up.
 * @param onLine Told of each line that it prints: a message, or what happened to a client.
 */
export async function startSoakedDirect(
  { state, rsaBits, runtimeFlags }: SoakedDirectOptions,
  onLine: (line: string) => void,
): Promise<SoakedDirect> {
  const process = new StreamedProcess(
    [
      ...["direct", "--json", "--state", state, "--rsa-bits", String(rsaBits)],
      ...["--bind", "127.0.0.1", "--port", "0", "--control-port", "0", "--http", "127.0.0.1:0"],
      ...["--client-timeout", String(CLIENT_TIMEOUT_SECONDS)],
    ],
    onLine,
    hushcastCommand(undefined, runtimeFlags),
  );
  try {
    const [, metrics = ""] = await process.errorLine(/http ready url=(\S+)$/);
    const [, port = "", controlPort = "", key = ""] = await process.errorLine(
      /direct server started udp=\S+:(\d+) control=\S+:(\d+) key=(SHA256:\S+)$/,
    );
    return {
      process,
      endpoint: { hostname: "127.0.0.1", port: Number(port) },
      controlPort: Number(controlPort),
      metricsUrl: `${metrics}metrics`,
      key,
      [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
    };
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Reads what a direct server prints with `--json`, and notes in the ledger what it was given.
 *
 * @param line A line of its standard output.
 * @param ledger Where messages are noted.
 * @param tally Where it is noted that something is not as it was sent.
 */
export function noteDirectLine(
  line: string,
  ledger: DeliveryLedger,
  tally: Pick<DirectTally, "trouble">,
): void {
  if (!line.startsWith("{")) return;
  const { type, text, base64 } = JSON.parse(line);
  if (type !== "message") return;
  const payload = typeof base64 === "string"
    ? Uint8Array.fromBase64(base64)
    : new TextEncoder().encode(String(text));
  const { outcome, message } = readMessage(payload);
  if (outcome !== "whole") return tally.trouble(`message ${outcome}`);
  ledger.received(SERVER_NAME, message.sender, message.number);
}
