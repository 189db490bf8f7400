import { HushcastError } from "../errors.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { sha256, SHA256_BYTES } from "./sha256.ts";

export { isFingerprint } from "./fingerprint.ts";

const ALGORITHM = "Ed25519";
const CONTEXT = new TextEncoder().encode("hushcast server identity v1\0");
const U64_BYTES = 8;
const MAX_U64 = 2n ** 64n - 1n;

/** Raised when a stored identity can't be read back. */
export class IdentityError extends HushcastError {
  /** The one thing that can be wrong with it. */
  readonly code = "IDENTITY_KEY";
}

/** What a client got from a relay and wants to trust: SERVER_IDENTITY and the RSA key beside it. */
export interface ServerIdentityClaim {
  /** Raw Ed25519 public key. */
  readonly publicKey: Uint8Array;
  /** Unix seconds, u64; the last second in which the signature holds. */
  readonly notAfter: bigint | number;
  /** Ed25519 signature. */
  readonly signature: Uint8Array;
  /** The relay's RSA key, DER SubjectPublicKeyInfo. */
  readonly spkiDer: Uint8Array;
  /** The present, Unix seconds. */
  readonly nowUnixSeconds: bigint | number;
}

/** Whether a `ServerIdentityClaim` holds, and if not, why. */
export type ServerIdentityVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: "IDENTITY_SIGNATURE" | "IDENTITY_EXPIRED" };

/**
 * A relay's lasting Ed25519 identity: what clients pin while the RSA key changes at every start.
 *
 * @see PROTOCOL 1.3
 */
export class Identity {
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly #privateKey: CryptoKey;

  private constructor(privateKey: CryptoKey, publicKey: Uint8Array<ArrayBuffer>) {
    this.#privateKey = privateKey;
    this.publicKey = publicKey;
  }

  /** Generates a new identity. */
  static async generate(): Promise<Identity> {
    // Extractable, unlike every other key here, because an identity exists to be stored.
    const pair = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
    if (!("privateKey" in pair)) throw new TypeError(`${ALGORITHM} makes key pairs`);
    return await Identity.#of(pair.privateKey);
  }

  /**
   * Takes up a stored identity.
   *
   * @param pkcs8 What `exportPkcs8` gave, and anything else that was found in its place; not kept.
   * @throws {IdentityError} If it is not an Ed25519 private key in PKCS #8.
   */
  static async import(pkcs8: Uint8Array): Promise<Identity> {
    let privateKey: CryptoKey;
    try {
      const bytes = new Uint8Array(pkcs8);
      privateKey = await crypto.subtle.importKey("pkcs8", bytes, ALGORITHM, true, ["sign"]);
    } catch (cause) {
      throw new IdentityError("Cannot read identity: not an Ed25519 key in PKCS #8", { cause });
    }
    return await Identity.#of(privateKey);
  }

  /** `SHA256:` and the unpadded base64 of SHA-256 over the public key. */
  get fingerprint(): string {
    return identityFingerprint(this.publicKey);
  }

  /**
   * Gives the private key for storing.
   *
   * @returns PKCS #8, DER, in a new array owned by the caller, who must keep it secret.
   */
  async exportPkcs8(): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await crypto.subtle.exportKey("pkcs8", this.#privateKey));
  }

  /**
   * Signs an RSA key as this relay's, for SERVER_IDENTITY.
   *
   * @param spkiDer The RSA key, DER SubjectPublicKeyInfo; not kept.
   * @param notAfterUnixSeconds Last second in which the signature shall hold, u64.
   * @returns The signature, 64 bytes in a new array owned by the caller.
   * @throws {RangeError} If the time is no whole number of 64 bits.
   */
  async signServerIdentity(
    spkiDer: Uint8Array,
    notAfterUnixSeconds: bigint | number,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const signed = signedBytes(spkiDer, notAfterUnixSeconds);
    return new Uint8Array(await crypto.subtle.sign(ALGORITHM, this.#privateKey, signed));
  }

  static async #of(privateKey: CryptoKey): Promise<Identity> {
    // The one way in which WebCrypto leads from a private key to its public half.
    const { x = "" } = await crypto.subtle.exportKey("jwk", privateKey);
    return new Identity(privateKey, Uint8Array.fromBase64(x, { alphabet: "base64url" }));
  }
}

/**
 * The fingerprint of an identity, which clients pin.
 *
 * @param publicKey Raw Ed25519 public key, 32 bytes; not kept.
 * @returns `SHA256:` and unpadded base64, as OpenSSH prints fingerprints.
 * @see PROTOCOL 1.3
 */
export function identityFingerprint(publicKey: Uint8Array): string {
  return fingerprintOf(publicKey);
}

/**
 * Checks that the owner of an identity vouches for an RSA key now. It does not tell whether that
 * identity is the expected one: compare its fingerprint for that.
 *
 * @param claim What came over the network, with the present time; public key and signature may be
 * any bytes.
 * @returns `IDENTITY_EXPIRED` only for a signature that is right: a forged one counts as forged.
 * @throws {RangeError} If `notAfter` is no whole number of 64 bits.
 * @see PROTOCOL 1.3
 */
export async function verifyServerIdentity(
  claim: ServerIdentityClaim,
): Promise<ServerIdentityVerdict> {
  const signed = signedBytes(claim.spkiDer, claim.notAfter);
  const publicKey = await importPublicKey(claim.publicKey);
  const signature = new Uint8Array(claim.signature);
  const isAuthentic = publicKey !== undefined &&
    await crypto.subtle.verify(ALGORITHM, publicKey, signature, signed);
  if (!isAuthentic) return { ok: false, code: "IDENTITY_SIGNATURE" };
  if (claim.nowUnixSeconds > claim.notAfter) return { ok: false, code: "IDENTITY_EXPIRED" };
  return { ok: true };
}

async function importPublicKey(raw: Uint8Array): Promise<CryptoKey | undefined> {
  try {
    return await crypto.subtle.importKey("raw", new Uint8Array(raw), ALGORITHM, true, ["verify"]);
  } catch (error) {
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}

/** Context, SHA-256 of the RSA key, u64 of the last second (PROTOCOL 1.3). */
function signedBytes(spkiDer: Uint8Array, notAfter: bigint | number): Uint8Array<ArrayBuffer> {
  const seconds = BigInt(notAfter);
  if (seconds < 0n || seconds > MAX_U64) {
    throw new RangeError(`Cannot sign server identity: not-after is ${seconds}, need a u64`);
  }
  const bytes = new Uint8Array(CONTEXT.byteLength + SHA256_BYTES + U64_BYTES);
  bytes.set(CONTEXT);
  bytes.set(sha256(spkiDer), CONTEXT.byteLength);
  new DataView(bytes.buffer).setBigUint64(CONTEXT.byteLength + SHA256_BYTES, seconds);
  return bytes;
}
