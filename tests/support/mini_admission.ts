import { Fernet } from "../../src/crypto/fernet.ts";
import { type Endpoint, formatEndpoint } from "../../src/session/endpoint.ts";
import { decodeClientHello } from "../../src/wire/client_hello.ts";
import { Feature, hasFeature } from "../../src/wire/features.ts";
import { Reassembly } from "../../src/wire/reassembly.ts";
import type { ReassemblyPool } from "../../src/wire/reassembly_pool.ts";
import {
  encodeRegistrationRejected,
  type RejectionCode,
} from "../../src/wire/registration_rejected.ts";
import { decodeTlvs, findTlv, type Tlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import type { MiniSession } from "./mini_session.ts";
import { namedTlv } from "./named_tlv.ts";
import type { SeededRandom } from "./seeded_random.ts";

const TYPES = DEFAULT_TLV_TYPES;

/** What a mini admission works with. */
export interface MiniAdmissionParts {
  /** Whether it answers PUBLIC_KEY_REQUEST and registrations; can change. */
  readonly answers: { readonly key: boolean; readonly registration: boolean };
  /** What it answers a registration with in place of accepting it, if anything. */
  readonly rejection: () => { readonly code: RejectionCode; readonly text: string } | undefined;
  readonly random: SeededRandom;
  readonly pool: ReassemblyPool;
  /** The TLVs that answer PUBLIC_KEY_REQUEST. */
  readonly keyTlvs: readonly Tlv[];
  /** Decrypts an RSA block, now or later; `undefined` when it does not decrypt. */
  readonly decrypt: (block: Uint8Array, done: (plaintext: Uint8Array | undefined) => void) => void;
  /** Sends TLVs in the clear. */
  readonly sendOuter: (to: Endpoint, ...tlvs: readonly Tlv[]) => void;
  /** The session at an address. */
  readonly sessionAt: (endpoint: Endpoint) => MiniSession | undefined;
  /** Whether group delivery is granted. */
  readonly grantsGroup: () => boolean;
  /** The newest relay sequence. */
  readonly latest: () => bigint;
  /** Takes in a session that is new, or whose registration came once more. */
  readonly accept: (session: MiniSession, isNew: boolean) => void;
}

/** The part of a mini relay that lets clients in (PROTOCOL 1.4). */
export class MiniAdmission {
  /** The COOKIE without which it answers nothing else. */
  cookie: Uint8Array | undefined;
  /** The AUTH_TOKEN without which nobody gets in. */
  token: string | undefined;
  /** The TLVs of the tokens that clients registered with, oldest first. */
  readonly applications: Tlv[][] = [];
  /** The CLIENT_HELLO that came last. */
  hello: Uint8Array | undefined;
  /** Whether it grants reliable delivery to those who ask. */
  grantsReliable = true;
  readonly #parts: MiniAdmissionParts;

  /** @param parts What it works with. */
  constructor(parts: MiniAdmissionParts) {
    this.#parts = parts;
  }

  /**
   * Takes a datagram.
   *
   * @returns Whether it was a request for the key or a registration.
   */
  receive(tlvs: readonly Tlv[], from: Endpoint): boolean {
    const block = findTlv(tlvs, TYPES.ENCRYPTED_SYMMETRIC_KEY);
    const isRequest = findTlv(tlvs, TYPES.PUBLIC_KEY_REQUEST) !== undefined;
    if (block === undefined && !isRequest) return false;
    if (this.#lacksCookie(tlvs)) {
      this.#parts.sendOuter(from, namedTlv("COOKIE", this.cookie));
    } else if (block !== undefined) {
      const token = findTlv(tlvs, TYPES.SYMMETRICALLY_ENCRYPTED_MESSAGE);
      this.#register(block.slice(), token?.slice(), from);
    } else if (this.#parts.answers.key) this.#parts.sendOuter(from, ...this.#parts.keyTlvs);
    return true;
  }

  #lacksCookie([first]: readonly Tlv[]): boolean {
    if (this.cookie === undefined) return false;
    return first?.type !== TYPES.COOKIE || first.value.toHex() !== this.cookie.toHex();
  }

  #register(block: Uint8Array, token: Uint8Array | undefined, from: Endpoint): void {
    if (!this.#parts.answers.registration) return;
    const rejection = this.#parts.rejection();
    if (rejection !== undefined) return this.#reject(rejection.code, rejection.text, from);
    const before = this.#parts.sessionAt(from);
    if (before?.block === block.toBase64()) return this.#parts.accept(before, false);
    this.#parts.decrypt(block, (plaintext) => {
      if (plaintext === undefined) return this.#reject(5, "key unusable", from);
      this.#admit(new Fernet(new TextDecoder().decode(plaintext)), block, token, from);
    });
  }

  #admit(fernet: Fernet, block: Uint8Array, token: Uint8Array | undefined, from: Endpoint): void {
    const tlvs = token === undefined ? [] : decodeTlvs(fernet.decrypt(token));
    this.applications.push(tlvs);
    const shown = findTlv(tlvs, TYPES.AUTH_TOKEN);
    if (this.token !== undefined) {
      if (shown === undefined) return this.#reject(1, "", from);
      if (new TextDecoder().decode(shown) !== this.token) return this.#reject(2, "", from);
    }
    const hello = findTlv(tlvs, TYPES.CLIENT_HELLO);
    this.hello = hello?.slice();
    const features = hello === undefined ? 0 : decodeClientHello(hello).features;
    const name = findTlv(tlvs, TYPES.CLIENT_NAME);
    const sessionId = this.#parts.random.bytes(8).toHex();
    this.#parts.accept({
      endpoint: from,
      id: name === undefined ? formatEndpoint(from) : new TextDecoder().decode(name),
      hasName: name !== undefined,
      fernet,
      block: block.toBase64(),
      sessionId,
      isReliable: this.grantsReliable && hasFeature(features, Feature.RELIABLE_DELIVERY),
      isMember: this.#parts.grantsGroup() && hasFeature(features, Feature.GROUP_DELIVERY),
      base: this.#parts.latest(),
      reassembly: new Reassembly(this.#parts.pool, sessionId),
      taken: new Map(),
      highest: 0n,
    }, true);
  }

  #reject(code: RejectionCode, text: string, to: Endpoint): void {
    const value = encodeRegistrationRejected(code, text);
    this.#parts.sendOuter(to, namedTlv("REGISTRATION_REJECTED", value));
  }
}
