import { concat } from "@std/bytes";
import { Fernet } from "../../src/crypto/fernet.ts";
import { type Endpoint, formatEndpoint } from "../../src/session/endpoint.ts";
import { encodeAck, encodeNack } from "../../src/wire/direct_answer.ts";
import {
  directFragments,
  holdsPublicKey,
  isKeyRequest,
  tryDecodeDirectFragment,
} from "../../src/wire/direct_frame.ts";
import type { Fragment } from "../../src/wire/fragment.ts";
import { encodeHybridKey } from "../../src/wire/hybrid_key.ts";
import { messageTlvs } from "../../src/wire/message.ts";
import { encodeTlvs } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { DirectPeerInbox, type PeerMessage, type PeerPart } from "./direct_client_peer_inbox.ts";
import type { FakeClock } from "./fake_clock.ts";
import type { DirectFakeKey } from "./direct_fake_key.ts";
import type { SeededRandom } from "./seeded_random.ts";

const NACK_DELAY_MS = 300;
const MAX_NACKS = 5;
const MAX_WHOLE_ANSWER_BYTES = 1_200;
const ANSWER_FRAGMENT_BYTES = 490;

/** What a peer is made of. */
export interface DirectPeerParts {
  readonly key: DirectFakeKey;
  readonly random: SeededRandom;
  readonly clock: FakeClock;
  readonly send: (datagram: Uint8Array, to: Endpoint) => void;
  /** Finds the key in a PEM. */
  readonly keyOf: (pem: Uint8Array) => DirectFakeKey | undefined;
}

interface Unfinished {
  readonly from: Endpoint;
  readonly messageId: number;
  readonly total: number;
  readonly chunks: Map<number, Uint8Array>;
  nackMs: number;
  nacks: number;
}

/** A direct server that does what PROTOCOL 2.1 to 2.3 ask of it, no more, and can be told not to. */
export class DirectPeer {
  /** What it does not do. */
  readonly refuses = { keyRequests: false, clientKeys: false, acks: false };
  /** Key requests and keys of clients that came. */
  readonly came = { keyRequests: 0, clientKeys: 0 };
  readonly #parts: DirectPeerParts;
  readonly #clients = new Map<string, DirectFakeKey>();
  readonly #unfinished = new Map<string, Unfinished>();
  readonly #acknowledged = new Set<string>();
  readonly #inbox: DirectPeerInbox;
  #answerId = 0;

