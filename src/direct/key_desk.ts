import { MAX_PEM_BYTES } from "../crypto/rsa.ts";
import type { RsaPublicKey } from "../crypto/rsa_public_key.ts";
import { sha256 } from "../crypto/sha256.ts";
import type { Instant } from "../session/instant.ts";
import { SourceLimiter } from "../session/source_limiter.ts";
import { type ClientRecord, clientSummary } from "./client_record.ts";
import type { DirectRemovalReason } from "./direct_effects.ts";
import type { DirectState } from "./direct_state.ts";
import type { Peer } from "./peer.ts";

/**
 * Keys that are read: 300 at once, then 50 a second for each source, 600 at once and 300 a second in
 * all. Reading one takes about a millisecond. Many clients can begin at once behind one address, and
 * whose key is dropped gets answers that it may not understand.
 */
export const KEY_IMPORT_LIMITS = {
  perSource: { burst: 300, perSecond: 50 },
  global: { burst: 600, perSecond: 300 },
  maxSources: 4_096,
} as const;

/** Keys that are being read at once; one more is dropped. */
export const MAX_KEY_IMPORTS = 512;

interface KeyImport {
  readonly peer: Peer;
  readonly pemDigest: string;
}

/**
 * Keeps the keys that clients send (PROTOCOL 2.1).
 *
 * A key is kept for the address that it came from, and nothing proves that it belongs there: it
 * decides for whom answers are encrypted. Who must know the sender looks at signatures.
 */
export class KeyDesk {
  readonly #state: DirectState;
  readonly #limiter: SourceLimiter;
  readonly #imports = new Map<number, KeyImport>();
  /** SHA-256 of the PEM that each kept key came in, so that a copy costs nothing. */
  readonly #pemDigests = new WeakMap<RsaPublicKey, string>();

  /** @param state What the parts of the core share. @param nowMs Monotonic time. */
  constructor(state: DirectState, nowMs: number) {
    this.#state = state;
    this.#limiter = new SourceLimiter(KEY_IMPORT_LIMITS, nowMs);
  }

  /** Takes a datagram that holds a PEM key; copied. */
  take(peer: Peer, datagram: Uint8Array, now: Instant): void {
    const { counters, effects, work } = this.#state;
    const pemDigest = sha256(datagram).toHex();
    if (this.#isKept(peer, pemDigest)) return;
    if (!this.#limiter.take(peer.endpoint.hostname, now.monotonicMs)) {
      return counters.drop("rate_limited");
    }
    if (datagram.byteLength > MAX_PEM_BYTES) {
      // Not kept until its turn: datagrams of 64 KiB would add up.
      return this.#refuse(
        peer,
        `Cannot read RSA key: PEM has ${datagram.byteLength} bytes, at most ${MAX_PEM_BYTES}`,
      );
    }
    if (this.#imports.size >= MAX_KEY_IMPORTS) return counters.drop("overloaded");
    const jobId = this.#state.nextJobId();
    peer.importJobId = jobId;
    this.#imports.set(jobId, { peer, pemDigest });
    counters.rsaPublicOperations++;
    // What the peer says from now on may be signed with this key, and is answered under it.
    work.hold(peer);
    effects.push({ type: "import_key", jobId, pem: datagram.slice() });
  }

  /**
   * Takes the result of an `import_key` effect.
   *
   * @param result The key, or why it is refused.
   */
  keyImported(jobId: number, result: RsaPublicKey | { refused: string }, now: Instant): void {
    const pending = this.#imports.get(jobId);
    if (pending === undefined) return;
    this.#imports.delete(jobId);
    const { peer, pemDigest } = pending;
    // A newer key of the same address, or the operator, has overtaken it.
    if (peer.importJobId !== jobId) return;
    peer.importJobId = undefined;
    this.#state.work.unhold(peer);
    if ("refused" in result) {
      this.#refuse(peer, result.refused);
    } else if (peer.key?.fingerprint === result.fingerprint) {
      this.#pemDigests.set(peer.key, pemDigest);
    } else {
      this.#pemDigests.set(result, pemDigest);
      this.#keep(peer, result, now);
    }
  }

  /** Takes a client back that was there before a restart, if its time is not over. */
  restore(record: ClientRecord, now: Instant): void {
    const { endpoint, key, sinceUnixMs, lastSeenUnixMs, hasDelivered, speaksHybrid } = record;
    const { peers, options } = this.#state;
    // A clock that was set back since must not make anyone younger than now.
    const idleMs = Math.max(0, now.unixMs - lastSeenUnixMs);
    if (idleMs >= options.clientTimeoutMs) return;
    const seen = { monotonicMs: now.monotonicMs - idleMs, unixMs: now.unixMs - idleMs };
    const { peer } = peers.hear(endpoint, 0, seen);
    const standing = { state: "client", key, sinceUnixMs, hasDelivered, speaksHybrid } as const;
    const surplus = peers.register(peer, standing);
    // Fewer may be kept than before: nobody was told that this one was still there.
    if (surplus !== undefined) peers.remove(surplus);
  }

  /** Forgets a client's key. */
  remove(peer: Peer, reason: DirectRemovalReason, detail: string, now: Instant): void {
    const client = clientSummary(peer, now);
    const { counters, effects, peers, work } = this.#state;
    peers.remove(peer);
    counters.drop("forgotten", work.forget(peer));
    effects.push({ type: "client_removed", client, reason, detail });
  }

  /** Forgets the keys of clients that were quiet too long. */
  expire(now: Instant): void {
    for (const peer of this.#state.peers.expired(now.monotonicMs)) {
      this.remove(peer, "timed_out", "", now);
    }
  }

  #refuse({ endpoint: from }: Peer, reason: string): void {
    const { counters, effects } = this.#state;
    counters.keysRefused++;
    counters.drop("malformed");
    effects.push({ type: "key_refused", from, reason });
  }

  #isKept({ key, importJobId }: Peer, pemDigest: string): boolean {
    if (importJobId !== undefined) {
      return this.#imports.get(importJobId)?.pemDigest === pemDigest;
    }
    return key !== undefined && this.#pemDigests.get(key) === pemDigest;
  }

  #keep(peer: Peer, key: RsaPublicKey, now: Instant): void {
    const { peers, counters, effects, work } = this.#state;
    const before = peer.key?.fingerprint;
    const standing = {
      state: "client",
      key,
      sinceUnixMs: now.unixMs,
      hasDelivered: false,
      speaksHybrid: false,
    } as const;
    const surplus = peers.register(peer, standing);
    work.rankAnew(peer);
    counters.keysAccepted++;
    if (before !== undefined) counters.keysReplaced++;
    const client = clientSummary(peer, now);
    effects.push({ type: "client_registered", client, replacedKey: before });
    if (surplus !== undefined) this.remove(surplus, "evicted", "", now);
  }
}
