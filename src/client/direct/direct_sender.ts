import type { Instant } from "../../session/instant.ts";
import type { DirectAnswer } from "../../wire/direct_answer.ts";
import { DirectClientError } from "./direct_client_error.ts";
import type { DirectClientState } from "./direct_client_state.ts";
import type { DirectDelivery } from "./direct_delivery.ts";
import type { DirectForm } from "./direct_form.ts";
import { DirectOutflow } from "./direct_outflow.ts";
import type { DirectTransfer } from "./direct_transfer.ts";
import { DirectTransferQueue } from "./direct_transfer_queue.ts";

/** Wire messages under way at once; the next one begins when one of them is acknowledged. */
export const DIRECT_WINDOW = 4;

/** What a server may take to decrypt one RSA block, milliseconds, with room to spare. */
const RSA_BLOCK_MS = 50;

/** From this time-out in a row on the server is asked for its key, to learn whether it has changed. */
const ASKING_TIMEOUT = 3;

/**
 * The messages that a client wants to deliver: a few parts at a time are under way, and sent again
 * until the server has acknowledged them or falls silent.
 */
export class DirectSender {
  readonly #client: DirectClientState;
  readonly #form: DirectForm;
  readonly #outflow: DirectOutflow;
  readonly #queue: DirectTransferQueue;
  // Keeps the order of insertion.
  readonly #deliveries = new Set<DirectDelivery>();
  #heardMs = -Infinity;

  /**
   * Begins by sending the client's key.
   *
   * @param client What the parts of the client share.
   * @param form How messages are encrypted.
   * @param nowMs Monotonic time.
   */
  constructor(client: DirectClientState, form: DirectForm, nowMs: number) {
    this.#client = client;
    this.#form = form;
    this.#queue = new DirectTransferQueue(2 * client.options.maxMessageBytes);
    this.#outflow = new DirectOutflow(client, nowMs);
    this.#outflow.sendKey(nowMs);
  }

  /** Whether `add` may be called; for a message that it will refuse it always may. */
  hasRoomFor(payloadBytes: number): boolean {
    const isTooLong = payloadBytes > this.#client.options.maxMessageBytes;
    return isTooLong || this.#queue.hasRoomFor(payloadBytes);
  }

  /**
   * Takes a message.
   *
   * @param messageId Given back with what becomes of it.
   * @param payload The message; kept.
   * @throws {DirectClientError} `MESSAGE_TOO_LARGE`.
   */
  add(messageId: number, payload: Uint8Array): void {
    const { maxMessageBytes } = this.#client.options;
    if (payload.byteLength > maxMessageBytes) {
      throw new DirectClientError(
        "MESSAGE_TOO_LARGE",
        `Cannot send message: it has ${payload.byteLength} bytes, ` +
          `at most ${maxMessageBytes} are allowed`,
      );
    }
    this.#queue.add(this.#form.transfer(messageId, payload));
  }

  /**
   * Takes an answer of the server.
   *
   * @param answer What it says.
   * @param nowMs Monotonic time.
   * @returns False when it is about nothing that is under way.
   */
  hear(answer: DirectAnswer, nowMs: number): boolean {
    const delivery = this.#deliveryOf(answer);
    if (delivery === undefined) return false;
    const isProgress = answer.type === "ack" ||
      delivery.repair(answer.messageId, answer.missing, nowMs);
    if (isProgress) this.#heardOf(delivery, nowMs);
    if (answer.type === "ack") this.#acknowledge(delivery);
    return true;
  }

  /**
   * Takes an answer in plain text: the server does not have the client's key, which goes again.
   *
   * One that names a message is as good as an encrypted one: who reads the network could encrypt it
   * as well, and nobody else knows the random id. A bare ACK anyone could guess: it has to come again,
   * encrypted.
   *
   * @param answer What it says.
   * @param nowMs Monotonic time.
   */
  hearPlain(answer: DirectAnswer, nowMs: number): void {
    this.#client.silence.notePlainAnswer();
    this.#outflow.repeatKey(nowMs);
    const isTaken = answer.messageId !== undefined && this.hear(answer, nowMs);
    if (!isTaken) this.#client.drops.add("plain_answer");
  }

  /**
   * Does what is due.
   *
   * @param now The moment.
   */
  tick(now: Instant): void {
    this.#giveUpSilent(now.monotonicMs);
    this.#repeatUnanswered(now);
    this.#fillWindow(now);
    this.#outflow.pump(this.#deliveries, now.monotonicMs);
    this.#tellProgress();
  }

