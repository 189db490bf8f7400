import type { Fernet } from "../../src/crypto/fernet.ts";
import type { Endpoint } from "../../src/session/endpoint.ts";
import { Outbox } from "../../src/session/outbox.ts";
import { decodeFragmentNack, encodeFragmentNack } from "../../src/wire/fragment_nack.ts";
import { decodeFragment } from "../../src/wire/fragment.ts";
import { joinMessage, messageTlvs } from "../../src/wire/message.ts";
import { Reassembly } from "../../src/wire/reassembly.ts";
import { reassemblyLimits, ReassemblyPool } from "../../src/wire/reassembly_pool.ts";
import { decodeTlvs, encodeTlvs, findTlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { namedTlv } from "./named_tlv.ts";
import type { Participant, RelayHarness } from "./relay_harness.ts";

const TYPES = DEFAULT_TLV_TYPES;

/** A client that asks for the fragments that it misses, and sends those again that it is asked for. */
export class RepairingClient implements Participant {
  readonly endpoint: Endpoint;
  /** The payloads of the messages that came, in order. */
  readonly payloads: Uint8Array[] = [];
  readonly #relay: RelayHarness;
  readonly #fernet: Fernet;
  readonly #outbox: Outbox;
  readonly #pool = new ReassemblyPool(reassemblyLimits(4 * 1024 * 1024, 10_000));
  readonly #reassembly = new Reassembly(this.#pool, "");
  #releaseAtMs = 0;

  /** Registers at the relay, over a network that should not lose anything yet. */
  constructor(relay: RelayHarness, name: string) {
    const registered = relay.join(name);
    this.#relay = relay;
    this.endpoint = registered.endpoint;
    this.#fernet = registered.fernet;
    const randomBytes = (count: number) => relay.random.bytes(count);
    const options = { types: TYPES, budgetBytes: 1_200, sealer: this.#fernet, randomBytes };
    this.#outbox = new Outbox(options, relay.clock.now);
    relay.add(this);
  }

  /** Sends a message of any length. */
  send(payload: Uint8Array): void {
    const plaintext = encodeTlvs(messageTlvs(TYPES.MESSAGE, payload));
    const datagram = this.#outbox.push(plaintext, this.#relay.clock.now);
    if (datagram instanceof Uint8Array) this.#relay.send(datagram, this.endpoint);
    this.tick();
  }

  /** Takes a datagram of the relay. */
  accept(datagram: Uint8Array): void {
    for (const { type, value } of decodeTlvs(datagram)) {
      if (type === TYPES.SYMMETRICALLY_ENCRYPTED_MESSAGE) this.#hear(value);
      else if (type === TYPES.FRAGMENT) this.#collect(value);
    }
  }

  /** When it wants to send or ask, monotonic milliseconds. */
  nextDeadline(): number {
    const releaseAtMs = this.#outbox.isEmpty ? Infinity : this.#releaseAtMs;
    return Math.min(releaseAtMs, this.#pool.nextDeadlineMs() ?? Infinity);
  }

  /** Sends what may leave, asks for what is missing. */
  tick(): void {
    const { now } = this.#relay.clock;
    for (const { messageId, missing } of this.#pool.takeStalled(now.monotonicMs)) {
      const nack = namedTlv("FRAGMENT_NACK", encodeFragmentNack({ messageId, missing }));
      this.#relay.send(this.#outbox.sealUrgent(encodeTlvs([nack]), now), this.endpoint);
    }
    this.#pool.expire(now.monotonicMs);
    this.#releaseAtMs = now.monotonicMs + 1;
    for (;;) {
      const datagram = this.#outbox.release(now);
      if (datagram === undefined) return;
      this.#relay.send(datagram, this.endpoint);
    }
  }

  #collect(value: Uint8Array): void {
    const nowMs = this.#relay.clock.now.monotonicMs;
    const result = this.#reassembly.add(decodeFragment(value), nowMs);
    if (result.state === "complete") this.#hear(result.token);
  }

  #hear(token: Uint8Array): void {
    const tlvs = decodeTlvs(this.#fernet.decrypt(token));
    const payload = joinMessage(TYPES.MESSAGE, tlvs);
    if (payload !== undefined) this.payloads.push(payload);
    const nack = findTlv(tlvs, TYPES.FRAGMENT_NACK);
    if (nack !== undefined) this.#outbox.repair(decodeFragmentNack(nack), this.#relay.clock.now);
  }
}
