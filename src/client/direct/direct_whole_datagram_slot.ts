import type { DirectDelivery } from "./direct_delivery.ts";

/**
 * How long an ACK can be about that names no message and belongs to an earlier one, milliseconds. What
 * a server under a flood has to decrypt before can take it half a minute; an ACK that comes later than
 * this would be taken for that of another message, which may be lost.
 */
export const STRAY_ACK_MS = 60_000;

/**
 * The one message at a time that goes as a whole datagram.
 *
 * Its ACK names no message (PROTOCOL 2.3). So a second one must not be under way, nor may one begin
 * while an ACK for an earlier one can still come: what was sent twice can be acknowledged twice, and
 * what was given up can be acknowledged yet.
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
   * @param delivery The delivery, which is over.
   * @param isAcknowledged Whether it was acknowledged; if not, it was given up.
   */
  free(delivery: DirectDelivery, isAcknowledged: boolean): void {
    if (this.#taken !== delivery) return;
    this.#taken = undefined;
    const acksAbout = delivery.releases - (isAcknowledged ? 1 : 0);
    if (acksAbout > 0) this.#strayUntilMs = delivery.lastSentMs + STRAY_ACK_MS;
  }
}
