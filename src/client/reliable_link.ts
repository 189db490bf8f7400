import type { Instant } from "../session/instant.ts";
import type { Ack } from "../wire/ack.ts";
import { encodeSequenceRanges, MAX_NACK_RANGES } from "../wire/sequence_ranges.ts";
import { TLV_HEADER_BYTES } from "../wire/tlv.ts";
import { maxPlaintextBytes } from "../wire/token_size.ts";
import type { ClientState } from "./client_state.ts";
import type { RelayChannel } from "./relay_channel.ts";
import type { SealedContent } from "./sealed_content.ts";
import { type NumberedSend, SendWindow } from "./send_window.ts";

/** Bytes of one range in a NACK. */
const RANGE_BYTES = 16;

/** The least time between two NACKs, milliseconds, when there is more to ask for than one can name. */
const NACK_INTERVAL_MS = 10;

/** Reliable delivery within one session (PROTOCOL 1.7). */
export class ReliableLink {
  /** What was sent and is not acknowledged. */
  readonly window: SendWindow;
  readonly #client: ClientState;
  readonly #channel: RelayChannel;
  readonly #maxNackRanges: number;
  #nextNackMs = -Infinity;

  /**
   * @param client What the parts of the core share.
   * @param channel That of the session.
   * @param sessionId That of the session, 8 bytes.
   */
  constructor(client: ClientState, channel: RelayChannel, sessionId: Uint8Array) {
    this.#client = client;
    this.#channel = channel;
    this.window = new SendWindow(client.options.types, sessionId.toHex());
    this.#maxNackRanges = nackRangesWithin(client.options.datagramBudgetBytes);
  }

  /**
   * Takes one thing that a token says.
   *
   * @returns Whether that was all to be done about it.
   */
  hear(content: SealedContent, now: Instant): boolean {
    const { ordered } = this.#client;
    switch (content.type) {
      case "message":
        if (content.relaySequence !== undefined) ordered.confirm(content.relaySequence);
        if (!this.#client.deliverInOrder(content, now.monotonicMs)) {
          this.#channel.receiver.takeBack();
        }
        return true;
      case "ack":
        this.#acknowledge(content.ack, now);
        return true;
      case "lost":
        ordered.lose(content.range, now.monotonicMs);
        return true;
      case "keep_alive_reply":
        if (content.latest !== undefined) ordered.raise(content.latest, now.monotonicMs);
        return false;
      default:
        return false;
    }
  }

  /**
   * Numbers a KEEP_ALIVE, which the relay acknowledges.
   *
   * @param now The moment.
   * @returns The TLVs of its token; it counts as sent.
   */
  keepAlive(now: Instant): Uint8Array {
    return this.#leaves(this.window.addKeepAlive(), now);
  }

  /**
   * Gives the numbered KEEP_ALIVEs that are to be sent again.
   *
   * @param now The moment.
   * @returns The TLVs of their tokens; they count as sent.
   */
  takeDueKeepAlives(now: Instant): Uint8Array[] {
    const due: Uint8Array[] = [];
    for (;;) {
      const keepAlive = this.window.takeDueKeepAlive(now.monotonicMs);
      if (keepAlive === undefined) return due;
      due.push(this.#leaves(keepAlive, now));
    }
  }

  /**
   * Gives the value of the NACK that is due.
   *
   * @param now The moment.
   * @returns The value; `undefined` when nothing is to be asked for.
   */
  takeNack(now: Instant): Uint8Array | undefined {
    const nowMs = now.monotonicMs;
    if (nowMs < this.#nextNackMs) return undefined;
    const { ordered } = this.#client;
    const ranges = ordered.takeMissing(this.#channel.isCollecting, this.#maxNackRanges, nowMs);
    if (ranges.length === 0) return undefined;
    this.#nextNackMs = nowMs + NACK_INTERVAL_MS;
    return encodeSequenceRanges(ranges);
  }

  /** When one of the above has something to give next, monotonic milliseconds. */
  nextDeadlineMs(): number {
    const nackMs = this.#client.ordered.nextNackMs(this.#channel.isCollecting);
    return Math.min(this.window.nextKeepAliveMs(), Math.max(nackMs, this.#nextNackMs));
  }

  #acknowledge({ clientSequence, relaySequence }: Ack, { monotonicMs }: Instant): void {
    this.window.acknowledge(clientSequence, monotonicMs);
    if (relaySequence === 0n) return;
    this.#client.ordered.confirm(relaySequence);
    this.#client.ordered.addOwn(relaySequence, monotonicMs);
  }

  #leaves({ sequence, plaintext }: NumberedSend, now: Instant): Uint8Array {
    this.window.left(sequence, now.monotonicMs);
    return plaintext;
  }
}

/** How many ranges one NACK can name in a single datagram. */
function nackRangesWithin(budgetBytes: number): number {
  const valueBytes = maxPlaintextBytes(budgetBytes - TLV_HEADER_BYTES) - TLV_HEADER_BYTES;
  return Math.min(MAX_NACK_RANGES, Math.floor(valueBytes / RANGE_BYTES));
}
