import { join } from "node:path";
import { isFingerprint } from "../crypto/identity.ts";
import type { Endpoint } from "../session/endpoint.ts";
import { MAX_RELAYS, RELAY_PORT } from "../settings/well_known_addresses.ts";
import { checkClientName } from "../wire/client_name.ts";
import type { Replay } from "../wire/replay.ts";
import { DEFAULT_TLV_TYPES } from "../wire/tlv_types.ts";
import { isSameEndpoint } from "./discovery.ts";
import { MAX_ADMISSION_TOKEN_BYTES } from "./invitation.ts";
import { KnownRelaysFile } from "./known_relays_file.ts";
import { sharedLocalAddress } from "./local_address.ts";
import type { RelayClientCoreOptions } from "./relay_client_core_options.ts";
import { RelayClientError } from "./relay_client_error.ts";
import type { RelayClientOptions, ReplayOptions } from "./relay_client_options.ts";
import { type RelayTarget, type RelayTargets, targetName } from "./relay_target.ts";
import { RelayTrust } from "./relay_trust.ts";
import { resolveHost } from "./resolve_host.ts";
import { serverEndpoint } from "./server_endpoint.ts";

/** Name of the file of known relays within the state directory. */
export const KNOWN_RELAYS_FILE = "known_relays";

/** Pace of messages: 32 at once, then 4,000 a second, the same as that of fragments. */
const DEFAULT_MESSAGE_RATE = { burst: 32, perSecond: 4_000 } as const;

/** A relay that can be connected to, or a group of them. */
interface PlannedRelay {
  readonly target: RelayTarget;
  readonly trust: RelayTrust;
}

/** Everything that connecting needs, worked out of the options. */
export interface ConnectionPlan {
  /** IP address that the socket is bound to. */
  readonly localAddress: string;
  readonly relays: readonly [PlannedRelay, ...PlannedRelay[]];
  readonly core: RelayClientCoreOptions;
}

/**
 * Works out how to connect.
 *
 * @param options What the user wants.
 * @returns The plan; nothing is opened yet. A relay whose host is not found is left out when there are
 *   others.
 * @throws {TypeError} If the address of relay or group can't be read, there are too many relays or none,
 *   `identity` is no fingerprint, or `token` has not 1 to 512 bytes.
 * @throws {RangeError} If `replay` is no whole number above 0.
 * @throws {ClientNameError} If the name breaks the rules of PROTOCOL 1.2.
 * @throws {RelayClientError} `HOST_NOT_FOUND`.
 */
export async function planConnection(options: RelayClientOptions): Promise<ConnectionPlan> {
  const { name, token, identity = [] } = options;
  if (name !== undefined) checkClientName(name);
  if (token !== undefined) checkToken(token);
  const pins = typeof identity === "string" ? [identity] : identity;
  for (const pin of pins) checkPin(pin);
  const replay = options.replay && replayOf(options.replay);
  const relays = await findRelays(options, pins);
  const [first, ...others] = relays;
  const targets = [first.target, ...others.map(({ target }) => target)] as const;
  return {
    localAddress: sharedLocalAddress(targets, options.interface),
    relays,
    core: coreOptions(targets, replay, options),
  };
}

/**
 * Who decides whether to trust the relay at an address.
 *
 * @param plan The plan.
 * @param endpoint Where an answer came from: with several relays the address of one of them.
 */
export function trustIn({ relays }: ConnectionPlan, endpoint: Endpoint): RelayTrust {
  const [first] = relays;
  const relay = relays.find(({ target }) => isSameEndpoint(target.endpoint, endpoint)) ?? first;
  return relay.trust;
}

async function findRelays(
  options: RelayClientOptions,
  pins: readonly string[],
): Promise<ConnectionPlan["relays"]> {
  const { stateDirectory, logger } = options;
  const knownRelays = stateDirectory === undefined
    ? undefined
    : new KnownRelaysFile(join(stateDirectory, KNOWN_RELAYS_FILE));
  const kind = options.group === undefined ? "relay" : "group";
  const located = await Promise.all(locationsOf(options).map(endpointOf).map(locate));
  const found: PlannedRelay[] = [];
  for (const { named, endpoint } of located) {
    if (endpoint instanceof RelayClientError) continue;
    // Two names of one relay are one, or trust in it would depend on which came first.
    if (found.some(({ target }) => isSameEndpoint(target.endpoint, endpoint))) continue;
    const trust = new RelayTrust({ relay: targetName(kind, named), pins, knownRelays });
    found.push({ target: { kind, endpoint }, trust });
  }
  const missing = located.flatMap(({ endpoint }) =>
    endpoint instanceof RelayClientError ? endpoint : []
  );
  const [first, ...others] = found;
  if (first === undefined) throw missing[0];
  for (const { message } of missing) logger?.warn("relay left out", { reason: message });
  return [first, ...others];
}

async function locate(named: Endpoint) {
  try {
    return { named, endpoint: await resolveHost(named) };
  } catch (error) {
    if (error instanceof RelayClientError) return { named, endpoint: error };
    throw error;
  }
}

function locationsOf({ relay, group }: RelayClientOptions): readonly (string | Endpoint)[] {
  const location = group ?? relay;
  const locations = isList(location) ? location : [location];
  if (locations.length >= 1 && locations.length <= MAX_RELAYS) return locations;
  throw new TypeError(`Cannot use relays: want 1 to ${MAX_RELAYS}, got ${locations.length}`);
}

/** As `Array.isArray`, which tells nothing of lists that are read-only. */
function isList<T>(value: string | Endpoint | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

function replayOf({ messages, seconds }: ReplayOptions): Replay {
  const count = messages ?? seconds;
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new RangeError(`Cannot replay: want a whole number above 0, got ${count}`);
  }
  return messages === undefined
    ? { kind: "age", seconds: BigInt(count) }
    : { kind: "count", messages: BigInt(count) };
}

function coreOptions(
  targets: RelayTargets,
  replay: Replay | undefined,
  options: RelayClientOptions,
): RelayClientCoreOptions {
  return {
    types: options.tlvTypes ?? DEFAULT_TLV_TYPES,
    targets,
    name: options.name,
    token: options.token,
    reliable: options.reliable === true || replay !== undefined,
    replay,
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

function checkPin(pin: string): void {
  if (isFingerprint(pin)) return;
  throw new TypeError(`Cannot pin identity: want SHA256: and 43 characters, got ${pin}`);
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
  return serverEndpoint(location, "relay", RELAY_PORT);
}
