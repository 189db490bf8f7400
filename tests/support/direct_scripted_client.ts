import { concat, equals } from "@std/bytes";
import { Fernet } from "../../src/crypto/fernet.ts";
import { sha256 } from "../../src/crypto/sha256.ts";
import { type Endpoint, formatEndpoint } from "../../src/session/endpoint.ts";
import { parseDirectAnswer } from "../../src/wire/direct_answer.ts";
import {
  encodeDirectFragment,
  keyRequest,
  tryDecodeDirectFragment,
} from "../../src/wire/direct_frame.ts";
import type { Fragment } from "../../src/wire/fragment.ts";
import { decodeHybridKey, encodeHybridKey } from "../../src/wire/hybrid_key.ts";
import { joinMessage, messageTlvs } from "../../src/wire/message.ts";
import { encodeMessagePart, type MessagePart } from "../../src/wire/message_part.ts";
import { signedBytes } from "../../src/wire/signed_bytes.ts";
import { decodeTlvs, encodeTlvs, type Tlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import type { DirectFakeKey } from "./direct_fake_key.ts";
import type { FakeClock } from "./fake_clock.ts";
import { namedTlv } from "./named_tlv.ts";
import type { SeededRandom } from "./seeded_random.ts";

/** What a scripted client lives in. */
export interface DirectClientWorld {
  readonly clock: FakeClock;
  readonly random: SeededRandom;
  /** The server's key. */
  readonly key: DirectFakeKey;
  /** Carries a datagram to the server. */
  send(datagram: Uint8Array, from: Endpoint): void;
}

/** Whether the first block of a body, read as a fragment, has a valid header. */
export interface BlockLook {
  /** By default it has none, so that a body of any length can be sent as one datagram. */
  readonly looksLikeFragment?: boolean;
}

/** What a hybrid body holds beside its message; by default nothing. */
export interface HybridOptions {
  readonly sequence?: bigint;
  readonly part?: MessagePart;
  /** The key that signs, as PROTOCOL 2.2 has it. */
  readonly signer?: DirectFakeKey;
  /** In place of a signature. */
  readonly signature?: Uint8Array;
  /** How long ago it was sealed by the server's clock, seconds. */
  readonly ageSeconds?: number;
}

/** How a body is cut. */
export interface CutOptions {
  readonly messageId?: number;
  /** Bytes of the body in each datagram. */
  readonly payloadBytes?: number;
}

/** A client of the direct protocol that does nothing by itself: a test sends and looks. */
export class DirectScriptedClient {
  readonly endpoint: Endpoint;
  readonly key: DirectFakeKey;
  readonly #world: DirectClientWorld;
  #fernetKey = "";
  #block = new Uint8Array();
  #messageId = 0;
  #datagrams: Uint8Array[] = [];
  readonly #unfinished = new Map<number, Map<number, Uint8Array>>();
  #heard: string[] = [];

  /** @param world What it lives in. @param endpoint Its address. @param key Its key; not yet sent. */
  constructor(world: DirectClientWorld, endpoint: Endpoint, key: DirectFakeKey) {
    this.#world = world;
    this.endpoint = endpoint;
    this.key = key;
    this.changeFernetKey();
  }

  /** `ip:port` */
  get address(): string {
    return formatEndpoint(this.endpoint);
  }

  /** The RSA block that its hybrid messages begin with. */
  get block(): Uint8Array {
    return this.#block;
  }

  /** Makes a new Fernet key, and the RSA block that carries it. */
  changeFernetKey(look: BlockLook = {}): void {
    this.#fernetKey = Fernet.generateKeyFrom(this.#world.random.bytes(32));
    this.changeBlock(look);
  }

  /** Encrypts its Fernet key anew. */
  changeBlock(look: BlockLook = {}): void {
    this.#block = this.seal(encodeHybridKey(this.#fernetKey), look);
  }

  /** Goes on under the Fernet key of another client. */
  shareFernetKey(other: DirectScriptedClient): void {
    this.#fernetKey = other.#fernetKey;
    this.#block = other.#block;
  }

  /** Makes a block for the server that looks like a fragment, or does not. */
  seal(plaintext: Uint8Array, { looksLikeFragment = false }: BlockLook = {}) {
    for (;;) {
      const block = this.#world.key.seal(plaintext);
      if ((tryDecodeDirectFragment(block) !== undefined) === looksLikeFragment) return block;
    }
  }

  /** A body of RSA blocks alone. */
  plain(message: string | Uint8Array, look?: BlockLook): Uint8Array<ArrayBuffer> {
    const payload = bytesOf(message);
    const pieceBytes = this.#world.key.modulusBytes - 66;
    const blocks: Uint8Array[] = [];
    for (let at = 0; at === 0 || at < payload.byteLength; at += pieceBytes) {
      blocks.push(this.seal(payload.subarray(at, at + pieceBytes), at === 0 ? look : {}));
    }
    return concat(blocks);
  }

  /** A hybrid body. */
  hybrid(message: string | Uint8Array, options: HybridOptions = {}): Uint8Array<ArrayBuffer> {
    const payload = bytesOf(message);
    const { sequence, part, signer } = options;
    const serverDigest = sha256(this.#world.key.der);
    const signature = options.signature ??
      signer?.sign(signedBytes(serverDigest, sequence ?? 0n, payload));
    const tlvs = [
      ...(sequence === undefined ? [] : [namedTlv("CLIENT_SEQUENCE", encodeU64(sequence))]),
      ...(part === undefined ? [] : [namedTlv("MESSAGE_PART", encodeMessagePart(part))]),
      ...(signature === undefined ? [] : [namedTlv("SIGNATURE", signature)]),
      ...messageTlvs(DEFAULT_TLV_TYPES.MESSAGE, payload),
    ];
    return this.hybridOf(tlvs, options.ageSeconds);
  }

  /** A hybrid body whose token holds just these TLVs. */
  hybridOf(tlvs: readonly Tlv[], ageSeconds = 0): Uint8Array<ArrayBuffer> {
    return this.hybridWith(encodeTlvs(tlvs), ageSeconds);
  }

  /** A hybrid body whose token holds just these bytes. */
  hybridWith(plaintext: Uint8Array, ageSeconds = 0): Uint8Array<ArrayBuffer> {
    const { clock, random } = this.#world;
    const now = Math.floor(clock.now.unixMs / 1000) - ageSeconds;
    const token = new Fernet(this.#fernetKey).encrypt(plaintext, { now, iv: random.bytes(16) });
    return concat([this.#block, token]);
  }

  /**
   * Cuts a body into the datagrams of its fragments.
   *
   * @param options Ids are counted from 1, and a datagram has 490 bytes of the body, by default.
   */
  fragments(body: Uint8Array, options: CutOptions = {}): Uint8Array<ArrayBuffer>[] {
    const { messageId = ++this.#messageId, payloadBytes = 490 } = options;
    const total = Math.ceil(body.byteLength / payloadBytes);
    return Array.from({ length: total }, (_, sequenceNumber) => {
      const at = sequenceNumber * payloadBytes;
      const chunk = body.subarray(at, at + payloadBytes);
      return encodeDirectFragment({ messageId, sequenceNumber, total, chunk });
    });
  }

  /** Sends datagrams as they are. */
  send(...datagrams: readonly Uint8Array[]): void {
    for (const datagram of datagrams) this.#world.send(datagram, this.endpoint);
  }

  /** Sends text as a datagram. */
  sendText(text: string): void {
    this.send(bytesOf(text));
  }

  /** Sends its key. */
  sendKey(): void {
    this.send(this.key.pem);
  }

  /** Asks for the server's key, padded. */
  askForKey(): void {
    this.send(keyRequest());
  }

  /** Takes a datagram of the server; called by its world. */
  accept(datagram: Uint8Array): void {
    this.#datagrams.push(datagram);
    const line = this.#describe(datagram);
    if (line !== undefined) this.#heard.push(line);
  }

  /**
   * What came since the last call, a line each: text in the clear as it is, what RSA blocks held
   * in braces, the message of a hybrid body in double ones, and the server's key as `PEM`.
   */
  heard(): string[] {
    const heard = this.#heard;
    this.forget();
    return heard;
  }

  /** The datagrams that came since the last call. */
  datagrams(): Uint8Array[] {
    const datagrams = this.#datagrams;
    this.forget();
    return datagrams;
  }

  /** Forgets what came so far. */
  forget(): void {
    this.#datagrams = [];
    this.#heard = [];
  }

  #describe(datagram: Uint8Array): string | undefined {
    if (equals(datagram, this.#world.key.pem)) return "PEM";
    const whole = this.#open(datagram);
    if (whole !== undefined) return whole;
    // In the clear some answers look like fragments: `7: ACK` like number 67 of 75.
    if (parseDirectAnswer(datagram) !== undefined) return textOf(datagram);
    const fragment = tryDecodeDirectFragment(datagram);
    if (fragment === undefined) return textOf(datagram);
    const body = this.#collect(fragment);
    return body && (this.#open(body) ?? "{unreadable}");
  }

  #collect({ messageId, sequenceNumber, total, chunk }: Fragment): Uint8Array | undefined {
    const chunks = this.#unfinished.get(messageId) ?? new Map<number, Uint8Array>();
    this.#unfinished.set(messageId, chunks.set(sequenceNumber, chunk));
    if (chunks.size < total) return undefined;
    this.#unfinished.delete(messageId);
    return concat([...chunks].sort(([a], [b]) => a - b).map(([, bytes]) => bytes));
  }

  #open(body: Uint8Array): string | undefined {
    const { modulusBytes } = this.key;
    const first = this.key.open(body.subarray(0, modulusBytes));
    if (first === undefined) return undefined;
    const fernetKey = decodeHybridKey(first);
    if (fernetKey !== undefined) return openToken(fernetKey, body.subarray(modulusBytes));
    const plaintexts: Uint8Array[] = [];
    for (let at = 0; at < body.byteLength; at += modulusBytes) {
      const plaintext = this.key.open(body.subarray(at, at + modulusBytes));
      if (plaintext === undefined) return undefined;
      plaintexts.push(plaintext);
    }
    return `{${textOf(concat(plaintexts))}}`;
  }
}

function openToken(fernetKey: string, token: Uint8Array): string {
  const tlvs = decodeTlvs(new Fernet(fernetKey).decrypt(token));
  return `{{${textOf(joinMessage(DEFAULT_TLV_TYPES.MESSAGE, tlvs) ?? new Uint8Array())}}}`;
}

function bytesOf(message: string | Uint8Array): Uint8Array {
  return typeof message === "string" ? new TextEncoder().encode(message) : message;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
