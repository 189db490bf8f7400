import type { NewMessage } from "../history/history.ts";
import { concat } from "@std/bytes";
import { decodeU64, encodeU64 } from "../wire/u64.ts";

/** The first byte: how the rest is laid out. */
const FORM = 1;

/** The longest text that stands in it, bytes. */
const MAX_TEXT_BYTES = 0xffff;

const INSTANCE = /^[0-9a-f]{32}$/;

/**
 * Encodes a message as the relays of a cluster keep it: form u8, CLIENT_SEQUENCE u64, Unix
 * milliseconds u64; then message id, sender id, session id and instance, each u16 length and UTF-8;
 * then the payload.
 *
 * @param message The message; without an instance that text is empty.
 * @returns The plaintext of its token, owned by the caller.
 * @throws {RangeError} If one of its texts has more than 65,535 bytes.
 */
export function encodeSaid(message: NewMessage): Uint8Array {
  const { messageId, senderId, sessionId, clientSequence, instance = "", unixMs } = message;
  return concat([
    Uint8Array.of(FORM),
    encodeU64(clientSequence),
    encodeU64(BigInt(Math.max(0, Math.floor(unixMs)))),
    ...[messageId, senderId, sessionId, instance].map(encodeText),
    message.payload,
  ]);
}

/**
 * Decodes what `encodeSaid` made. It was made under the cluster's key, but maybe by a later version.
 *
 * @param bytes The plaintext of a token.
 * @returns The message, its payload a view into `bytes`; `undefined` when that is something else.
 */
export function decodeSaid(bytes: Uint8Array): NewMessage | undefined {
  if (bytes[0] !== FORM) return undefined;
  const clientSequence = decodeU64(bytes.subarray(1, 9));
  const unixMs = decodeU64(bytes.subarray(9, 17));
  if (clientSequence === undefined || unixMs === undefined) return undefined;
  const texts = decodeTexts(bytes.subarray(17), 4);
  if (texts === undefined || unixMs > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  const [messageId = "", senderId = "", sessionId = "", instance = ""] = texts.texts;
  if (messageId === "" || (instance !== "" && !INSTANCE.test(instance))) return undefined;
  return {
    messageId,
    senderId,
    sessionId,
    clientSequence,
    instance: instance === "" ? undefined : instance,
    unixMs: Number(unixMs),
    payload: texts.rest,
  };
}

function encodeText(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  if (bytes.byteLength > MAX_TEXT_BYTES) {
    throw new RangeError(
      `Cannot encode message: text has ${bytes.byteLength} bytes, at most ${MAX_TEXT_BYTES}`,
    );
  }
  return concat([Uint8Array.of(bytes.byteLength >>> 8, bytes.byteLength & 0xff), bytes]);
}

function decodeTexts(
  bytes: Uint8Array,
  count: number,
): { readonly texts: readonly string[]; readonly rest: Uint8Array } | undefined {
  const texts: string[] = [];
  let at = 0;
  while (texts.length < count) {
    const [high, low] = bytes.subarray(at, at + 2);
    if (high === undefined || low === undefined) return undefined;
    const end = at + 2 + (high << 8 | low);
    const text = end <= bytes.byteLength ? decodeText(bytes.subarray(at + 2, end)) : undefined;
    if (text === undefined) return undefined;
    texts.push(text);
    at = end;
  }
  return { texts, rest: bytes.subarray(at) };
}

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
