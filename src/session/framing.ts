import { fragmentChunkBytes, fragmentDatagrams } from "../wire/fragment.ts";
import { Slab } from "../crypto/slab.ts";
import { MAX_TLV_VALUE_BYTES, TLV_HEADER_BYTES, writeTlvHeader } from "../wire/tlv.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import { tokenBytes } from "../wire/token_size.ts";

/** With what a token is made. */
export interface SealOptions {
  /** Unix time, whole seconds. */
  readonly now: number;
  /** 16 bytes, never the same twice under a key. */
  readonly iv: Uint8Array;
}

/** Seals plaintext under one key. `Fernet` is one; the same arguments give the same token. */
export interface Sealer {
  /** @returns The token's ASCII bytes. */
  encrypt(plaintext: Uint8Array, options: SealOptions): Uint8Array;
  /** Writes the token into `target` from `offset` on. @returns Its length. */
  encryptInto(
    target: Uint8Array,
    offset: number,
    plaintext: Uint8Array,
    options: SealOptions,
  ): number;
}

/** What stands around the tokens of a peer or a group: the key, and the TLVs that carry them. */
export interface Framing {
  readonly sealer: Sealer;
  /** Type of the TLV that carries a whole token, and nothing else in its datagram. */
  readonly wholeType: number;
  /** Type of the TLV that carries a fragment of one. */
  readonly fragmentType: number;
  /** What each value begins with, before the token or the fragment; empty but for a group. */
  readonly prefix: Uint8Array;
}

const NO_PREFIX = new Uint8Array();

/** All of them leave soon after they were made. */
const DATAGRAMS = new Slab();

/**
 * The framing of what goes to one peer under its own key (PROTOCOL 1.5, 1.6).
 *
 * @param types The type table in use.
 * @param sealer Seals under that key.
 */
export function sessionFraming(types: TlvTypes, sealer: Sealer): Framing {
  return {
    sealer,
    wholeType: types.SYMMETRICALLY_ENCRYPTED_MESSAGE,
    fragmentType: types.FRAGMENT,
    prefix: NO_PREFIX,
  };
}

/**
 * How long the datagram is that carries the whole token of a plaintext.
 *
 * @param framing What stands around the token.
 * @param plaintextBytes Length of the plaintext.
 * @returns Bytes of UDP payload, whether a datagram can be so long or not.
 */
export function wholeDatagramBytes({ prefix }: Framing, plaintextBytes: number): number {
  return TLV_HEADER_BYTES + prefix.byteLength + tokenBytes(plaintextBytes);
}

/**
 * How many datagrams the token of a plaintext is cut into.
 *
 * @param framing What stands around each piece.
 * @param plaintextBytes Length of the plaintext.
 * @param budgetBytes UDP payload that each datagram may have.
 * @throws {RangeError} If the budget has no room for a fragment.
 */
export function fragmentCount(
  { prefix }: Framing,
  plaintextBytes: number,
  budgetBytes: number,
): number {
  const chunkBytes = fragmentChunkBytes(budgetBytes - prefix.byteLength);
  return Math.ceil(tokenBytes(plaintextBytes) / chunkBytes);
}

/**
 * Seals a message as the whole datagram that carries it, in one array.
 *
 * @param framing What stands around the token.
 * @param plaintext The TLVs of the token.
 * @param options Time and IV; not kept.
 * @returns The datagram, owned by the caller.
 * @throws {RangeError} If the token is too long for one TLV.
 * @see PROTOCOL 1.1
 */
export function sealWhole(
  framing: Framing,
  plaintext: Uint8Array,
  options: SealOptions,
): Uint8Array<ArrayBuffer> {
  const { sealer, wholeType, prefix } = framing;
  const datagram = DATAGRAMS.take(wholeDatagramBytes(framing, plaintext.byteLength));
  const valueBytes = datagram.byteLength - TLV_HEADER_BYTES;
  if (valueBytes > MAX_TLV_VALUE_BYTES) {
    throw new RangeError(
      `Cannot seal datagram: want at most ${MAX_TLV_VALUE_BYTES} bytes of value, got ${valueBytes}`,
    );
  }
  writeTlvHeader(datagram, 0, wholeType, valueBytes);
  datagram.set(prefix, TLV_HEADER_BYTES);
  sealer.encryptInto(datagram, TLV_HEADER_BYTES + prefix.byteLength, plaintext, options);
  return datagram;
}

/** A message that is cut into fragments, and all it takes to make the same ones again. */
export interface FramedMessage {
  readonly framing: Framing;
  /** Names its fragments, u32. */
  readonly messageId: number;
  /** The TLVs of its token. */
  readonly plaintext: Uint8Array;
  /** 16 bytes. */
  readonly iv: Uint8Array;
  /** Unix seconds, as the token says. */
  readonly sealedAtSeconds: number;
}

/**
 * Seals a message as the datagrams of its fragments.
 *
 * @param message The message.
 * @param budgetBytes UDP payload that each datagram may have.
 * @returns The datagrams by sequence number, owned by the caller.
 * @throws {TokenTooLargeError} If more than 65,535 fragments were needed.
 * @throws {RangeError} If the budget has no room for a fragment.
 * @see PROTOCOL 1.6, 1.8
 */
export function sealFragments(message: FramedMessage, budgetBytes: number): Uint8Array[] {
  const { framing: { sealer, fragmentType, prefix }, messageId, iv } = message;
  const token = DATAGRAMS.take(tokenBytes(message.plaintext.byteLength));
  sealer.encryptInto(token, 0, message.plaintext, { now: message.sealedAtSeconds, iv });
  return fragmentDatagrams(fragmentType, messageId, token, budgetBytes, {
    prefix,
    allocate: (bytes) => DATAGRAMS.take(bytes),
  });
}
