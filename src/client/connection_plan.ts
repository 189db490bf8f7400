import { join } from "node:path";
import { isFingerprint } from "../crypto/identity.ts";
import { type Endpoint, parseEndpoint } from "../session/endpoint.ts";
import { RELAY_PORT } from "../settings/well_known_addresses.ts";
import { checkClientName } from "../wire/client_name.ts";
import { DEFAULT_TLV_TYPES } from "../wire/tlv_types.ts";
import { MAX_ADMISSION_TOKEN_BYTES } from "./invitation.ts";
import { KnownRelaysFile } from "./known_relays_file.ts";
import { localAddress } from "./local_address.ts";
import type { RelayClientCoreOptions } from "./relay_client_core_options.ts";
import type { RelayClientOptions } from "./relay_client_options.ts";
import { targetName } from "./relay_target.ts";
import { RelayTrust } from "./relay_trust.ts";
import { resolveHost } from "./resolve_host.ts";

/** Name of the file of known relays within the state directory. */
export const KNOWN_RELAYS_FILE = "known_relays";

/** Pace of messages: 32 at once, then 4,000 a second, the same as that of fragments. */
const DEFAULT_MESSAGE_RATE = { burst: 32, perSecond: 4_000 } as const;

/** Everything that connecting needs, worked out of the options. */
export interface ConnectionPlan {
  /** How the user names the relay: `HOST:PORT`, or `group IP:PORT`. */
  readonly relayName: string;
  /** IP address that the socket is bound to. */
  readonly localAddress: string;
  readonly trust: RelayTrust;
  readonly core: RelayClientCoreOptions;
}

/**
 * Works out how to connect.
 *
 * @param options What the user wants.
 * @returns The plan; nothing is opened yet.
 * @throws {TypeError} If the address of relay or group can't be read, `identity` is no fingerprint, or
 *   `token` has not 1 to 512 bytes.
 * @throws {ClientNameError} If the name breaks the rules of PROTOCOL 1.2.
 * @throws {RelayClientError} `HOST_NOT_FOUND`.
 */
export async function planConnection(options: RelayClientOptions): Promise<ConnectionPlan> {
  const { name, token, identity, stateDirectory } = options;
  if (name !== undefined) checkClientName(name);
  if (token !== undefined) checkToken(token);
  if (identity !== undefined && !isFingerprint(identity)) {
    throw new TypeError(`Cannot pin identity: want SHA256: and 43 characters, got ${identity}`);
  }
  const kind = options.group === undefined ? "relay" : "group";
  const named = endpointOf(options.group ?? options.relay);
  const target = { kind, endpoint: await resolveHost(named) } as const;
  const relayName = targetName(kind, named);
  const knownRelays = stateDirectory === undefined
    ? undefined
    : new KnownRelaysFile(join(stateDirectory, KNOWN_RELAYS_FILE));
  return {
    relayName,
    localAddress: localAddress(target, options.interface),
    trust: new RelayTrust({ relay: relayName, pin: identity, knownRelays }),
    core: coreOptions(target, options),
  };
}

function coreOptions(
  target: RelayClientCoreOptions["target"],
  options: RelayClientOptions,
): RelayClientCoreOptions {
  return {
    types: options.tlvTypes ?? DEFAULT_TLV_TYPES,
    target,
    name: options.name,
    token: options.token,
    reliable: options.reliable ?? false,
    groupDelivery: options.groupDelivery ?? false,
    timeoutMs: options.timeoutMs ?? 10_000,
    reconnectTimeoutMs: options.reconnectTimeoutMs ?? Infinity,
    maxMessageBytes: options.maxMessageBytes ?? 1024 * 1024,
    maxMessageAgeSeconds: options.maxMessageAgeSeconds ?? 60,
    fragmentTimeoutMs: options.fragmentTimeoutMs ?? 10_000,
    datagramBudgetBytes: options.datagramBudgetBytes ?? 1_200,
    messageRate: options.messageRate ?? DEFAULT_MESSAGE_RATE,
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    random: Math.random,
  };
}

/** Says how long the token is, and never what it is. */
function checkToken(token: string): void {
  const bytes = new TextEncoder().encode(token).byteLength;
  if (bytes >= 1 && bytes <= MAX_ADMISSION_TOKEN_BYTES) return;
  throw new TypeError(
    `Cannot use admission token: want 1 to ${MAX_ADMISSION_TOKEN_BYTES} bytes, got ${bytes}`,
  );
}

function endpointOf(location: string | Endpoint): Endpoint {
  if (typeof location !== "string") return location;
  const endpoint = parseEndpoint(location, RELAY_PORT);
  if (endpoint === undefined) {
    throw new TypeError(`Cannot read address of relay: want HOST:PORT, got ${location}`);
  }
  return endpoint;
}
