import { Fernet } from "../../src/crypto/fernet.ts";
import { decodeFragment } from "../../src/wire/fragment.ts";
import { decodeGroupFrame } from "../../src/wire/group_frame.ts";
import { decodeGroupKey, type GroupAddress } from "../../src/wire/group_key.ts";
import { Reassembly } from "../../src/wire/reassembly.ts";
import { reassemblyLimits, ReassemblyPool } from "../../src/wire/reassembly_pool.ts";
import { decodeTlvs, type Tlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";

/** What came to the group in one token. */
export interface GroupHeard {
  readonly epoch: number;
  /** Its TLVs, or `undefined` when it opens under no known key. */
  readonly tlvs: Tlv[] | undefined;
}

/** Opens what is said in a group, with every key that it was ever given and no other. */
export class GroupReader {
  /** Where the group is heard, when it is by multicast. */
  address: GroupAddress | undefined;
  /** The newest epoch whose key it has. */
  newestEpoch = 0;
  readonly #keys = new Map<number, Fernet>();
  readonly #reassembly = new Reassembly(
    new ReassemblyPool(reassemblyLimits(128 * 1024 * 1024, 10_000)),
    "group",
  );

  /** Takes the value of a GROUP_KEY. */
  learn(value: Uint8Array): void {
    const groupKey = decodeGroupKey(value);
    if (groupKey === undefined) throw new Error("The relay sent a malformed GROUP_KEY");
    this.address = groupKey.address;
    this.newestEpoch = Math.max(this.newestEpoch, groupKey.epoch);
    this.#keys.set(groupKey.epoch, new Fernet(Fernet.generateKeyFrom(groupKey.key)));
  }

  /** Forgets all keys, as if none of the tokens with them had come. */
  forgetKeys(): void {
    this.#keys.clear();
    this.newestEpoch = 0;
  }

  /** Whether a TLV is one of the group's. */
  isOwn({ type }: Tlv): boolean {
    return type === DEFAULT_TLV_TYPES.GROUP_MESSAGE || type === DEFAULT_TLV_TYPES.GROUP_FRAGMENT;
  }

  /** Takes a GROUP_MESSAGE or GROUP_FRAGMENT. Returns what it, or the last one with it, says. */
  read({ type, value }: Tlv, nowMs: number): GroupHeard | undefined {
    const frame = decodeGroupFrame(value);
    if (frame === undefined) throw new Error("The relay sent a malformed group frame");
    const { epoch, rest } = frame;
    if (type === DEFAULT_TLV_TYPES.GROUP_MESSAGE) return { epoch, tlvs: this.#open(epoch, rest) };
    const result = this.#reassembly.add(decodeFragment(rest), nowMs);
    if (result.state !== "complete") return undefined;
    return { epoch, tlvs: this.#open(epoch, result.token) };
  }

  #open(epoch: number, token: Uint8Array): Tlv[] | undefined {
    const opened = this.#keys.get(epoch)?.open(token);
    const plaintext = opened?.ok ? opened.plaintext() : undefined;
    return plaintext && decodeTlvs(plaintext);
  }
}
