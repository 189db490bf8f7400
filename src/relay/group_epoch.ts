import { Fernet } from "../crypto/fernet.ts";
import type { Framing } from "../session/framing.ts";
import { groupFramePrefix } from "../wire/group_frame.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";

/** A time during which the same clients read the group, and the key that they have for it. */
export interface GroupEpoch {
  /** From 1, rising by 1. */
  readonly number: number;
  /** The Fernet key, 32 bytes; a secret. */
  readonly key: Uint8Array;
  /** What its messages are sealed with and carried in. */
  readonly framing: Framing;
}

/**
 * Makes an epoch (PROTOCOL 1.8).
 *
 * @param number From 1, u32.
 * @param key 32 bytes that nobody can guess; kept.
 * @param types The type table in use.
 * @throws {RangeError} If the key has not 32 bytes.
 */
export function makeGroupEpoch(number: number, key: Uint8Array, types: TlvTypes): GroupEpoch {
  const framing = {
    sealer: new Fernet(Fernet.generateKeyFrom(key)),
    wholeType: types.GROUP_MESSAGE,
    fragmentType: types.GROUP_FRAGMENT,
    prefix: groupFramePrefix(number),
  };
  return { number, key, framing };
}
