import { concat } from "@std/bytes";
import { Fernet } from "../../src/crypto/fernet.ts";
import { importSpkiPem, type RsaPublicKey } from "../../src/crypto/rsa.ts";
import { RsaPrivateKey } from "../../src/crypto/rsa_private_key.ts";
import { sha256 } from "../../src/crypto/sha256.ts";
import { type Endpoint, formatEndpoint } from "../../src/session/endpoint.ts";
import { UdpSocket } from "../../src/session/udp_socket.ts";
import { encodeAck } from "../../src/wire/direct_answer.ts";
import {
  holdsPublicKey,
  isKeyRequest,
  tryDecodeDirectFragment,
} from "../../src/wire/direct_frame.ts";
import type { Fragment } from "../../src/wire/fragment.ts";
import { decodeHybridKey, encodeHybridKey } from "../../src/wire/hybrid_key.ts";
import { joinMessage, messageTlvs } from "../../src/wire/message.ts";
import { signedBytes } from "../../src/wire/signed_bytes.ts";
import { decodeTlvs, encodeTlvs, findTlv, type Tlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { decodeU64 } from "../../src/wire/u64.ts";

/** One key for all: a new one each time would take most of the tests' time. */
const SERVER_KEY = await RsaPrivateKey.generate(2048);

/**
 * A direct server on a real socket of this machine, with real RSA, for one client and a network that
 * loses nothing. Messages are kept part by part, as they came.
 */
export class DirectRealPeer implements AsyncDisposable {
  readonly #socket = UdpSocket.open({ hostname: "127.0.0.1", port: 0 });
  readonly #chunks = new Map<number, Map<number, Uint8Array>>();
  #working: Promise<void> = Promise.resolve();
  #client: { readonly key: RsaPublicKey; readonly at: Endpoint } | undefined;
  /** Whether it answers nothing but requests for its key. */
  isSilent = false;
  /** Payload of what was opened, in order. */
  readonly payloads: Uint8Array[] = [];
  /** How many of these had a good signature. */
  signatures = 0;

  /** Begins to answer. */
  constructor() {
    void this.#socket.receive((datagram, from) => {
      const copy = datagram.slice();
      this.#working = this.#working.then(() => this.#receive(copy, from));
    });
  }

  /** Its address as text. */
  get address(): string {
    return formatEndpoint(this.#socket.local);
  }

  /** Fingerprint of its key. */
  get fingerprint(): string {
    return SERVER_KEY.fingerprint;
  }

  /** Sends a hybrid message to the client. */
  async send(text: string): Promise<void> {
    if (this.#client === undefined) throw new Error("The peer has heard of no client");
    const fernetKey = Fernet.generateKey();
    const payload = new TextEncoder().encode(text);
    const tlvs = encodeTlvs(messageTlvs(DEFAULT_TLV_TYPES.MESSAGE, payload));
    const block = await this.#client.key.encrypt(encodeHybridKey(fernetKey));
    this.#send(concat([block, new Fernet(fernetKey).encrypt(tlvs)]), this.#client.at);
  }

  /** Sends the client anything. */
  sendBytes(datagram: Uint8Array): void {
    if (this.#client !== undefined) this.#send(datagram, this.#client.at);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket[Symbol.asyncDispose]();
    await this.#working;
  }

  async #receive(datagram: Uint8Array, from: Endpoint): Promise<void> {
    if (holdsPublicKey(datagram)) {
      this.#client = { key: await importSpkiPem(datagram), at: from };
    } else if (isKeyRequest(datagram)) {
      this.#send(new TextEncoder().encode(SERVER_KEY.publicPem), from);
    } else if (datagram.byteLength === SERVER_KEY.modulusBytes) {
      await this.#take(datagram, undefined);
    } else {
      const fragment = tryDecodeDirectFragment(datagram);
      if (fragment !== undefined) await this.#collect(fragment);
    }
  }

  async #collect({ messageId, sequenceNumber, total, chunk }: Fragment): Promise<void> {
    const chunks = this.#chunks.get(messageId) ?? new Map<number, Uint8Array>();
    this.#chunks.set(messageId, chunks.set(sequenceNumber, chunk));
    if (chunks.size < total) return;
    this.#chunks.delete(messageId);
    const inOrder = [...chunks].sort(([a], [b]) => a - b).map(([, bytes]) => bytes);
    await this.#take(concat(inOrder), messageId);
  }

  async #take(body: Uint8Array, messageId: number | undefined): Promise<void> {
    if (this.isSilent || this.#client === undefined) return;
    const { modulusBytes } = SERVER_KEY;
    const first = await SERVER_KEY.decrypt(body.subarray(0, modulusBytes));
    const fernetKey = decodeHybridKey(first);
    if (fernetKey !== undefined) {
      await this.#takeTlvs(
        decodeTlvs(new Fernet(fernetKey).decrypt(body.subarray(modulusBytes), { ttl: 60 })),
        this.#client.key,
      );
    } else {
      const plaintexts = [first];
      for (let at = modulusBytes; at < body.byteLength; at += modulusBytes) {
        plaintexts.push(await SERVER_KEY.decrypt(body.subarray(at, at + modulusBytes)));
      }
      this.payloads.push(concat(plaintexts));
    }
    this.#send(await this.#client.key.encrypt(encodeAck(messageId)), this.#client.at);
  }

  async #takeTlvs(tlvs: readonly Tlv[], key: RsaPublicKey): Promise<void> {
    const payload = joinMessage(DEFAULT_TLV_TYPES.MESSAGE, tlvs) ?? new Uint8Array();
    this.payloads.push(payload);
    const signature = findTlv(tlvs, DEFAULT_TLV_TYPES.SIGNATURE);
    const value = findTlv(tlvs, DEFAULT_TLV_TYPES.CLIENT_SEQUENCE) ?? new Uint8Array();
    const data = signedBytes(sha256(SERVER_KEY.publicDer), decodeU64(value) ?? 0n, payload);
    if (signature !== undefined && await key.verify(signature, data)) this.signatures++;
  }

  #send(datagram: Uint8Array, to: Endpoint): void {
    this.#socket.send(datagram, to, (error) => {
      throw error;
    });
  }
}
