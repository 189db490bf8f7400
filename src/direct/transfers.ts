import { concat, equals } from "@std/bytes";
import { AgeOrder } from "../wire/age_order.ts";
import type { MessagePart } from "../wire/message_part.ts";
import type { Opening } from "./opening.ts";

/** How long an unfinished transfer may go without a new part, milliseconds. */
export const TRANSFER_TIMEOUT_MS = 60_000;

/** Transfers remembered for one Fernet key, finished ones too; past it the oldest is forgotten. */
export const MAX_KEY_TRANSFERS = 64;

/** The least that a part counts against the bounds, bytes: about what the bookkeeping of one costs. */
const MIN_PART_CHARGE_BYTES = 256;

/** Bounds of transfers. */
export interface TransferLimits {
  /** The longest message that may be put together, bytes of payload. */
  readonly maxTransferBytes: number;
  /** What all unfinished ones may hold together, bytes. */
  readonly maxTotalBytes: number;
}

/** A message that comes in parts, under one Fernet key. */
interface Transfer {
  /** `collecting` until its last part came or it was given up. */
  state: "collecting" | "complete" | "given_up";
  readonly count: number;
  readonly signedBy: string | undefined;
  /** Payloads by number; empty once it is over. */
  readonly parts: Map<number, Uint8Array>;
  payloadBytes: number;
  chargedBytes: number;
  lastNewMs: number;
  /** The part numbered last, if it came before others and is still to be acknowledged. */
  unacknowledged: Opening | undefined;
}

/** The transfers under one Fernet key, by transfer id in hexadecimal. */
export type KeyTransfers = Map<string, Transfer>;

/** One part, opened and new. */
export interface IncomingPart {
  readonly part: MessagePart;
  /** Kept. */
  readonly payload: Uint8Array;
  readonly signedBy: string | undefined;
  /** What is acknowledged for it. */
  readonly opening: Opening;
}

/** What became of a part. */
export type TransferResult =
  /** Taken. The part numbered last must not be acknowledged yet. */
  | { readonly state: "collecting"; readonly mayAcknowledge: boolean }
  /** It came before, in the same words. */
  | { readonly state: "repeated"; readonly mayAcknowledge: boolean }
  /** It was the last one missing. `acknowledge` came before, and may be acknowledged now. */
  | {
    readonly state: "complete";
    readonly payload: Uint8Array;
    readonly acknowledge: Opening | undefined;
  }
  /** Not taken: the transfer is over, the part contradicts others, or it gets too long. */
  | { readonly state: "refused"; readonly reason: "too_large" | "malformed" | "transfer_evicted" };

/**
 * Puts messages together that came as several hybrid messages (docs/DIRECT.md, "Long messages").
 *
 *     first part               last missing part
 *     -----------> collecting -------------------> complete
 *                      |
 *                      +-- time-out, bounds, contradiction --> given_up
 *
 * A client takes a transfer for delivered when all parts are acknowledged. So the part numbered last
 * is acknowledged only when all are there: else a server that lost some in a restart would seem to
 * have them.
 */
export class Transfers {
  readonly #limits: TransferLimits;
  // In the order of the last new part.
  readonly #collecting = new AgeOrder<Transfer>();
  #chargedBytes = 0;
  #evicted = 0;

  /** @param limits Its bounds. */
  constructor(limits: TransferLimits) {
    this.#limits = limits;
  }

  /** What the parts of unfinished transfers count, bytes. */
  get chargedBytes(): number {
    return this.#chargedBytes;
  }

  /** Takes how many transfers were given up for the bounds since the last call. */
  takeEvicted(): number {
    const evicted = this.#evicted;
    this.#evicted = 0;
    return evicted;
  }

  /** Whether a part would complete its transfer. */
  completesWith(transfers: KeyTransfers, { transferId, count, number }: MessagePart): boolean {
    const transfer = transfers.get(transferId.toHex());
    if (transfer === undefined) return count === 1;
    const { state, parts } = transfer;
    return state === "collecting" && parts.size === transfer.count - 1 && !parts.has(number);
  }

