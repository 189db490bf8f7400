import type { Session } from "../session/session.ts";

/** The id that a session went by when it was encoded. */
interface EncodedId {
  readonly id: string;
  readonly value: Uint8Array;
}

/** The values of SENDER_ID, encoded once for each session and not with each message. */
export class SenderIds {
  readonly #encoder = new TextEncoder();
  readonly #encoded = new WeakMap<Session, EncodedId>();

  /** The value for a session: its id in UTF-8; shared, so not to be changed. */
  of(session: Session): Uint8Array {
    const known = this.#encoded.get(session);
    // A client without a name goes by another id when it moves.
    if (known?.id === session.id) return known.value;
    const value = this.#encoder.encode(session.id);
    this.#encoded.set(session, { id: session.id, value });
    return value;
  }
}
