import { Fernet } from "../../../src/crypto/fernet.ts";
import {
  decodeFragment,
  encodeFragmentDatagram,
  tryDecodeFragment,
} from "../../../src/wire/fragment.ts";
import { decodeGroupFrame, groupFramePrefix } from "../../../src/wire/group_frame.ts";
import { decodeGroupKey } from "../../../src/wire/group_key.ts";
import { concat } from "@std/bytes";
import { decodeTlvs, encodeTlvs, findTlv, type Tlv, tryDecodeTlvs } from "../../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../../src/wire/tlv_types.ts";
import type { SeededRandom } from "../../support/seeded_random.ts";
import { editFragments } from "./relay_fragment_edits.ts";
import { type Spoiling, spoiltDatagram, spoiltToken } from "./relay_spoiling.ts";

const TYPES = DEFAULT_TLV_TYPES;
const SEALED_LAYERS: readonly Spoiling["layer"][] = ["sealed", "plaintext", "time"];

/**
 * One who stands between a client and its relay, knows all their keys, and spoils datagrams on their
 * way at one layer, so that those above it are as they should be.
 */
export class Tamperer {
  readonly #random: SeededRandom;
  readonly #nowSeconds: () => number;
  readonly #keys: Fernet[] = [];
  readonly #groupKeys = new Map<number, Fernet>();

  /** @param random Where IVs come from. @param nowSeconds Unix time. */
  constructor(random: SeededRandom, nowSeconds: () => number) {
    this.#random = random;
    this.#nowSeconds = nowSeconds;
  }

  /** Learns the key of a session that is about to be asked for. */
  learnKey(fernetKey: string): void {
    this.#keys.unshift(new Fernet(fernetKey));
  }

  /** Seals TLVs under the newest key; `undefined` when there is none. */
  forge(tlvs: readonly Tlv[]): Uint8Array | undefined {
    const [fernet] = this.#keys;
    return fernet && encodeTlvs([{
      type: TYPES.SYMMETRICALLY_ENCRYPTED_MESSAGE,
      value: this.#seal(fernet, tlvs, { layer: "none" }),
    }]);
  }

  /** Reads a datagram that passes, for the keys of the group that may be in it. */
  overhear(datagram: Uint8Array): void {
    for (const { type, value } of decodeTlvs(datagram)) {
      if (type !== TYPES.SYMMETRICALLY_ENCRYPTED_MESSAGE) continue;
      const groupKey = findTlv(this.#open(value)?.tlvs ?? [], TYPES.GROUP_KEY);
      const known = groupKey && decodeGroupKey(groupKey);
      if (known === undefined) continue;
      this.#groupKeys.set(known.epoch, new Fernet(Fernet.generateKeyFrom(known.key)));
    }
  }

  /** Spoils a datagram. @returns Those that go on in its place. */
  spoil(datagram: Uint8Array, spoiling: Spoiling): Uint8Array[] {
    const tlvs = decodeTlvs(datagram);
    const [fragment] = tlvs;
    if (spoiling.layer === "fragments") {
      return fragment === undefined
        ? [datagram]
        : this.#spoilFragment(datagram, fragment, spoiling);
    }
    return [spoiltDatagram(tlvs.map((tlv) => this.#spoilToken(tlv, spoiling)), spoiling)];
  }

  #spoilFragment(
    datagram: Uint8Array,
    { type, value }: Tlv,
    { edits }: Extract<Spoiling, { layer: "fragments" }>,
  ): Uint8Array[] {
    const isOfGroup = type === TYPES.GROUP_FRAGMENT;
    if (!isOfGroup && type !== TYPES.FRAGMENT) return [datagram];
    const { epoch = 0, rest = value } = isOfGroup ? decodeGroupFrame(value) ?? {} : {};
    if (tryDecodeFragment(rest) === undefined) return [datagram];
    const prefix = isOfGroup ? groupFramePrefix(epoch) : new Uint8Array();
    return edits.reduce(editFragments, [decodeFragment(rest)])
      .map((fragment) => encodeFragmentDatagram(type, fragment, { prefix }));
  }

  #spoilToken(tlv: Tlv, spoiling: Spoiling): Tlv {
    const { type, value } = tlv;
    if (type === TYPES.SYMMETRICALLY_ENCRYPTED_MESSAGE) {
      return { type, value: this.#spoiltValue(value, this.#open(value), spoiling) };
    }
    const frame = type === TYPES.GROUP_MESSAGE ? decodeGroupFrame(value) : undefined;
    if (frame === undefined) return tlv;
    const fernet = this.#groupKeys.get(frame.epoch);
    const opened = fernet && openWith(fernet, frame.rest);
    const token = this.#spoiltValue(frame.rest, opened, spoiling);
    return { type, value: concat([groupFramePrefix(frame.epoch), token]) };
  }

  #spoiltValue(token: Uint8Array, opened: OpenedTlvs | undefined, spoiling: Spoiling): Uint8Array {
    if (spoiling.layer !== "token" && !SEALED_LAYERS.includes(spoiling.layer)) return token;
    return opened === undefined ? token : this.#seal(opened.fernet, opened.tlvs, spoiling);
  }

  #seal(fernet: Fernet, tlvs: readonly Tlv[], spoiling: Spoiling): Uint8Array {
    const sealing = { fernet, nowSeconds: this.#nowSeconds(), random: this.#random };
    return spoiltToken(tlvs, sealing, spoiling);
  }

  #open(token: Uint8Array): OpenedTlvs | undefined {
    for (const fernet of this.#keys) {
      const opened = openWith(fernet, token);
      if (opened !== undefined) return opened;
    }
    return undefined;
  }
}

/** What is in a token, and under which key it is. */
interface OpenedTlvs {
  readonly fernet: Fernet;
  readonly tlvs: readonly Tlv[];
}

function openWith(fernet: Fernet, token: Uint8Array): OpenedTlvs | undefined {
  const opened = fernet.open(token);
  const plaintext = opened.ok ? opened.plaintext() : undefined;
  const tlvs = plaintext && tryDecodeTlvs(plaintext);
  return tlvs && { fernet, tlvs };
}
