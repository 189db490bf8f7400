import { assert, assertLessOrEqual } from "@std/assert";
import { sha256 } from "../../../src/crypto/sha256.ts";
import { LONG_ANSWER_LIMITS } from "../../../src/session/long_answers.ts";
import { messageTlvs } from "../../../src/wire/message.ts";
import { encodeMessagePart, type MessagePart } from "../../../src/wire/message_part.ts";
import { signedBytes } from "../../../src/wire/signed_bytes.ts";
import type { Tlv } from "../../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../../src/wire/tlv_types.ts";
import { encodeU64 } from "../../../src/wire/u64.ts";
import type { DirectHarness } from "../../support/direct_harness.ts";
import type { DirectScriptedClient } from "../../support/direct_scripted_client.ts";
import type { DirectLedger } from "./direct_session_ledger.ts";
import { MODULUS_BYTES } from "./direct_session_way.ts";

const HEADER_BYTES = 6;

/** The longest single answer: four blocks of a key of 2,048 bits. */
const LONGEST_ANSWER_BYTES = 4 * MODULUS_BYTES;

/** A datagram that somebody sent, and what it is a part of. */
export interface SentDatagram {
  readonly datagram: Uint8Array;
  /** Text of the message; `undefined` for what is none, or may be another one by now. */
  readonly text: string | undefined;
}

/** What a message is beside its text. */
export interface ContentOptions {
  readonly isNumbered: boolean;
  readonly isSigned?: boolean;
  readonly part?: MessagePart;
}

/** Somebody who talks to a direct server, and what is known of that. */
export class DirectPerson {
  readonly client: DirectScriptedClient;
  readonly #serverDigest: Uint8Array;
  #sequence = 0n;
  #sentBytes = 0;
  #heardBytes = 0;
  /** Texts of the messages that it has sent datagrams of, by message id; all of them under -1. */
  readonly #texts = new Map<number, Set<string | undefined>>();

  /** @param harness The world with the server. */
  constructor(harness: DirectHarness) {
    this.client = harness.stranger();
    this.#serverDigest = sha256(harness.key.der);
  }

  /** Its key as it is sent. */
  get key(): SentDatagram {
    return { datagram: this.client.key.pem, text: undefined };
  }

  /** Goes on under a new Fernet key, with new numbers. */
  changeFernetKey(): void {
    this.#sequence = 0n;
    this.client.changeFernetKey();
  }

  /** What is sealed of a message. */
  content(text: string, { isNumbered, isSigned = false, part }: ContentOptions): Tlv[] {
    const payload = new TextEncoder().encode(text);
    const types = DEFAULT_TLV_TYPES;
    if (isNumbered) this.#sequence++;
    const signed = signedBytes(this.#serverDigest, this.#sequence, payload);
    return [
      ...isNumbered ? [{ type: types.CLIENT_SEQUENCE, value: encodeU64(this.#sequence) }] : [],
      ...part === undefined ? [] : [{ type: types.MESSAGE_PART, value: encodeMessagePart(part) }],
      ...isSigned ? [{ type: types.SIGNATURE, value: this.client.key.sign(signed) }] : [],
      ...messageTlvs(types.MESSAGE, payload),
    ];
  }

  /** Sends a datagram. */
  send({ datagram, text }: SentDatagram): void {
    this.#sentBytes += datagram.byteLength;
    const id = datagram.byteLength >= HEADER_BYTES
      ? new DataView(datagram.buffer, datagram.byteOffset).getUint32(0)
      : -1;
    for (const under of [id, -1]) {
      this.#texts.set(under, (this.#texts.get(under) ?? new Set()).add(text));
    }
    this.client.send(datagram);
  }

  /** Takes a datagram of the server. */
  accept(datagram: Uint8Array): void {
    this.#heardBytes += datagram.byteLength;
    this.client.accept(datagram);
  }

  /** Asserts that each ACK since the last call tells of a message that was handed over. */
  assertHonestAnswers(ledger: DirectLedger): void {
    for (const line of this.client.heard()) {
      const [isAck, id] = /^\{?(?:(\d+): )?ACK\}?$/.exec(line) ?? [];
      if (isAck === undefined) continue;
      const texts = [...this.#texts.get(id === undefined ? -1 : Number(id)) ?? []];
      // Of fragments of several messages with one id another message may come about.
      const isTaken = texts.length > 1 ||
        texts.some((text) => text === undefined || ledger.hasHandedOver(text));
      assert(isTaken, `${line} tells of nothing that was taken, but of ${JSON.stringify(texts)}`);
    }
  }

  /** Asserts that it got no more than three times what it sent, but for the bucket (PROTOCOL 1.4). */
  assertNoAmplification(seconds: number): void {
    const { burst, perSecond } = LONG_ANSWER_LIMITS.perSource;
    const bucketBytes = (burst + seconds * perSecond) * LONGEST_ANSWER_BYTES;
    assertLessOrEqual(this.#heardBytes, 3 * this.#sentBytes + bucketBytes);
  }
}