  /** When `tick` has something to do next, monotonic milliseconds; `Infinity` for never. */
  nextDeadlineMs(): number {
    let deadlineMs = this.#outflow.nextDeadlineMs(this.#deliveries);
    const patienceMs = this.#patienceMs;
    for (const delivery of this.#deliveries) {
      const silentMs = quietSinceMs(delivery) + patienceMs;
      deadlineMs = Math.min(deadlineMs, delivery.timeoutMs, silentMs);
    }
    return deadlineMs;
  }

  /** How long the server may be silent, milliseconds. */
  get #patienceMs(): number {
    let rsaBlocks = 0;
    for (const delivery of this.#deliveries) rsaBlocks += delivery.rsaBlocks;
    return this.#client.options.timeoutMs + rsaBlocks * RSA_BLOCK_MS;
  }

  #deliveryOf({ type, messageId }: DirectAnswer): DirectDelivery | undefined {
    for (const delivery of this.#deliveries) {
      // What the server can't have whole it can't have acknowledged.
      const isPossible = type === "nack" || delivery.hasLeft;
      if (isPossible && delivery.isKnownAs(messageId)) return delivery;
    }
    return undefined;
  }

  #acknowledge(delivery: DirectDelivery): void {
    const { transfer } = delivery.part;
    this.#deliveries.delete(delivery);
    this.#form.end(delivery);
    transfer.acknowledge(delivery.part);
    if (!transfer.isDelivered) return;
    this.#tellProgressOf(transfer, 0);
    this.#queue.remove(transfer);
    this.#client.effects.push({ type: "delivered", messageId: transfer.messageId });
  }

  /** The server keeps the ACK of a last part back until it has all the others: it may wait on. */
  #heardOf(delivery: DirectDelivery, nowMs: number): void {
    const { transfer } = delivery.part;
    this.#heardMs = nowMs;
    this.#client.silence.clear();
    transfer.hear(nowMs);
    for (const other of this.#deliveries) {
      const isLast = other.part.transfer === transfer &&
        other.part.number === transfer.partCount - 1;
      if (isLast || other === delivery) other.hear(nowMs);
    }
  }

  /** If anything was answered meanwhile the server is there, and one message alone fails. */
  #giveUpSilent(nowMs: number): void {
    for (const delivery of this.#deliveries) {
      const quietMs = quietSinceMs(delivery);
      const patienceMs = this.#patienceMs;
      if (nowMs < quietMs + patienceMs) continue;
      const { effects, options: { server }, silence } = this.#client;
      const { transfer } = delivery.part;
      this.#outflow.expireKey();
      if (this.#heardMs > quietMs) {
        this.#giveUp(transfer);
        const error = silence.errorOfOne(server, patienceMs);
        effects.push({ type: "send_failed", messageId: transfer.messageId, error });
      } else {
        for (const each of this.#queue) this.#giveUp(each);
        effects.push({ type: "all_sends_failed", error: silence.error(server, patienceMs) });
      }
    }
  }

  #giveUp(transfer: DirectTransfer): void {
    this.#queue.remove(transfer);
    for (const delivery of this.#deliveries) {
      if (delivery.part.transfer !== transfer) continue;
      this.#deliveries.delete(delivery);
      this.#form.end(delivery);
    }
  }

  #repeatUnanswered(now: Instant): void {
    for (const delivery of this.#deliveries) {
      if (now.monotonicMs < delivery.timeoutMs) continue;
      const timeouts = delivery.timeOut(now);
      this.#outflow.sendKey(now.monotonicMs);
      if (timeouts >= ASKING_TIMEOUT) this.#outflow.askForKey();
    }
  }

  #fillWindow(now: Instant): void {
    while (this.#deliveries.size < DIRECT_WINDOW) {
      const part = this.#queue.takePart();
      if (part === undefined) return;
      this.#outflow.refreshKey(now.monotonicMs);
      this.#deliveries.add(this.#form.deliver(part, now));
    }
  }

  #tellProgress(): void {
    const leftBytes = new Map<DirectTransfer, number>();
    for (const { part: { transfer }, leftBytes: bytes, firstSentMs } of this.#deliveries) {
      if (firstSentMs === undefined) continue;
      leftBytes.set(transfer, (leftBytes.get(transfer) ?? 0) + bytes);
    }
    for (const [transfer, bytes] of leftBytes) this.#tellProgressOf(transfer, bytes);
  }

  #tellProgressOf(transfer: DirectTransfer, leftBytes: number): void {
    const sentBytes = transfer.takeProgress(leftBytes);
    if (sentBytes === undefined) return;
    const { messageId, payload: { byteLength: totalBytes } } = transfer;
    this.#client.effects.push({ type: "progress", messageId, sentBytes, totalBytes });
  }
}

/** Since when nothing was heard of a message that is under way, monotonic milliseconds. */
function quietSinceMs({ firstSentMs = Infinity, part }: DirectDelivery): number {
  return Math.max(firstSentMs, part.transfer.heardMs);
}
