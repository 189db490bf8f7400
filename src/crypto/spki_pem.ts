/** First line of a public key in PEM (RFC 7468, section 13). */
export const SPKI_PEM_BEGIN = "-----BEGIN PUBLIC KEY-----";

/** Last line of a public key in PEM. */
export const SPKI_PEM_END = "-----END PUBLIC KEY-----";

const LINE_LENGTH = 64;

/**
 * Writes a DER public key as PEM, byte for byte as OpenSSL does.
 *
 * @param der SubjectPublicKeyInfo; not kept.
 * @returns Lines of 64 characters, each ended by LF, the last one too.
 * @see RFC 7468, section 2
 */
export function encodeSpkiPem(der: Uint8Array): string {
  const base64 = der.toBase64();
  let pem = `${SPKI_PEM_BEGIN}\n`;
  for (let start = 0; start < base64.length; start += LINE_LENGTH) {
    pem += `${base64.slice(start, start + LINE_LENGTH)}\n`;
  }
  return `${pem}${SPKI_PEM_END}\n`;
}

/**
 * Reads the first public key in a PEM text. What stands before and after it is ignored, and lines
 * may have any length and any line end.
 *
 * @param pem Any text.
 * @returns The bytes between the two marker lines, whatever they hold, owned by the caller, or
 * `undefined` when there is no such block or it is not padded base64.
 * @see RFC 7468, section 2
 */
export function decodeSpkiPem(pem: string): Uint8Array<ArrayBuffer> | undefined {
  const begin = pem.indexOf(SPKI_PEM_BEGIN);
  const end = pem.indexOf(SPKI_PEM_END, begin + SPKI_PEM_BEGIN.length);
  if (begin < 0 || end < 0) return undefined;
  try {
    // Skips white space by itself, and refuses all else that is not base64.
    return Uint8Array.fromBase64(pem.slice(begin + SPKI_PEM_BEGIN.length, end), {
      lastChunkHandling: "strict",
    });
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
