import { sha256, SHA256_BYTES } from "../crypto/sha256.ts";

/** Tokens that a relay keeps: each that a client shows is compared with all of them. */
export const MAX_ADMISSION_TOKENS = 10_000;

/** What a relay knows of a token: never the token itself. */
export interface AdmissionToken {
  /** Whose it is; the only CLIENT_NAME that goes with it. */
  readonly name: string;
  /** SHA-256 of the token's UTF-8 text, 32 bytes. */
  readonly digest: Uint8Array;
  /** When it was made, Unix milliseconds. */
  readonly createdUnixMs: number;
  /** From when on it no longer counts, Unix milliseconds; `undefined` for never. */
  readonly expiresUnixMs: number | undefined;
}

/** The tokens with which a client gets in (PROTOCOL 1.4). */
export class AdmissionTokens {
  readonly #tokens: readonly AdmissionToken[];
  /** All digests one behind the other: `timingSafeEqual` for each would take 12 ms for 10,000. */
  readonly #digests: DataView;
  readonly #byDigest: ReadonlyMap<string, AdmissionToken>;

  /**
   * @param tokens All tokens, expired ones too; they and their digests must not change any more. Of
   *   two with one digest the later one counts.
   * @throws {RangeError} If there are more than `MAX_ADMISSION_TOKENS`, or a digest has another length.
   */
  constructor(tokens: readonly AdmissionToken[]) {
    if (tokens.length > MAX_ADMISSION_TOKENS) {
      throw new RangeError(
        `Cannot keep tokens: want at most ${MAX_ADMISSION_TOKENS}, got ${tokens.length}`,
      );
    }
    this.#tokens = [...tokens];
    this.#digests = joinDigests(tokens);
    this.#byDigest = new Map(tokens.map((token) => [token.digest.toHex(), token]));
  }

  /** How many there are, expired ones included. */
  get size(): number {
    return this.#tokens.length;
  }

  /**
   * Finds the token that a client shows. All are looked at each time, so that the time it takes
   * tells nothing (PROTOCOL 1.4).
   *
   * @param token The value of AUTH_TOKEN, any bytes; not kept.
   * @param nowUnixMs Wall-clock time.
   * @returns What is known of it, or `undefined` when it is unknown or has expired.
   */
  find(token: Uint8Array, nowUnixMs: number): AdmissionToken | undefined {
    const digest = new DataView(sha256(token).buffer);
    let foundAt = -1;
    for (let index = 0; index < this.#tokens.length; index++) {
      if (this.#differenceAt(index, digest) === 0) foundAt = index;
    }
    const found = this.#tokens[foundAt];
    return found === undefined || isExpired(found, nowUnixMs) ? undefined : found;
  }

  /**
   * What is known now of a token that has admitted a client. Nothing secret is compared: its digest
   * is one that we had ourselves.
   *
   * @param token As an earlier `find` gave it, perhaps of other tokens than these.
   * @returns The token with its digest and its name, expired or not; `undefined` when it is gone.
   */
  current({ digest, name }: AdmissionToken): AdmissionToken | undefined {
    const token = this.#byDigest.get(digest.toHex());
    return token?.name === name ? token : undefined;
  }

  /** 0 when the digest at `index` is the one that is wanted; takes the same time in any case. */
  #differenceAt(index: number, wanted: DataView): number {
    let difference = 0;
    for (let at = 0; at < SHA256_BYTES; at += 4) {
      difference |= this.#digests.getUint32(index * SHA256_BYTES + at) ^ wanted.getUint32(at);
    }
    return difference;
  }
}

/**
 * Whether a token no longer counts.
 *
 * @param token The token.
 * @param nowUnixMs Wall-clock time.
 */
export function isExpired({ expiresUnixMs }: AdmissionToken, nowUnixMs: number): boolean {
  return expiresUnixMs !== undefined && nowUnixMs >= expiresUnixMs;
}

function joinDigests(tokens: readonly AdmissionToken[]): DataView {
  const bytes = new Uint8Array(tokens.length * SHA256_BYTES);
  for (const [index, { digest }] of tokens.entries()) {
    if (digest.byteLength !== SHA256_BYTES) {
      throw new RangeError(
        `Cannot keep token: want a digest of ${SHA256_BYTES} bytes, got ${digest.byteLength}`,
      );
    }
    bytes.set(digest, index * SHA256_BYTES);
  }
  return new DataView(bytes.buffer);
}
