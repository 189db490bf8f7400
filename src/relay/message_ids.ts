import type { Session } from "../session/session.ts";
import { decodeFirstSent } from "../wire/first_sent.ts";

/**
 * Names the messages of clients, so that one which is sent again in a later session, to this relay or
 * to another one, is known again (docs/HISTORY.md).
 *
 * A client names a message by the session and number of its first sending. Session ids can be seen on
 * the network; so that counts only together with CLIENT_INSTANCE, which is a secret of the client and
 * its relays: nobody can have the messages of another one taken for sent.
 */
export class MessageIds {
  #unnumbered = 0;

  /**
   * Names a message.
   *
   * @param sender Who sent it.
   * @param sequence Its CLIENT_SEQUENCE; `undefined` when it has none.
   * @param firstSent The value of FIRST_SENT beside it, any bytes, if there is one.
   */
  of(sender: Session, sequence: bigint | undefined, firstSent: Uint8Array | undefined): string {
    const { sessionId, instance } = sender;
    if (sequence === undefined) return `${sessionId}/${++this.#unnumbered}`;
    if (instance === undefined) return `${sessionId}:${sequence}`;
    const first = firstSent && decodeFirstSent(firstSent);
    return first === undefined
      ? `${instance}:${sessionId}:${sequence}`
      : `${instance}:${first.sessionId}:${first.clientSequence}`;
  }
}