  /** @param parts What it is made of. */
  constructor(parts: DirectPeerParts) {
    this.#parts = parts;
    this.#inbox = new DirectPeerInbox(
      parts.key,
      (signature, data) => this.#clients.values().some((key) => key.hasSigned(signature, data)),
    );
  }

  /** What it took, each message once. */
  get messages(): readonly PeerMessage[] {
    return this.#inbox.messages;
  }

  /** What it opened, copies included. */
  get parts(): readonly PeerPart[] {
    return this.#inbox.parts;
  }

  /** Its key. */
  get key(): DirectFakeKey {
    return this.#parts.key;
  }

  /** Takes a datagram (PROTOCOL 2.1). */
  receive(datagram: Uint8Array, from: Endpoint): void {
    if (holdsPublicKey(datagram)) return this.#keep(datagram, from);
    if (isKeyRequest(datagram)) return this.#tellKey(from);
    const { key } = this.#parts;
    if (datagram.byteLength === key.modulusBytes && key.open(datagram) !== undefined) {
      return this.#take(datagram, undefined, from);
    }
    const fragment = tryDecodeDirectFragment(datagram);
    if (fragment !== undefined) this.#collect(fragment, from);
  }

  /** Asks for what is missing. */
  tick(): void {
    const nowMs = this.#parts.clock.now.monotonicMs;
    for (const unfinished of this.#unfinished.values()) {
      if (nowMs < unfinished.nackMs) continue;
      unfinished.nacks++;
      unfinished.nackMs = unfinished.nacks < MAX_NACKS ? nowMs + NACK_DELAY_MS : Infinity;
      const { from, messageId, total, chunks } = unfinished;
      const missing = Array.from({ length: total }, (_, index) => index + 1)
        .filter((number) => !chunks.has(number - 1));
      this.answer(encodeNack(messageId, missing, 930), from);
    }
  }

  /** When `tick` has something to do. */
  nextDeadlineMs(): number {
    return Math.min(Infinity, ...[...this.#unfinished.values()].map(({ nackMs }) => nackMs));
  }

  /** Answers, encrypted when it has the client's key (PROTOCOL 2.3). */
  answer(text: Uint8Array, to: Endpoint): void {
    const client = this.#clients.get(formatEndpoint(to));
    this.#sendBody(client === undefined ? text : concat(client.sealAll(text)), to);
  }

  /** Sends a message by itself. */
  sendTo(to: Endpoint, payload: Uint8Array, form: "plain" | "hybrid" = "hybrid"): void {
    const client = this.#clients.get(formatEndpoint(to));
    if (client === undefined) throw new Error("The peer does not know this client");
    if (form === "plain") return this.#sendBody(concat(client.sealAll(payload)), to);
    const tlvs = messageTlvs(DEFAULT_TLV_TYPES.MESSAGE, payload);
    this.#sendBody(this.hybridBody(client, encodeTlvs(tlvs)), to);
  }

  /** A hybrid body for a client, whatever its token holds. */
  hybridBody(
    client: DirectFakeKey,
    plaintext: Uint8Array,
    ageSeconds = 0,
  ): Uint8Array<ArrayBuffer> {
    const { random, clock } = this.#parts;
    const fernetKey = Fernet.generateKeyFrom(random.bytes(32));
    const now = Math.floor(clock.now.unixMs / 1000) - ageSeconds;
    const token = new Fernet(fernetKey).encrypt(plaintext, { now, iv: random.bytes(16) });
    return concat([client.seal(encodeHybridKey(fernetKey)), token]);
  }

  #sendBody(body: Uint8Array, to: Endpoint): void {
    const { send } = this.#parts;
    if (body.byteLength <= MAX_WHOLE_ANSWER_BYTES) return send(body, to);
    const modulusBytes = this.#clients.get(formatEndpoint(to))?.modulusBytes ?? 0;
    const messageId = this.#answerId++;
    for (const datagram of directFragments(messageId, body, ANSWER_FRAGMENT_BYTES, modulusBytes)) {
      send(datagram, to);
    }
  }

  #keep(pem: Uint8Array, from: Endpoint): void {
    this.came.clientKeys++;
    const key = this.refuses.clientKeys ? undefined : this.#parts.keyOf(pem);
    if (key !== undefined) this.#clients.set(formatEndpoint(from), key);
  }

  #tellKey(from: Endpoint): void {
    this.came.keyRequests++;
    if (!this.refuses.keyRequests) this.#parts.send(this.key.pem, from);
  }

  #collect({ messageId, sequenceNumber, total, chunk }: Fragment, from: Endpoint): void {
    const name = messageName(messageId, from);
    if (this.#acknowledged.has(name)) return this.#acknowledge(messageId, from);
    const nowMs = this.#parts.clock.now.monotonicMs;
    const known = this.#unfinished.get(name) ??
      { from, messageId, total, chunks: new Map(), nackMs: 0, nacks: 0 };
    if (known.total !== total || known.chunks.has(sequenceNumber)) return;
    known.chunks.set(sequenceNumber, chunk.slice());
    known.nackMs = nowMs + NACK_DELAY_MS;
    this.#unfinished.set(name, known);
    if (known.chunks.size < total) return;
    this.#unfinished.delete(name);
    const inOrder = [...known.chunks].sort(([a], [b]) => a - b).map(([, bytes]) => bytes);
    this.#take(concat(inOrder), messageId, from);
  }

  #take(body: Uint8Array, messageId: number | undefined, from: Endpoint): void {
    for (const id of this.#inbox.take(body, messageId)) this.#acknowledge(id, from);
  }

  #acknowledge(messageId: number | undefined, to: Endpoint): void {
    if (messageId !== undefined) this.#acknowledged.add(messageName(messageId, to));
    if (!this.refuses.acks) this.answer(encodeAck(messageId), to);
  }
}

function messageName(messageId: number, from: Endpoint): string {
  return `${formatEndpoint(from)} ${messageId}`;
}
