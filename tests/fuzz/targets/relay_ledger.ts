import { assert, assertLessOrEqual } from "@std/assert";
import { joinMessage } from "../../../src/wire/message.ts";
import { tryDecodeTlvs } from "../../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../../src/wire/tlv_types.ts";

/** Who has said what, and who was told that it was said. */
export class RelayLedger {
  /** How many tokens hold a payload, by who sealed them and the payload. */
  readonly #sealed = new Map<string, number>();
  readonly #heard = new Map<string, number>();

  /**
   * Takes note of a token.
   *
   * @param owner Who has its key.
   * @param plaintext What is in it, which need not make sense.
   */
  seal(owner: string, plaintext: Uint8Array): void {
    const payload = joinMessage(DEFAULT_TLV_TYPES.MESSAGE, tryDecodeTlvs(plaintext) ?? []);
    if (payload !== undefined) count(this.#sealed, `${owner} ${payload.toHex()}`);
  }

  /**
   * Takes note that somebody was told a message.
   *
   * @param owner Who is said to have sent it.
   * @throws {AssertionError} If nobody sealed it, or in fewer tokens than it came by.
   */
  hear(recipient: string, owner: string, payload: Uint8Array): void {
    const sealed = this.#sealed.get(`${owner} ${payload.toHex()}`) ?? 0;
    const text = new TextDecoder().decode(payload.subarray(0, 40));
    assert(sealed > 0, `${recipient} was told "${text}" of ${owner}, who never sealed it`);
    const heard = count(this.#heard, `${recipient} ${owner} ${payload.toHex()}`);
    assertLessOrEqual(heard, sealed, `${recipient} was told "${text}" of ${owner} too often`);
  }
}

function count(counts: Map<string, number>, key: string): number {
  const next = (counts.get(key) ?? 0) + 1;
  counts.set(key, next);
  return next;
}
