import { encodeBase64Url } from "../../../src/crypto/base64url.ts";
import { Fernet } from "../../../src/crypto/fernet.ts";
import type { GroupAddress, GroupKey } from "../../../src/wire/group_key.ts";

/** What waits for its key at most; more would mean that the key does not come at all. */
const MAX_HELD = 1_024;

interface Held {
  readonly epoch: number;
  readonly retry: () => void;
}

/**
 * The group keys of a relay (PROTOCOL 1.8): all clients of this process get the same ones, so they are
 * kept once.
 */
export class GroupKeys {
  readonly #keys = new Map<number, Fernet>();
  #held: Held[] = [];
  #address: GroupAddress | undefined;
  #latestEpoch = 0;

  /** Where messages come by multicast; `undefined` by unicast, or while no key is known. */
  get address(): GroupAddress | undefined {
    return this.#address;
  }

  /** The highest epoch known; 0 while none is. */
  get latestEpoch(): number {
    return this.#latestEpoch;
  }

  /** Takes a key, and goes on with what waited for it. */
  learn({ epoch, key, address }: GroupKey): void {
    if (this.#keys.has(epoch)) return;
    this.#keys.set(epoch, new Fernet(encodeBase64Url(key)));
    this.#latestEpoch = Math.max(this.#latestEpoch, epoch);
    this.#address = address;
    const held = this.#held;
    this.#held = held.filter((one) => one.epoch !== epoch);
    for (const one of held) if (one.epoch === epoch) one.retry();
  }

  /** The key of an epoch, if it is known. */
  keyOf(epoch: number): Fernet | undefined {
    return this.#keys.get(epoch);
  }

  /** Calls back when the key of an epoch is known. Returns false when too much waits already. */
  hold(epoch: number, retry: () => void): boolean {
    if (this.#held.length >= MAX_HELD) return false;
    this.#held.push({ epoch, retry });
    return true;
  }
}
