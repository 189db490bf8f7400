import { assert, assertEquals } from "@std/assert";
import type { DirectMessage } from "../../../src/direct/direct_effects.ts";
import { DEFAULT_TLV_TYPES } from "../../../src/wire/tlv_types.ts";

/** How long a plain message is known again: `max_message_age`. */
const PLAIN_MEMORY_MS = 60_000;

/** A message that somebody has said. */
export interface Said {
  readonly text: string;
  readonly form: "plain" | "hybrid";
  /** Fingerprint of the key that signed it. */
  readonly signedBy: string | undefined;
  /** Whether something is changed of it before it was sealed, so that it is another message. */
  readonly isChanged: boolean;
}

/** What was said, and so what a server may hand over. */
export class DirectLedger {
  readonly #said = new Map<string, Said>();
  /** Pieces of plain messages, of which anyone can make others: they don't hang together. */
  readonly #plainPieces = new Set<string>();
  /** What changed tokens hold. */
  readonly #changed = new Set<string>();
  #isPartChanged = false;
  /** When each message was handed over last, monotonic milliseconds. */
  readonly #handedOver = new Map<string, number>();

  /** Whether a text was handed over. */
  hasHandedOver(text: string): boolean {
    return this.#handedOver.has(text);
  }

  /** Notes a message. */
  say(said: Said): void {
    this.#said.set(said.text, said);
    if (said.form === "plain") {
      for (const piece of piecesOf(said.text)) this.#plainPieces.add(piece);
    }
  }

  /** Notes what a changed token says, by a reading of its own. */
  sayChanged(plaintext: Uint8Array): void {
    const payload = messageIn(plaintext);
    if (payload !== undefined) this.#changed.add(payload);
  }

  /** Notes that a part of a long message was changed: the message may then hold anything. */
  changePart(): void {
    this.#isPartChanged = true;
  }

  /** @throws {AssertionError} If a message must not have been handed over, or not once more. */
  handOver({ payload, signedBy, form }: DirectMessage, nowMs: number): void {
    const text = latin1(payload);
    const said = this.#said.get(text);
    const isOther = form === "plain"
      ? piecesOf(text).every((piece) => this.#plainPieces.has(piece))
      : this.#changed.has(text) || this.#isPartChanged;
    assert(said !== undefined || isOther, `Nobody said ${JSON.stringify(text)}`);
    if (signedBy !== undefined) assertEquals(said?.signedBy, signedBy, "Nobody signed it");
    if (said === undefined) return;
    const isAsSaid = said.form === form && said.signedBy === signedBy;
    assert(isAsSaid || isOther || said.isChanged, `It was said in another way: ${text}`);
    const before = this.#handedOver.get(text);
    this.#handedOver.set(text, nowMs);
    if (before === undefined || said.isChanged || this.#changed.has(text)) return;
    const isForgotten = form === "plain" && nowMs - before >= PLAIN_MEMORY_MS;
    assert(isForgotten, `It was handed over twice: ${JSON.stringify(text)}`);
  }
}

/** Each piece of a message begins with a mark, and has no other. */
function piecesOf(text: string): string[] {
  return text.split(/(?=<)/);
}

/** Bytes as text that can be told from any other bytes. */
export function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** The message in the TLVs of a token, read the plain way; `undefined` if there is none. */
function messageIn(bytes: Uint8Array): string | undefined {
  let message: string | undefined;
  for (let at = 0; at < bytes.byteLength;) {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
    const end = at + 4 + c * 256 + d;
    if (end > bytes.byteLength) return undefined;
    const isMessage = a * 256 + b === DEFAULT_TLV_TYPES.MESSAGE;
    if (isMessage) message = (message ?? "") + latin1(bytes.subarray(at + 4, end));
    at = end;
  }
  return message;
}
