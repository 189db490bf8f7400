import { encodeTlvs, type Tlv } from "../../../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES as TYPES } from "../../../../src/wire/tlv_types.ts";
import type { SeededRandom } from "../../../seeded_random.ts";

/** The longest that UDP over IPv4 takes, bytes. */
export const MAX_UDP_PAYLOAD_BYTES = 65_507;

/** Of datagrams without sense, this share is longer than an Ethernet frame: they fill the relay's socket fast. */
const LONG_SHARE = 0.01;

/** The longest of the others, bytes. */
const USUAL_BYTES = 1_472;

const ALL_TYPES = Object.values(TYPES);

/** What is as long as the RSA blocks of a relay's key, and of the keys that it could have. */
const RSA_BLOCK_BYTES = [256, 384, 512] as const;

const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Random bytes of any length that UDP can carry, 0 included. */
export function senselessDatagram(random: SeededRandom): Uint8Array {
  const most = random.chance(LONG_SHARE) ? MAX_UDP_PAYLOAD_BYTES : USUAL_BYTES;
  return random.bytes(random.below(most + 1));
}

/** TLVs that are laid out well, of known types and others, with values that mean nothing. */
export function wellFormedDatagram(random: SeededRandom): Uint8Array {
  const count = 1 + random.below(6);
  return encodeTlvs(Array.from({ length: count }, () => junkTlv(random)));
}

/** A registration whose RSA block no key opens, with a token behind it or without. */
export function rsaJunkDatagram(random: SeededRandom): Uint8Array {
  const block = random.bytes(random.pick(RSA_BLOCK_BYTES) ?? RSA_BLOCK_BYTES[0]);
  // Below any modulus of that length, so that it takes a whole RSA operation to find out.
  block[0] = 0;
  const registration = [{ type: TYPES.ENCRYPTED_SYMMETRIC_KEY, value: block }];
  const hello = { type: TYPES.SYMMETRICALLY_ENCRYPTED_MESSAGE, value: junkToken(random) };
  return encodeTlvs(random.chance(0.5) ? registration : [...registration, hello]);
}

/** A datagram that somebody sent, with a bit changed, cut short, or with something behind it. */
export function damagedDatagram(datagram: Uint8Array, random: SeededRandom): Uint8Array {
  const damaged = datagram.slice();
  switch (random.below(3)) {
    case 0: {
      const at = random.below(Math.max(1, damaged.byteLength));
      damaged[at] = (damaged[at] ?? 0) ^ 1 << random.below(8);
      return damaged;
    }
    case 1:
      return damaged.subarray(0, random.below(Math.max(1, damaged.byteLength)));
    default:
      return Uint8Array.of(...damaged, ...random.bytes(1 + random.below(16)));
  }
}

function junkTlv(random: SeededRandom): Tlv {
  const type = random.chance(0.8) ? random.pick(ALL_TYPES) ?? 0 : random.below(0x1_0000);
  const isToken = type === TYPES.SYMMETRICALLY_ENCRYPTED_MESSAGE && random.chance(0.7);
  return { type, value: isToken ? junkToken(random) : random.bytes(random.below(120)) };
}

/** It reads as a Fernet token of version 0x80 and some length, and is none. */
function junkToken(random: SeededRandom): Uint8Array {
  const letters = Math.ceil((73 + 16 * random.below(8)) / 3) * 4;
  const text = Array.from({ length: letters - 2 }, () => BASE64URL[random.below(64)]).join("");
  return new TextEncoder().encode(`gA${text}`);
}
