import { fingerprintOf } from "../../crypto/fingerprint.ts";
import { MAX_PEM_BYTES } from "../../crypto/rsa.ts";
import type { RsaPublicKey } from "../../crypto/rsa_public_key.ts";
import { decodeSpkiPem } from "../../crypto/spki_pem.ts";
import { formatEndpoint } from "../../session/endpoint.ts";
import { keyRequest } from "../../wire/direct_frame.ts";
import { Backoff } from "../../session/backoff.ts";
import { DirectClientError } from "./direct_client_error.ts";
import type { DirectClientState } from "./direct_client_state.ts";
import type { KeyImport } from "./direct_client_effect.ts";

/** Keys looked at for one request; another one is dropped. */
export const MAX_KEY_ANSWERS = 8;

const BACKOFF = { firstMs: 500, capMs: 2_000 } as const;

/**
 * How long the right key is waited for when a wrong one has come: a forged answer must not end the
 * wait, and who has mistyped a fingerprint should not wait for the whole time-out.
 */
const MISMATCH_PATIENCE_MS = 3_000;

/**
 * Asks a server for its key until a good one comes or the time is over.
 *
 * Anyone can forge an answer, so a bad one never ends the wait: it is only what the client fails
 * with when no good one comes. Without a pinned fingerprint the first usable key is taken.
 */
export class DirectKeyRequest {
  readonly #client: DirectClientState;
  readonly #backoff: Backoff;
  #deadlineMs: number;
  readonly #seen = new Set<string>();
  readonly #waiting: Uint8Array[] = [];
  #nextAskMs: number;
  #jobId: number | undefined;
  #mismatch: string | undefined;
  #unusable: string | undefined;

  /** @param client What the parts of the client share. @param nowMs Monotonic time. */
  constructor(client: DirectClientState, nowMs: number) {
    const { random, timeoutMs } = client.options;
    this.#client = client;
    this.#backoff = new Backoff(BACKOFF, random);
    this.#deadlineMs = nowMs + timeoutMs;
    this.#nextAskMs = nowMs;
  }

  /**
   * Takes a datagram that holds a public key.
   *
   * @param datagram Any bytes; copied where kept.
   * @param nowMs Monotonic time.
   */
  hear(datagram: Uint8Array, nowMs: number): void {
    const der = derOf(datagram);
    if (der === undefined) return this.#refuse("its answer holds no public key");
    const { serverKey } = this.#client.options;
    const fingerprint = fingerprintOf(der);
    // Before anything costs more than a hash: whoever forges answers may send many.
    if (serverKey !== undefined && fingerprint !== serverKey) {
      this.#mismatch ??= fingerprint;
      this.#deadlineMs = Math.min(this.#deadlineMs, nowMs + MISMATCH_PATIENCE_MS);
      return this.#client.drops.add("foreign_key");
    }
    if (this.#seen.has(fingerprint)) return;
    const isFull = Math.max(this.#seen.size, this.#waiting.length) >= MAX_KEY_ANSWERS;
    if (isFull) return this.#client.drops.add("surplus_key");
    this.#seen.add(fingerprint);
    this.#waiting.push(der);
    this.#importNext();
  }

  /**
   * Takes the result of an `import_key`.
   *
   * @param jobId The job's number.
   * @param result What became of it.
   * @returns The key, when it is the server's.
   */
  keyImported(jobId: number, result: KeyImport): RsaPublicKey | undefined {
    if (jobId !== this.#jobId) return undefined;
    this.#jobId = undefined;
    if (result.outcome === "usable") return result.key;
    this.#refuse(result.reason);
    this.#importNext();
    return undefined;
  }

  /**
   * Asks when it is time to.
   *
   * @param nowMs Monotonic time.
   * @returns The error to fail with when the time is over.
   */
  tick(nowMs: number): DirectClientError | undefined {
    if (nowMs >= this.#deadlineMs) return this.#failure();
    if (nowMs < this.#nextAskMs) return undefined;
    this.#nextAskMs = nowMs + this.#backoff.next();
    this.#seen.clear();
    this.#client.send(keyRequest());
    return undefined;
  }

  /** When `tick` has something to do next, monotonic milliseconds. */
  nextDeadlineMs(): number {
    return Math.min(this.#nextAskMs, this.#deadlineMs);
  }

  /** One at a time: the first that can be used ends the wait. */
  #importNext(): void {
    if (this.#jobId !== undefined) return;
    const der = this.#waiting.shift();
    if (der === undefined) return;
    this.#jobId = this.#client.nextJobId();
    this.#client.effects.push({ type: "import_key", jobId: this.#jobId, der });
  }

  #refuse(reason: string): void {
    this.#unusable = reason;
    this.#client.drops.add("unusable_key");
  }

  #failure(): DirectClientError {
    const { server, serverKey, timeoutMs } = this.#client.options;
    const address = formatEndpoint(server);
    if (this.#mismatch !== undefined) {
      return new DirectClientError(
        "SERVER_KEY_MISMATCH",
        `Cannot trust server ${address}: expected key ${serverKey}, got ${this.#mismatch}`,
      );
    }
    if (this.#unusable !== undefined) {
      return new DirectClientError(
        "SERVER_KEY_UNUSABLE",
        `Cannot use the key of server ${address}: ${this.#unusable}`,
      );
    }
    return this.#client.silence.error(server, timeoutMs);
  }
}

/**
 * Reads the key in a datagram, and tries nothing out.
 *
 * @param datagram Any bytes; not kept.
 * @returns DER in an array of its own, whatever it holds; `undefined` when there is none.
 */
export function derOf(datagram: Uint8Array): Uint8Array | undefined {
  if (datagram.byteLength > MAX_PEM_BYTES) return undefined;
  return decodeSpkiPem(new TextDecoder().decode(datagram));
}
