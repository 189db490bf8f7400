import { Buffer } from "node:buffer";

/**
 * Encodes bytes as base64url with padding.
 *
 * @param bytes What to encode; not kept.
 * @returns A string of `A-Z a-z 0-9 - _`, with `=` up to a length divisible by 4.
 * @see RFC 4648, section 5
 */
export function encodeBase64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url" });
}

/**
 * Decodes base64url, with or without its padding, and accepts nothing else: no `+` or `/`, no white
 * space, no misplaced or missing half of the padding, no length that no encoder makes, and no bits
 * set behind the last byte. So two different texts of the same padding never mean the same bytes.
 *
 * @param text The text as string or as its ASCII bytes; not kept.
 * @returns The bytes in a new array owned by the caller, or `undefined` when `text` is anything else.
 * @see RFC 4648, sections 3.5 and 5; PROTOCOL 1.3
 */
export function decodeBase64Url(text: Uint8Array | string): Uint8Array<ArrayBuffer> | undefined {
  const padded = completePadding(typeof text === "string" ? text : asLatin1(text));
  if (padded === undefined) return undefined;
  const bytes = decodePadded(padded);
  // The built-in decoder skips white space: then there are fewer bytes than the length promises.
  return bytes?.byteLength === decodedLength(padded) ? bytes : undefined;
}

function asLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** Adds the padding when there is none; what has only a part of it is not base64url. */
function completePadding(text: string): string | undefined {
  const partial = text.length % 4;
  if (partial === 0) return text;
  if (partial === 1 || text.endsWith("=")) return undefined;
  return text + "=".repeat(4 - partial);
}

function decodePadded(padded: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.fromBase64(padded, { alphabet: "base64url", lastChunkHandling: "strict" });
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function decodedLength(padded: string): number {
  const paddingLength = padded.endsWith("==") ? 2 : padded.endsWith("=") ? 1 : 0;
  return padded.length / 4 * 3 - paddingLength;
}
