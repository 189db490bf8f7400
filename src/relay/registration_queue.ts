import type { Endpoint } from "../session/endpoint.ts";

/** Registrations that wait for RSA at once; one more is dropped as `overloaded`. */
export const MAX_PENDING_REGISTRATIONS = 1_024;

/** Datagrams, and their bytes, held back for one registration; what comes beyond is not held. */
export const MAX_HELD_DATAGRAMS = 32;
export const MAX_HELD_BYTES = 64 * 1024;

/** Bytes held back for all registrations together, the tokens beside their keys included. */
export const MAX_TOTAL_HELD_BYTES = 4 * 1024 * 1024;

/** A registration whose RSA block is being decrypted. */
export interface PendingRegistration {
  readonly jobId: number;
  readonly from: Endpoint;
  readonly address: string;
  /** SHA-256 of the ENCRYPTED_SYMMETRIC_KEY value, as text. */
  readonly digest: string;
  /** Length of the datagram that asked. */
  readonly questionBytes: number;
  /** Tokens that stood behind the key in its datagram, owned copies; the first may be the hello. */
  readonly tokens: readonly Uint8Array[];
  /** The generation of the RSA key that the block was made for. */
  readonly generation: number;
  /** Datagrams that came since from the same address, owned copies. */
  readonly held: Uint8Array[];
  heldBytes: number;
}

/** What became of a datagram that was to be held back. */
export type HoldResult = "held" | "full" | "not_pending";

/**
 * The registrations that wait for RSA, at most one an address.
 *
 * A client may speak before it hears that it is registered; what it says meanwhile is held back and
 * read when its key is known, so that nothing is lost or overtaken.
 */
export class RegistrationQueue {
  readonly #byJob = new Map<number, PendingRegistration>();
  readonly #byAddress = new Map<string, PendingRegistration>();
  #jobsInFlight = 0;
  #heldBytes = 0;
  #lastJobId = 0;

  /** Whether one more registration, with these tokens beside its key, is within the bounds. */
  hasRoomFor(tokens: readonly Uint8Array[]): boolean {
    return this.#jobsInFlight < MAX_PENDING_REGISTRATIONS &&
      this.#heldBytes + bytesOf(tokens) <= MAX_TOTAL_HELD_BYTES;
  }

  /** RSA jobs that have not come back. */
  get jobsInFlight(): number {
    return this.#jobsInFlight;
  }

  /** What waits for an address. */
  at(address: string): PendingRegistration | undefined {
    return this.#byAddress.get(address);
  }

  /**
   * Adds a registration; one that waits for the same address is superseded by it, and what was held
   * back goes over to it.
   */
  begin(
    request: Omit<PendingRegistration, "jobId" | "held" | "heldBytes">,
  ): PendingRegistration {
    const before = this.#byAddress.get(request.address);
    if (before !== undefined) {
      this.#byJob.delete(before.jobId);
      this.#heldBytes -= bytesOf(before.tokens);
    }
    this.#heldBytes += bytesOf(request.tokens);
    const jobId = ++this.#lastJobId;
    const held = before?.held ?? [];
    const pending = { ...request, jobId, held, heldBytes: before?.heldBytes ?? 0 };
    this.#jobsInFlight++;
    this.#byJob.set(jobId, pending);
    this.#byAddress.set(request.address, pending);
    return pending;
  }

  /**
   * Holds a datagram back until the registration of its address is settled.
   *
   * @param datagram Copied.
   * @returns `"full"` when a bound is reached, `"not_pending"` when nothing waits for the address.
   */
  hold(address: string, datagram: Uint8Array): HoldResult {
    const pending = this.#byAddress.get(address);
    if (pending === undefined) return "not_pending";
    const { byteLength } = datagram;
    if (pending.held.length >= MAX_HELD_DATAGRAMS) return "full";
    if (pending.heldBytes + byteLength > MAX_HELD_BYTES) return "full";
    if (this.#heldBytes + byteLength > MAX_TOTAL_HELD_BYTES) return "full";
    pending.held.push(datagram.slice());
    pending.heldBytes += byteLength;
    this.#heldBytes += byteLength;
    return "held";
  }

  /**
   * Takes a registration out when its RSA job has come back.
   *
   * @returns It, or `undefined` when a newer one has superseded it.
   */
  settle(jobId: number): PendingRegistration | undefined {
    this.#jobsInFlight--;
    const pending = this.#byJob.get(jobId);
    if (pending === undefined) return undefined;
    this.#byJob.delete(jobId);
    this.#byAddress.delete(pending.address);
    this.#heldBytes -= pending.heldBytes + bytesOf(pending.tokens);
    return pending;
  }
}

function bytesOf(tokens: readonly Uint8Array[]): number {
  return tokens.reduce((sum, { byteLength }) => sum + byteLength, 0);
}
