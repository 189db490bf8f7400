import type { Endpoint } from "../session/endpoint.ts";
import { sourceKey } from "../session/source_limiter.ts";
import { FairQueue } from "./fair_queue.ts";

/** Registrations that wait for RSA or are at it; one more is dropped as `overloaded`. */
export const MAX_PENDING_REGISTRATIONS = 1_024;

/** The same for one source: an IPv4 address, or the /64 of an IPv6 one. */
export const MAX_PENDING_PER_SOURCE = 256;

/** Datagrams, and their bytes, held back for one registration; what comes beyond is not held. */
export const MAX_HELD_DATAGRAMS = 32;
export const MAX_HELD_BYTES = 64 * 1024;

/** Bytes held back for all registrations together, the tokens beside their keys included. */
export const MAX_TOTAL_HELD_BYTES = 4 * 1024 * 1024;

/** What a client asks for when it registers. */
export interface RegistrationRequest {
  readonly from: Endpoint;
  /** `formatEndpoint(from)` */
  readonly address: string;
  /** `registrationDigest` of the ENCRYPTED_SYMMETRIC_KEY value. */
  readonly digest: string;
  /** That value, an owned copy. */
  readonly ciphertext: Uint8Array<ArrayBuffer>;
  /** Length of the datagram that asked. */
  readonly questionBytes: number;
  /** Tokens that stood behind the key in its datagram, owned copies; the first may be the hello. */
  readonly tokens: readonly Uint8Array[];
  /** The generation of the RSA key that the block was made for. */
  readonly generation: number;
  /** Whether a COOKIE has shown that it comes from where it says. */
  readonly isProven: boolean;
}

/** A registration whose RSA block is to be decrypted, or is being decrypted. */
export interface PendingRegistration extends RegistrationRequest {
  readonly jobId: number;
  /** `sourceKey(from.hostname)` */
  readonly source: string;
  /** Datagrams that came since from the same address, owned copies. */
  readonly held: Uint8Array[];
  heldBytes: number;
}

/** What became of a datagram that was to be held back. */
export type HoldResult = "held" | "full" | "not_pending";

/**
 * The registrations that wait for RSA, at most one an address, and those that are at it.
 *
 * Sources take turns. Those that have proven their address by a COOKIE have every second turn to
 * themselves, so that a flood from forged addresses does not make them wait.
 *
 * A client may speak before it hears that it is registered; what it says meanwhile is held back and
 * read when its key is known, so that nothing is lost or overtaken.
 */
export class RegistrationQueue {
  readonly #proven = new FairQueue<PendingRegistration>();
  readonly #unproven = new FairQueue<PendingRegistration>();
  readonly #running = new Map<number, PendingRegistration>();
  // The newest of each address, waiting or running.
  readonly #byAddress = new Map<string, PendingRegistration>();
  readonly #countBySource = new Map<string, number>();
  #size = 0;
  #heldBytes = 0;
  #lastJobId = 0;
  #provenIsNext = true;

  /** How many wait or are being decrypted, those included that were superseded meanwhile. */
  get size(): number {
    return this.#size;
  }

  /** How many are being decrypted. */
  get running(): number {
    return this.#running.size;
  }

  /** What waits, or is being decrypted, for an address. */
  at(address: string): PendingRegistration | undefined {
    return this.#byAddress.get(address);
  }

  /**
   * Adds a registration. One of the same address is superseded by it, and what was held back goes
   * over to it; if that one still waits, the new one takes its place.
   *
   * @returns Whether there was room for it.
   */
  add(request: RegistrationRequest): boolean {
    const source = sourceKey(request.from.hostname);
    const before = this.#byAddress.get(request.address);
    const replaced = before !== undefined && !this.#running.has(before.jobId) ? before : undefined;
    if (replaced === undefined && !this.#hasRoomFor(source)) return false;
    const addedBytes = bytesOf(request.tokens) - bytesOf(before?.tokens ?? []);
    if (this.#heldBytes + addedBytes > MAX_TOTAL_HELD_BYTES) return false;
    this.#heldBytes += addedBytes;
    const jobId = ++this.#lastJobId;
    const held = before?.held ?? [];
    const pending = { ...request, jobId, source, held, heldBytes: before?.heldBytes ?? 0 };
    this.#byAddress.set(request.address, pending);
    if (replaced === undefined) this.#count(source, 1);
    else if (replaced.isProven !== pending.isProven) {
      this.#laneOf(replaced).remove(source, replaced.address);
    }
    this.#laneOf(pending).put(source, pending.address, pending);
    return true;
  }

  /** Takes out the one whose turn it is to be decrypted, if one waits. */
  next(): PendingRegistration | undefined {
    const pending = this.#provenIsNext
      ? this.#proven.take() ?? this.#unproven.take()
      : this.#unproven.take() ?? this.#proven.take();
    if (pending === undefined) return undefined;
    this.#provenIsNext = !pending.isProven;
    this.#running.set(pending.jobId, pending);
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
    const pending = this.#running.get(jobId);
    if (pending === undefined) return undefined;
    this.#running.delete(jobId);
    this.#count(pending.source, -1);
    if (this.#byAddress.get(pending.address) !== pending) return undefined;
    this.#byAddress.delete(pending.address);
    this.#heldBytes -= pending.heldBytes + bytesOf(pending.tokens);
    return pending;
  }

  #laneOf({ isProven }: PendingRegistration): FairQueue<PendingRegistration> {
    return isProven ? this.#proven : this.#unproven;
  }

  #hasRoomFor(source: string): boolean {
    return this.#size < MAX_PENDING_REGISTRATIONS &&
      (this.#countBySource.get(source) ?? 0) < MAX_PENDING_PER_SOURCE;
  }

  #count(source: string, change: 1 | -1): void {
    this.#size += change;
    const count = (this.#countBySource.get(source) ?? 0) + change;
    if (count === 0) this.#countBySource.delete(source);
    else this.#countBySource.set(source, count);
  }
}

function bytesOf(tokens: readonly Uint8Array[]): number {
  return tokens.reduce((sum, { byteLength }) => sum + byteLength, 0);
}