  /**
   * Takes a part.
   *
   * @param transfers Those of its Fernet key.
   * @param incoming The part.
   * @param nowMs Monotonic time.
   */
  add(transfers: KeyTransfers, incoming: IncomingPart, nowMs: number): TransferResult {
    const { part, payload, signedBy, opening } = incoming;
    const transfer = transfers.get(part.transferId.toHex()) ??
      this.#begin(transfers, incoming, nowMs);
    const { state, count, parts } = transfer;
    const isLast = part.number === count - 1;
    if (state === "complete") return { state: "repeated", mayAcknowledge: true };
    if (state === "given_up") return refused("transfer_evicted");
    if (count !== part.count || transfer.signedBy !== signedBy) {
      return this.#refuse(transfer, "malformed");
    }
    const before = parts.get(part.number);
    if (before !== undefined && equals(before, payload)) {
      return { state: "repeated", mayAcknowledge: !isLast };
    }
    if (before !== undefined) return this.#refuse(transfer, "malformed");
    if (transfer.payloadBytes + payload.byteLength > this.#limits.maxTransferBytes) {
      return this.#refuse(transfer, "too_large");
    }
    this.#store(transfer, part.number, payload, nowMs);
    if (transfer.parts.size === transfer.count) return this.#complete(transfer);
    if (isLast) transfer.unacknowledged = opening;
    this.#keepBound();
    return { state: "collecting", mayAcknowledge: !isLast };
  }

  /** Whether a part that came before may be acknowledged again. */
  mayAcknowledge(transfers: KeyTransfers, { transferId, number, count }: MessagePart): boolean {
    const state = transfers.get(transferId.toHex())?.state;
    return state === "complete" || (state !== "given_up" && number !== count - 1);
  }

  /**
   * Takes note of a copy of a part. Of the part numbered last the newest copy is acknowledged in the
   * end: its client may look for the message id of that one alone.
   *
   * @param opening What would be acknowledged for it.
   */
  repeat(
    transfers: KeyTransfers,
    { transferId, number, count }: MessagePart,
    opening: Opening,
  ): void {
    const transfer = transfers.get(transferId.toHex());
    const before = number === count - 1 ? transfer?.unacknowledged : undefined;
    const isFromSame = before?.peer.address === opening.peer.address;
    if (transfer !== undefined && isFromSame) transfer.unacknowledged = opening;
  }

  /** Gives up what has gone without a new part for too long. @returns How many those were. */
  expire(nowMs: number): number {
    let expired = 0;
    for (const transfer of this.#collecting) {
      if (nowMs < transfer.lastNewMs + TRANSFER_TIMEOUT_MS) break;
      this.#end(transfer, "given_up");
      expired++;
    }
    return expired;
  }

  /** When `expire` has something to do next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    const { first } = this.#collecting;
    return first && first.lastNewMs + TRANSFER_TIMEOUT_MS;
  }

  /** Forgets all transfers of a Fernet key. */
  forget(transfers: KeyTransfers): void {
    for (const transfer of transfers.values()) this.#end(transfer, "given_up");
    transfers.clear();
  }

  #begin(
    transfers: KeyTransfers,
    { part: { transferId, count }, signedBy }: IncomingPart,
    nowMs: number,
  ): Transfer {
    const transfer: Transfer = {
      state: "collecting",
      count,
      signedBy,
      parts: new Map(),
      payloadBytes: 0,
      chargedBytes: 0,
      lastNewMs: nowMs,
      unacknowledged: undefined,
    };
    transfers.set(transferId.toHex(), transfer);
    for (const [id, oldest] of transfers) {
      if (transfers.size <= MAX_KEY_TRANSFERS) break;
      if (oldest.state === "collecting") this.#evicted++;
      this.#end(oldest, "given_up");
      transfers.delete(id);
    }
    return transfer;
  }

  #store(transfer: Transfer, number: number, payload: Uint8Array, nowMs: number): void {
    const charge = Math.max(payload.byteLength, MIN_PART_CHARGE_BYTES);
    transfer.parts.set(number, payload);
    transfer.payloadBytes += payload.byteLength;
    transfer.chargedBytes += charge;
    transfer.lastNewMs = nowMs;
    this.#chargedBytes += charge;
    this.#collecting.touch(transfer);
  }

  #complete(transfer: Transfer): TransferResult {
    const inOrder = [...transfer.parts].sort(([a], [b]) => a - b).map(([, payload]) => payload);
    const payload = concat(inOrder);
    const acknowledge = transfer.unacknowledged;
    this.#end(transfer, "complete");
    return { state: "complete", payload, acknowledge };
  }

  #refuse(transfer: Transfer, reason: "too_large" | "malformed"): TransferResult {
    this.#end(transfer, "given_up");
    return refused(reason);
  }

  #keepBound(): void {
    for (const transfer of this.#collecting) {
      if (this.#chargedBytes <= this.#limits.maxTotalBytes) return;
      this.#end(transfer, "given_up");
      this.#evicted++;
    }
  }

  #end(transfer: Transfer, state: "complete" | "given_up"): void {
    if (transfer.state !== "collecting") return;
    transfer.state = state;
    transfer.parts.clear();
    transfer.unacknowledged = undefined;
    this.#chargedBytes -= transfer.chargedBytes;
    this.#collecting.delete(transfer);
  }
}

function refused(reason: "transfer_evicted" | "too_large" | "malformed"): TransferResult {
  return { state: "refused", reason };
}
