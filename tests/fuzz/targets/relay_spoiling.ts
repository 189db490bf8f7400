import fc from "fast-check";
import type { Fernet } from "../../../src/crypto/fernet.ts";
import {
  decodeFragment,
  encodeFragmentDatagram,
  FRAGMENT_HEADER_BYTES,
  fragmentDatagrams,
} from "../../../src/wire/fragment.ts";
import { decodeTlvs, findTlv, type Tlv, TLV_HEADER_BYTES } from "../../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../../src/wire/tlv_types.ts";
import { namedTlv } from "../../support/named_tlv.ts";
import type { SeededRandom } from "../../support/seeded_random.ts";
import { type ByteEdit, byteEdit, editBytes } from "./file_byte_edits.ts";
import { editFragments, type FragmentEdit, fragmentEdit } from "./relay_fragment_edits.ts";
import { encodeEdited, type TlvEdit, tlvEdit } from "./relay_tlv_edits.ts";

const TYPES = DEFAULT_TLV_TYPES;

/** More of one message take long, and show no more. */
const MAX_FRAGMENTS = 100;

const HEADER_BYTES = TLV_HEADER_BYTES + FRAGMENT_HEADER_BYTES;

/**
 * What is wrong with something that a client says, at one layer; all layers about that one are made
 * as they should be, so that what is wrong gets to where it is looked at.
 */
export type Spoiling =
  | { readonly layer: "none" }
  /** The TLVs in the token. */
  | { readonly layer: "sealed"; readonly edits: readonly TlvEdit[] }
  /** The bytes of its plaintext. */
  | { readonly layer: "plaintext"; readonly edits: readonly ByteEdit[] }
  /** When it says that it was made, seconds from now. */
  | { readonly layer: "time"; readonly aheadSeconds: number }
  /** The bytes of the token. */
  | { readonly layer: "token"; readonly edits: readonly ByteEdit[] }
  | {
    readonly layer: "fragments";
    readonly budget: number;
    readonly edits: readonly FragmentEdit[];
  }
  /** The TLVs of the datagram. */
  | { readonly layer: "outer"; readonly edits: readonly TlvEdit[] }
  /** The bytes of the datagram. */
  | { readonly layer: "datagram"; readonly edits: readonly ByteEdit[] };

function few<T>(edit: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> {
  return fc.array(edit, { minLength: 1, maxLength: 3 });
}

/** What may be wrong with something that is said; often nothing. */
export const spoiling: fc.Arbitrary<Spoiling> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Spoiling>({ layer: "none" }) },
  { weight: 6, arbitrary: fc.record({ layer: fc.constant("sealed"), edits: few(tlvEdit) }) },
  { weight: 1, arbitrary: fc.record({ layer: fc.constant("plaintext"), edits: few(byteEdit) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      layer: fc.constant("time"),
      aheadSeconds: fc.constantFrom(-3_600, -61, -60, -59, -1, 1, 59, 60, 61, 3_600, 2 ** 40),
    }),
  },
  { weight: 1, arbitrary: fc.record({ layer: fc.constant("token"), edits: few(byteEdit) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      layer: fc.constant("fragments"),
      budget: fc.constantFrom(40, 100, 576, 1_200),
      edits: fc.array(fragmentEdit, { maxLength: 4 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ layer: fc.constant("outer"), edits: few(tlvEdit) }) },
  { weight: 1, arbitrary: fc.record({ layer: fc.constant("datagram"), edits: few(byteEdit) }) },
);

/** How something is sealed. */
export interface Sealing {
  readonly fernet: Fernet;
  /** Unix time. */
  readonly nowSeconds: number;
  readonly random: SeededRandom;
  /** Told the plaintext of each token. */
  readonly onSealed?: (plaintext: Uint8Array) => void;
}

/** Makes a token of TLVs, as far as its layers go. */
export function spoiltToken(
  tlvs: readonly Tlv[],
  sealing: Sealing,
  spoiling: Spoiling,
): Uint8Array {
  const { fernet, nowSeconds, random, onSealed } = sealing;
  const edits = spoiling.layer === "sealed" ? spoiling.edits : [];
  const sealed = encodeEdited(tlvs, edits);
  const plaintext = spoiling.layer === "plaintext" ? editBytes(sealed, spoiling.edits) : sealed;
  onSealed?.(plaintext);
  const aheadSeconds = spoiling.layer === "time" ? spoiling.aheadSeconds : 0;
  const now = Math.max(0, nowSeconds + aheadSeconds);
  const token = fernet.encrypt(plaintext, { now, iv: random.bytes(16) });
  return spoiling.layer === "token" ? editBytes(token, spoiling.edits) : token;
}

/**
 * Makes the datagrams of a token.
 *
 * @param before TLVs that stand before it in its datagram; they go if it is sent in fragments.
 * @param token Its bytes.
 * @param messageId Of its fragments.
 * @returns One datagram, or those of the fragments.
 */
export function spoiltDatagrams(
  before: readonly Tlv[],
  token: Uint8Array,
  messageId: number,
  spoiling: Spoiling,
): Uint8Array[] {
  if (spoiling.layer === "fragments" || token.byteLength > 8_000) {
    const { budget: wanted, edits } = spoiling.layer === "fragments"
      ? spoiling
      : { budget: 1_200, edits: [] };
    const budget = Math.max(wanted, Math.ceil(token.byteLength / MAX_FRAGMENTS) + HEADER_BYTES);
    const fragments = fragmentDatagrams(TYPES.FRAGMENT, messageId, token, budget).map((datagram) =>
      decodeFragment(findTlv(decodeTlvs(datagram), TYPES.FRAGMENT) ?? new Uint8Array())
    );
    return edits.reduce(editFragments, fragments)
      .map((fragment) => encodeFragmentDatagram(TYPES.FRAGMENT, fragment));
  }
  const outer = [...before, namedTlv("SYMMETRICALLY_ENCRYPTED_MESSAGE", token)];
  return [spoiltDatagram(outer, spoiling)];
}

/** Makes a datagram of TLVs. */
export function spoiltDatagram(tlvs: readonly Tlv[], spoiling: Spoiling): Uint8Array {
  const bytes = encodeEdited(tlvs, spoiling.layer === "outer" ? spoiling.edits : []);
  return spoiling.layer === "datagram" ? editBytes(bytes, spoiling.edits) : bytes;
}
