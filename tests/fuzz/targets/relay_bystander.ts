import { assertEquals } from "@std/assert";
import type { Endpoint } from "../../../src/session/endpoint.ts";
import { decodeFragment } from "../../../src/wire/fragment.ts";
import { joinMessage } from "../../../src/wire/message.ts";
import { Reassembly } from "../../../src/wire/reassembly.ts";
import { reassemblyLimits, ReassemblyPool } from "../../../src/wire/reassembly_pool.ts";
import { decodeTlvs, encodeTlvs, findTlv } from "../../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../../src/wire/tlv_types.ts";
import { encodeU64 } from "../../../src/wire/u64.ts";
import { HarnessClient, type HarnessClientWorld } from "../../support/harness_client.ts";
import { namedTlv } from "../../support/named_tlv.ts";
import type { RelayLedger } from "./relay_ledger.ts";

const TYPES = DEFAULT_TLV_TYPES;
const NOTHING = new Uint8Array();

/** A client that keeps to the rules, says something now and then, and hears all that is said. */
export class Bystander extends HarnessClient {
  readonly #name: string;
  readonly #nowMs: () => number;
  readonly #ledger: RelayLedger;
  readonly #fragments = new Reassembly(
    new ReassemblyPool(reassemblyLimits(16 * 1024 * 1024, 10_000)),
    "",
  );
  /** Whether what it says has numbers, so that no clock decides whether it came before. */
  isNumbered = false;
  #said = 0;
  /** What it heard of the other bystander, in order. */
  readonly heardOfOther: string[] = [];

  /**
   * @param name Its client name.
   * @param world Where it lives, under an address of its own.
   * @param ledger Told what it says and hears.
   */
  constructor(name: string, world: HarnessClientWorld, endpoint: Endpoint, ledger: RelayLedger) {
    super(world, endpoint);
    this.#name = name;
    this.#nowMs = () => world.clock.now.monotonicMs;
    this.#ledger = ledger;
  }

  /** How many messages it has said. */
  get said(): number {
    return this.#said;
  }

  /** Says the next message, with a CLIENT_SEQUENCE if it numbers them. Returns its datagram. */
  talk(): Uint8Array {
    const text = `${this.#name} ${++this.#said}`;
    const message = namedTlv("MESSAGE", text);
    this.#ledger.seal(this.#name, encodeTlvs([message]));
    const number = namedTlv("CLIENT_SEQUENCE", encodeU64(BigInt(this.#said)));
    return this.sendSealed(...this.isNumbered ? [number] : [], message);
  }

  override accept(datagram: Uint8Array): void {
    super.accept(datagram);
    for (const { type, value } of decodeTlvs(datagram)) {
      if (type === TYPES.SYMMETRICALLY_ENCRYPTED_MESSAGE) this.#hear(value);
      if (type !== TYPES.FRAGMENT) continue;
      const result = this.#fragments.add(decodeFragment(value), this.#nowMs());
      if (result.state === "complete") this.#hear(result.token);
    }
    this.forget();
  }

  #hear(token: Uint8Array): void {
    const tlvs = decodeTlvs(this.fernet.decrypt(token));
    const payload = joinMessage(TYPES.MESSAGE, tlvs);
    if (payload === undefined) return;
    const sender = new TextDecoder().decode(findTlv(tlvs, TYPES.SENDER_ID) ?? NOTHING);
    assertEquals(sender === this.#name, false, "a sender hears itself");
    const isBystander = sender === "alice" || sender === "bob";
    this.#ledger.hear(this.#name, isBystander ? sender : "mallory", payload);
    if (isBystander) this.heardOfOther.push(new TextDecoder().decode(payload));
  }
}
