import { isFingerprint } from "../../crypto/fingerprint.ts";
import type { RsaPrivateKey } from "../../crypto/rsa_private_key.ts";
import type { Endpoint } from "../../session/endpoint.ts";
import { DIRECT_PORT } from "../../settings/well_known_addresses.ts";
import type { DirectClientCoreOptions } from "./direct_client_core_options.ts";
import { DirectClientError } from "./direct_client_error.ts";
import type { DirectClientOptions } from "./direct_client_options.ts";
import { localAddress } from "../local_address.ts";
import { RelayClientError } from "../relay_client_error.ts";
import { resolveHost } from "../resolve_host.ts";
import { serverEndpoint } from "../server_endpoint.ts";

/** The least and the most that a fragment can carry, bytes: its datagram has 6 more. */
export const FRAGMENT_BYTES_RANGE = { min: 64, max: 65_501 } as const;

/** So that a datagram has 1,200 bytes, which nearly every path carries whole. */
const DEFAULT_FRAGMENT_BYTES = 1_194;

/** Everything that connecting needs beside keys and randomness, worked out of the options. */
export interface DirectClientPlan {
  /** IP address that the socket is bound to. */
  readonly localAddress: string;
  readonly core: Omit<DirectClientCoreOptions, "ownKey" | "random" | "randomBytes">;
}

/**
 * Works out how to connect.
 *
 * @param options What the user wants.
 * @returns The plan; nothing is opened yet.
 * @throws {TypeError} If the address of the server can't be read, or `serverKey` is no fingerprint.
 * @throws {RangeError} If `maxFragmentBytes` is out of range.
 * @throws {DirectClientError} `HOST_NOT_FOUND`.
 */
export async function planDirectClient(options: DirectClientOptions): Promise<DirectClientPlan> {
  const { serverKey, plainRsa = false, maxFragmentBytes = DEFAULT_FRAGMENT_BYTES } = options;
  if (serverKey !== undefined && !isFingerprint(serverKey)) {
    throw new TypeError(`Cannot pin server key: want SHA256: and 43 characters, got ${serverKey}`);
  }
  checkFragmentBytes(maxFragmentBytes);
  const server = await addressOf(serverEndpoint(options.server, "server", DIRECT_PORT));
  return {
    localAddress: localAddress({ kind: "relay", endpoint: server }, options.interface),
    core: {
      server,
      serverKey,
      isSigning: options.key !== undefined && !plainRsa,
      form: plainRsa ? "plain" : "hybrid",
      timeoutMs: options.timeoutMs ?? 10_000,
      maxFragmentBytes,
      maxMessageBytes: options.maxMessageBytes ?? 64 * 1024 * 1024,
    },
  };
}

/**
 * Tells a core what it needs to know of an RSA key.
 *
 * @param key The client's own key.
 */
export function ownKeyOf(key: RsaPrivateKey): DirectClientCoreOptions["ownKey"] {
  return { pem: new TextEncoder().encode(key.publicPem), modulusBytes: key.modulusBytes };
}

function checkFragmentBytes(bytes: number): void {
  const { min, max } = FRAGMENT_BYTES_RANGE;
  if (Number.isInteger(bytes) && bytes >= min && bytes <= max) return;
  throw new RangeError(`Cannot use maxFragmentBytes: want ${min} to ${max}, got ${bytes}`);
}

async function addressOf(named: Endpoint): Promise<Endpoint> {
  try {
    return await resolveHost(named);
  } catch (cause) {
    if (!(cause instanceof RelayClientError) || cause.code !== "HOST_NOT_FOUND") throw cause;
    throw new DirectClientError("HOST_NOT_FOUND", cause.message, { cause });
  }
}
