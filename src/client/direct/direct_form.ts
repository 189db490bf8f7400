import type { Instant } from "../../session/instant.ts";
import type { DirectDelivery } from "./direct_delivery.ts";
import type { DirectPart, DirectTransfer } from "./direct_transfer.ts";

/** How messages become bodies: hybrid, or RSA blocks alone (PROTOCOL 2.2). */
export interface DirectForm {
  /**
   * Cuts a message into parts.
   *
   * @param messageId Names it within the client.
   * @param payload The message; kept.
   * @throws {DirectClientError} `MESSAGE_TOO_LARGE`.
   */
  transfer(messageId: number, payload: Uint8Array): DirectTransfer;

  /**
   * Begins to encrypt a part, and lets it leave when that is done.
   *
   * @param part The part.
   * @param now The moment.
   */
  deliver(part: DirectPart, now: Instant): DirectDelivery;

  /** Takes the result of an `encrypt_blocks`. */
  blocksEncrypted(jobId: number, blocks: readonly Uint8Array[], now: Instant): void;

  /** Takes the result of a `sign`. */
  signed(jobId: number, signature: Uint8Array, now: Instant): void;

  /**
   * Takes note that a delivery is over.
   *
   * @param delivery The delivery, acknowledged or given up.
   */
  end(delivery: DirectDelivery): void;
}
