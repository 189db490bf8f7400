import { type Endpoint, formatEndpoint } from "../session/endpoint.ts";
import type { Instant } from "../session/instant.ts";
import { encodeTlvs, findTlv, type Tlv, tryDecodeTlvs } from "../wire/tlv.ts";
import type { Admission, Admitted } from "./admission.ts";
import type { Conversation } from "./conversation.ts";
import type { GateRules } from "./gate_rules.ts";
import type { RelayState } from "./relay_state.ts";
import type { Source } from "./stranger_answers.ts";

/** What a reception is made of. */
export interface ReceptionParts {
  readonly state: RelayState;
  readonly rules: GateRules;
  /** Takes what strangers ask. */
  readonly admission: Admission;
  /** Takes what clients say. */
  readonly conversation: Conversation;
}

/** Reads datagrams, and leads each TLV to where it belongs (PROTOCOL 1.1, 1.4, 1.5). */
export class Reception {
  readonly #state: RelayState;
  readonly #rules: GateRules;
  readonly #admission: Admission;
  readonly #conversation: Conversation;

  /** @param parts What it leads to. */
  constructor({ state, rules, admission, conversation }: ReceptionParts) {
    this.#state = state;
    this.#rules = rules;
    this.#admission = admission;
    this.#conversation = conversation;
  }

  /**
   * Takes a datagram.
   *
   * @param datagram Any bytes at all; not kept.
   * @param endpoint Where it came from.
   * @param now The moment.
   */
  read(datagram: Uint8Array, endpoint: Endpoint, now: Instant): void {
    const tlvs = tryDecodeTlvs(datagram);
    if (tlvs === undefined || tlvs.length === 0) return this.#state.counters.drop("malformed");
    const { types } = this.#state.options;
    const source = this.#sourceOf(tlvs, endpoint, datagram.byteLength);
    const { address } = source;
    const keyAt = tlvs.findIndex(({ type }) => type === types.ENCRYPTED_SYMMETRIC_KEY);
    const key = tlvs[keyAt];
    // A datagram gets one answer, whatever it asks for: more would be amplification.
    if (key !== undefined) {
      const rest = tlvs.slice(keyAt + 1);
      this.#hearAll(tlvs.slice(0, keyAt), address, now);
      this.#conversation.countUnknown(rest);
      this.#admission.request(key.value, rest, source, now);
    } else if (findTlv(tlvs, types.PUBLIC_KEY_REQUEST) !== undefined) {
      this.#hearAll(tlvs, address, now);
      this.#admission.answerKey(source, now);
    } else if (this.#isRegistered(address) || this.#roam(tlvs, endpoint, now)) {
      this.#hearAll(tlvs, address, now);
    } else if (!this.#admission.hold(address, datagram)) {
      this.#conversation.countUnknown(tlvs);
      this.#admission.answerUnknownSession(tlvs, source, now);
    }
  }

  /**
   * Takes the result of an RSA job, and what was held back for it.
   *
   * @param jobId As in the effect.
   * @param plaintext What the RSA block held, or `undefined` when it does not decrypt.
   * @param now The moment.
   * @returns The client that has been registered, if one has; its session may have ended meanwhile.
   */
  settle(jobId: number, plaintext: Uint8Array | undefined, now: Instant): Admitted | undefined {
    const settled = this.#admission.settle(jobId, plaintext, now);
    if (settled === undefined) return undefined;
    const { admitted, from, held } = settled;
    const type = this.#state.options.types.SYMMETRICALLY_ENCRYPTED_MESSAGE;
    const address = formatEndpoint(from);
    for (const value of admitted?.tokens ?? []) this.#hear({ type, value }, address, now);
    for (const datagram of held) this.read(datagram, from, now);
    return admitted;
  }

  #sourceOf(tlvs: readonly Tlv[], endpoint: Endpoint, datagramBytes: number): Source {
    const [first] = tlvs;
    const isCookie = first?.type === this.#state.options.types.COOKIE;
    const cookie = isCookie ? first.value : undefined;
    return { endpoint, address: formatEndpoint(endpoint), datagramBytes, cookie };
  }

  #isRegistered(address: string): boolean {
    return this.#state.registry.at(address) !== undefined;
  }

  #roam(tlvs: readonly Tlv[], endpoint: Endpoint, now: Instant): boolean {
    if (this.#rules.refusesAddress(endpoint.hostname, now.unixMs)) return false;
    return this.#conversation.roam(tlvs, endpoint, now);
  }

  /** Hears TLVs of a datagram, if its address has a session. */
  #hearAll(tlvs: readonly Tlv[], address: string, now: Instant): void {
    if (!this.#isRegistered(address)) return this.#conversation.countUnknown(tlvs);
    for (const tlv of tlvs) this.#hear(tlv, address, now);
  }

  #hear(tlv: Tlv, address: string, now: Instant): void {
    const session = this.#state.registry.at(address);
    if (session === undefined) return;
    if (this.#conversation.hear(session, tlv, now) === "handled") return;
    // A client that registers anew from the same address may already speak under its new key.
    if (this.#admission.hold(address, encodeTlvs([tlv]))) return;
    this.#state.counters.drop("unauthentic");
  }
}
