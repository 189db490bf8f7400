import { Fernet } from "../../../src/crypto/fernet.ts";
import { encodeClientHello, PROTOCOL_VERSION } from "../../../src/wire/client_hello.ts";
import { fragmentDatagrams } from "../../../src/wire/fragment.ts";
import { encodeTlvs, type Tlv, TLV_HEADER_BYTES, tryDecodeTlvs } from "../../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES as TYPES } from "../../../src/wire/tlv_types.ts";

const BUDGET_BYTES = 1_200;

/** The key of a client, and the datagrams that it seals. */
export class ClientSealer {
  readonly #fernet: Fernet;
  #messageId = 0;
  /** Its Fernet key, 44 characters. */
  readonly fernetKey = Fernet.generateKey();

  constructor() {
    this.#fernet = new Fernet(this.fernetKey);
  }

  /** Seals a TLV that fits one datagram. */
  seal(tlv: Tlv): Uint8Array {
    return encodeTlvs([this.#sealed(tlv)]);
  }

  /**
   * Seals a message.
   *
   * @param payload Not kept.
   * @returns The datagrams that carry it.
   */
  sealMessage(payload: Uint8Array): Uint8Array[] {
    const tlv = this.#sealed({ type: TYPES.MESSAGE, value: payload });
    if (TLV_HEADER_BYTES + tlv.value.byteLength <= BUDGET_BYTES) return [encodeTlvs([tlv])];
    return fragmentDatagrams(TYPES.FRAGMENT, ++this.#messageId, tlv.value, BUDGET_BYTES);
  }

  /**
   * Makes a registration.
   *
   * @param encryptedKey `fernetKey`, encrypted for the relay.
   * @param features Asked for in CLIENT_HELLO; with none there is no such thing in it, as from a
   *   client of the base protocol.
   * @param cookie COOKIE, if the relay wants one.
   */
  registration(encryptedKey: Uint8Array, features: number, cookie: readonly Tlv[]): Uint8Array {
    const tlvs = [...cookie, { type: TYPES.ENCRYPTED_SYMMETRIC_KEY, value: encryptedKey }];
    if (features === 0) return encodeTlvs(tlvs);
    const value = encodeClientHello({ version: PROTOCOL_VERSION, features });
    return encodeTlvs([...tlvs, this.#sealed({ type: TYPES.CLIENT_HELLO, value })]);
  }

  /** Opens a token of the relay; `undefined` when it is none. */
  open(token: Uint8Array): Tlv[] | undefined {
    const opened = this.#fernet.open(token);
    const plaintext = opened.ok ? opened.plaintext() : undefined;
    return plaintext === undefined ? undefined : tryDecodeTlvs(plaintext);
  }

  #sealed(tlv: Tlv): Tlv {
    const value = this.#fernet.encrypt(encodeTlvs([tlv]));
    return { type: TYPES.SYMMETRICALLY_ENCRYPTED_MESSAGE, value };
  }
}
