import type { Fernet } from "../../../src/crypto/fernet.ts";
import { decodeGroupFrame } from "../../../src/wire/group_frame.ts";
import { joinMessage } from "../../../src/wire/message.ts";
import { tryDecodeTlvs } from "../../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES as TYPES } from "../../../src/wire/tlv_types.ts";
import { FragmentCollector } from "./fragment_collector.ts";
import type { GroupKeys } from "./group_keys.ts";
import type { MessageSink } from "./message_sink.ts";

/** Reads the group messages that come to one receiver, be it a client or a socket of the group. */
export class GroupInbox {
  readonly #keys: GroupKeys;
  readonly #sink: MessageSink;
  readonly #receiver: number;
  readonly #fragments = new FragmentCollector();

  /** @param keys Opens messages. @param sink Takes them. @param receiver Its number there. */
  constructor(keys: GroupKeys, sink: MessageSink, receiver: number) {
    this.#keys = keys;
    this.#sink = sink;
    this.#receiver = receiver;
  }

  /**
   * Takes a GROUP_MESSAGE or GROUP_FRAGMENT.
   *
   * @param type Its type.
   * @param value Its value, copied where kept.
   * @param atMs When it came, monotonic milliseconds.
   */
  read(type: number, value: Uint8Array, atMs: number): void {
    const frame = decodeGroupFrame(value);
    if (frame === undefined) return this.#sink.takeDamaged();
    const { epoch, rest } = frame;
    const token = type === TYPES.GROUP_MESSAGE ? rest : this.#fragments.add(rest);
    if (token === undefined || this.#sink.countUnopened(this.#receiver)) return;
    const fernet = this.#keys.keyOf(epoch);
    if (fernet !== undefined) return this.#open(token, fernet, atMs);
    // A group socket may be read before the socket that its key came to.
    const kept = token.slice();
    this.#keys.hold(epoch, () => {
      const fernet = this.#keys.keyOf(epoch);
      if (fernet !== undefined) this.#open(kept, fernet, atMs);
    });
  }

  #open(token: Uint8Array, fernet: Fernet, atMs: number): void {
    const opened = fernet.open(token);
    const plaintext = opened.ok ? opened.plaintext() : undefined;
    const tlvs = plaintext === undefined ? undefined : tryDecodeTlvs(plaintext);
    if (tlvs === undefined) return this.#sink.takeDamaged();
    const payload = joinMessage(TYPES.MESSAGE, tlvs);
    if (payload !== undefined) this.#sink.take(this.#receiver, payload, atMs);
  }
}
