import { Fernet } from "../../src/crypto/fernet.ts";
import { type Endpoint, formatEndpoint } from "../../src/session/endpoint.ts";
import { Outbox } from "../../src/session/outbox.ts";
import { ReplayMemory } from "../../src/session/replay_memory.ts";
import { ReplayWindow } from "../../src/session/replay_window.ts";
import type { Session } from "../../src/session/session.ts";
import { reassemblyLimits, ReassemblyPool } from "../../src/wire/reassembly_pool.ts";
import { Reassembly } from "../../src/wire/reassembly.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { SeededRandom } from "./seeded_random.ts";

/** What tells one fake session from another; everything may be left out. */
export interface FakeSessionContents {
  readonly sessionId?: string;
  readonly name?: string;
  readonly endpoint?: Endpoint;
  readonly lastSeenMs?: number;
  readonly features?: number;
}

/**
 * A session as the relay makes them, of real parts that share nothing with any other.
 *
 * @param contents What it is to be called and when it was last heard.
 */
export function fakeSession(contents: FakeSessionContents = {}): Session {
  const random = new SeededRandom(1);
  const endpoint = contents.endpoint ?? { hostname: "127.0.0.1", port: 5_000 };
  const address = formatEndpoint(endpoint);
  const sessionId = contents.sessionId ?? "0123456789abcdef";
  const lastSeenMs = contents.lastSeenMs ?? 0;
  const fernet = new Fernet(Fernet.generateKeyFrom(random.bytes(32)));
  return {
    sessionId,
    registrationDigest: "",
    id: contents.name ?? address,
    name: contents.name,
    token: undefined,
    instance: undefined,
    features: contents.features ?? 0,
    baseSequence: 0n,
    replayFrom: undefined,
    endpoint,
    address,
    fernet,
    outbox: new Outbox({
      types: DEFAULT_TLV_TYPES,
      budgetBytes: 1_200,
      sealer: fernet,
      randomBytes: (count) => random.bytes(count),
    }, { monotonicMs: lastSeenMs, unixMs: 0 }),
    reassembly: new Reassembly(new ReassemblyPool(reassemblyLimits(10_000, 10_000)), sessionId),
    replayMemory: new ReplayMemory({ maxAgeSeconds: 60, maxTokens: 100 }),
    replayWindow: new ReplayWindow(),
    sinceUnixMs: 0,
    joinNotice: 0,
    lastSeenMs,
    messagesIn: 0,
    messagesOut: 0,
    bytesIn: 0,
    bytesOut: 0,
  };
}
