import type { Fernet } from "../../crypto/fernet.ts";
import { decodeU64, writeU64 } from "../../wire/u64.ts";
import type { NewMessage } from "../history.ts";

/** A message as it is sealed: what of it stands in no column of its own. */
export type SealedContent = Omit<NewMessage, "unixMs">;

/** First byte of what is sealed, for another form some day. */
const FORM = 1;

/** FORM, RELAY_SEQUENCE, CLIENT_SEQUENCE. */
const HEAD_BYTES = 1 + 8 + 8;

/** Message id, SENDER_ID, session id, instance. */
const TEXT_COUNT = 4;
const TEXT_LENGTH_BYTES = 4;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Seals a message for the disk: FORM, its number, CLIENT_SEQUENCE, four texts with their lengths (u32)
 * before them, and the payload. The number is inside, so that a row can't pass for another one.
 *
 * @param message The message.
 * @param sequence Its RELAY_SEQUENCE.
 * @param fernet Seals it.
 * @returns A Fernet token, owned by the caller.
 */
export function sealMessage(
  message: SealedContent,
  sequence: bigint,
  fernet: Fernet,
): Uint8Array<ArrayBuffer> {
  const { messageId, senderId, sessionId, instance = "", clientSequence, payload } = message;
  const texts = [messageId, senderId, sessionId, instance].map((text) => encoder.encode(text));
  const textBytes = texts.reduce((sum, text) => sum + TEXT_LENGTH_BYTES + text.byteLength, 0);
  const bytes = new Uint8Array(HEAD_BYTES + textBytes + payload.byteLength);
  bytes[0] = FORM;
  writeU64(bytes, 1, sequence);
  writeU64(bytes, 9, clientSequence);
  let at = HEAD_BYTES;
  for (const text of texts) at = writeText(bytes, at, text);
  bytes.set(payload, at);
  return fernet.encrypt(bytes);
}

/** A message that was sealed, and when it was. */
export interface UnsealedMessage extends SealedContent {
  /** Unix seconds. */
  readonly sealedUnixSeconds: number;
}

/**
 * Opens a sealed message.
 *
 * @param token Any bytes.
 * @param sequence The number under which it was found.
 * @param fernet Opens it.
 * @returns The message, its payload a view of memory that nobody else uses; `undefined` if it was not
 * sealed under that key and for that number.
 */
export function unsealMessage(
  token: Uint8Array,
  sequence: bigint,
  fernet: Fernet,
): UnsealedMessage | undefined {
  const opened = fernet.open(token);
  if (!opened.ok) return undefined;
  const bytes = opened.plaintext()?.slice();
  if (bytes === undefined || bytes[0] !== FORM) return undefined;
  if (decodeU64(bytes.subarray(1, 9)) !== sequence) return undefined;
  const clientSequence = decodeU64(bytes.subarray(9, HEAD_BYTES));
  const read = readTexts(bytes, HEAD_BYTES);
  if (clientSequence === undefined || read === undefined) return undefined;
  const [messageId = "", senderId = "", sessionId = "", instance = ""] = read.texts;
  return {
    messageId,
    senderId,
    sessionId,
    clientSequence,
    instance: instance === "" ? undefined : instance,
    payload: bytes.subarray(read.end),
    sealedUnixSeconds: opened.timestamp,
  };
}

function writeText(bytes: Uint8Array, at: number, text: Uint8Array): number {
  new DataView(bytes.buffer).setUint32(at, text.byteLength);
  bytes.set(text, at + TEXT_LENGTH_BYTES);
  return at + TEXT_LENGTH_BYTES + text.byteLength;
}

function readTexts(
  bytes: Uint8Array,
  start: number,
): { readonly texts: readonly string[]; readonly end: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts: string[] = [];
  let at = start;
  for (let count = 0; count < TEXT_COUNT; count++) {
    if (at + TEXT_LENGTH_BYTES > bytes.byteLength) return undefined;
    const from = at + TEXT_LENGTH_BYTES;
    at = from + view.getUint32(at);
    if (at > bytes.byteLength) return undefined;
    const text = tryDecodeText(bytes.subarray(from, at));
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return { texts, end: at };
}

function tryDecodeText(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
