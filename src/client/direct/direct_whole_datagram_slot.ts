import type { DirectDelivery } from "./direct_delivery.ts";

/**
 * How long after a whole datagram an ACK can be about that belongs to it, milliseconds. What a server
 * under a flood has to decrypt before can take it half a minute; an ACK that comes later than this would
 * be taken for that of another message, which may be lost.
 */
export const STRAY_ACK_MS = 60_000;

/**
 * The one message at a time that goes as a whole datagram.
 *
 * Its ACK names no message (PROTOCOL 2.3). So a second one must not be under way, nor may one begin
 * while an ACK for an earlier one can still come: what was given up can be acknowledged yet, and what
 * was sent once can be acknowledged twice, since a network may double the datagram or its ACK.
 */
export class WholeDatagramSlot {
  #taken: DirectDelivery | undefined;
  #strayUntilMs = -Infinity;

  /**
   * Asks for the slot.
   *
   * @param delivery Who asks.
   * @param nowMs Monotonic time.
   * @returns Whether it may go as a whole datagram; else it must go as a fragment.
   */
  take(delivery: DirectDelivery, nowMs: number): boolean {
    if (this.#taken !== undefined || nowMs < this.#strayUntilMs) return false;
    this.#taken = delivery;
    return true;
  }

  /**
   * Frees the slot, if a delivery has it.
   *
   * @param delivery The delivery, which is over, acknowledged or not.
   */
  free(delivery: DirectDelivery): void {
    if (this.#taken !== delivery) return;
    this.#taken = undefined;
    this.#strayUntilMs = delivery.lastSentMs + STRAY_ACK_MS;
  }
}
