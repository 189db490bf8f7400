const LINE_LENGTH = 64;

/** One kind of PEM block, by the two lines around it. */
export interface PemMarkers {
  /** First line, without its end. */
  readonly begin: string;
  /** Last line, without its end. */
  readonly end: string;
}

/**
 * The two lines around a PEM block.
 *
 * @param label What they name, such as `PUBLIC KEY`.
 * @see RFC 7468, section 2
 */
export function pemMarkers(label: string): PemMarkers {
  return { begin: `-----BEGIN ${label}-----`, end: `-----END ${label}-----` };
}

/**
 * Writes DER as PEM, byte for byte as OpenSSL does.
 *
 * @param markers The lines around it.
 * @param der What to write; not kept.
 * @returns Lines of 64 characters, each ended by LF, the last one too.
 * @see RFC 7468, section 2
 */
export function encodePem({ begin, end }: PemMarkers, der: Uint8Array): string {
  const base64 = der.toBase64();
  let pem = `${begin}\n`;
  for (let start = 0; start < base64.length; start += LINE_LENGTH) {
    pem += `${base64.slice(start, start + LINE_LENGTH)}\n`;
  }
  return `${pem}${end}\n`;
}

/**
 * Reads the first block of a kind in a PEM text. What stands before and after it is ignored, and
 * lines may have any length and any line end.
 *
 * @param markers The lines around it.
 * @param pem Any text.
 * @returns The bytes between the two marker lines, whatever they hold, owned by the caller, or
 * `undefined` when there is no such block or it is not padded base64.
 * @see RFC 7468, section 2
 */
export function decodePem(
  markers: PemMarkers,
  pem: string,
): Uint8Array<ArrayBuffer> | undefined {
  const begin = pem.indexOf(markers.begin);
  const end = pem.indexOf(markers.end, begin + markers.begin.length);
  if (begin < 0 || end < 0) return undefined;
  try {
    // Skips white space by itself, and refuses all else that is not base64.
    return Uint8Array.fromBase64(pem.slice(begin + markers.begin.length, end), {
      lastChunkHandling: "strict",
    });
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
