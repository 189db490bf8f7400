import { takeFragment } from "../session/fragment_intake.ts";
import { mayAskForFragments } from "../session/fragment_requests.ts";
import type { Instant } from "../session/instant.ts";
import type { Session } from "../session/session.ts";
import { decodeFragment } from "../wire/fragment.ts";
import {
  decodeFragmentNack,
  encodeFragmentNack,
  type FragmentNack,
  FragmentNackError,
} from "../wire/fragment_nack.ts";
import { encodeTlvs } from "../wire/tlv.ts";
import { sealedDatagramBytes } from "../wire/token_size.ts";
import type { RelayState } from "./relay_state.ts";

/**
 * Puts together what clients send in fragments, asks for those that are missing, and sends those
 * again that a client misses (PROTOCOL 1.6).
 */
export class FragmentDesk {
  readonly #state: RelayState;

  /** @param state What the parts of the core share. */
  constructor(state: RelayState) {
    this.#state = state;
  }

  /**
   * Takes a FRAGMENT.
   *
   * @param session The client.
   * @param value Its value, any bytes; copied when kept.
   * @param now The moment.
   * @returns The token, when this was its last missing fragment; nothing of it is checked yet.
   */
  take(session: Session, value: Uint8Array, now: Instant): Uint8Array | undefined {
    const { counters } = this.#state;
    counters.fragmentsIn++;
    const token = takeFragment(
      session.reassembly,
      value,
      now.monotonicMs,
      (reason, count) => counters.drop(reason, count),
    );
    if (token !== undefined) counters.reassembled++;
    return token;
  }

  /**
   * Forgets a message that made no authentic token: someone has mixed a fragment of his own in, and
   * the client may send the true ones again under the same message id.
   *
   * @param session The client.
   * @param value The value of its last FRAGMENT, which `take` took.
   */
  forget(session: Session, value: Uint8Array): void {
    session.reassembly.forget(decodeFragment(value).messageId);
  }

  /**
   * Sends fragments again: of what went to the client alone, else of what went to its group.
   *
   * @param session Who misses them.
   * @param value The value of its FRAGMENT_NACK, any bytes; a malformed one is counted as dropped.
   * @param now The moment.
   */
  repair(session: Session, value: Uint8Array, now: Instant): void {
    const { counters, delivery, group } = this.#state;
    const nack = readFragmentNack(value);
    if (nack === undefined) return counters.drop("malformed");
    counters.fragmentNacksIn++;
    if (delivery.repair(session, nack, now) === 0) group.channel.repair(session, nack, now);
  }

  /** Drops what is too old, and asks for what is overdue. */
  tick(now: Instant): void {
    const { pool, registry, counters } = this.#state;
    counters.drop("fragment_timeout", pool.expire(now.monotonicMs));
    for (const stalled of pool.takeStalled(now.monotonicMs)) {
      const session = registry.withSessionId(stalled.peer);
      if (session !== undefined) this.#ask(session, stalled, now);
    }
  }

  /** When `tick` wants to run next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    return this.#state.pool.nextDeadlineMs();
  }

  #ask(session: Session, nack: FragmentNack, now: Instant): void {
    const { delivery, counters, options: { types } } = this.#state;
    const value = encodeFragmentNack(nack);
    const plaintext = encodeTlvs([{ type: types.FRAGMENT_NACK, value }]);
    const nackBytes = sealedDatagramBytes(plaintext.byteLength);
    if (!mayAskForFragments(session.reassembly, nack, nackBytes)) return;
    counters.fragmentNacksOut++;
    // Behind a long message it would come when the client no longer has the fragments.
    delivery.sendUrgent(session, plaintext, now);
  }
}

function readFragmentNack(value: Uint8Array): FragmentNack | undefined {
  try {
    return decodeFragmentNack(value);
  } catch (error) {
    if (error instanceof FragmentNackError) return undefined;
    throw error;
  }
}
