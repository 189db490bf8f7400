import { decodePem, encodePem, pemMarkers } from "./pem.ts";
import { RsaKeyError } from "./rsa_error.ts";

/** Longest PEM text of a private key looked at: one of 8192 bits takes about 6,400 bytes. */
export const MAX_PRIVATE_PEM_BYTES = 16_384;

const MARKERS = pemMarkers("PRIVATE KEY");

/** What people give in place of a PKCS #8 key, by what the text holds, and what to do about it. */
const OTHER_KEYS = [
  {
    holds: "-----BEGIN ENCRYPTED PRIVATE KEY-----",
    code: "RSA_KEY_ENCRYPTED",
    message: "it has a passphrase; take it off with: openssl pkey -in FILE -out NEW_FILE",
  },
  {
    holds: "Proc-Type: 4,ENCRYPTED",
    code: "RSA_KEY_ENCRYPTED",
    message: "it has a passphrase; take it off with: openssl pkey -in FILE -out NEW_FILE",
  },
  {
    holds: "-----BEGIN RSA PRIVATE KEY-----",
    code: "RSA_KEY_NOT_PKCS8",
    message: "it is PKCS #1, need PKCS #8; convert it with: openssl pkey -in FILE -out NEW_FILE",
  },
  {
    holds: "-----BEGIN OPENSSH PRIVATE KEY-----",
    code: "RSA_KEY_NOT_PKCS8",
    message: "it is an OpenSSH key, need PKCS #8; convert a copy of it with: " +
      "ssh-keygen -p -N '' -m PKCS8 -f FILE",
  },
  {
    holds: "-----BEGIN EC PRIVATE KEY-----",
    code: "RSA_KEY_FORMAT",
    message: "it is a key for elliptic curves, need RSA",
  },
  {
    holds: "PUBLIC KEY-----",
    code: "RSA_KEY_PUBLIC",
    message: "it is a public key, need the private key that belongs to it",
  },
] as const;

/**
 * Writes a private key as PEM.
 *
 * @param der PKCS #8; not kept, and the caller's to overwrite.
 * @returns ASCII, lines of 64 characters ended by LF, in a new array owned by the caller, who must
 * keep it secret.
 * @see RFC 7468, section 10
 */
export function encodePkcs8Pem(der: Uint8Array): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(encodePem(MARKERS, der));
}

/**
 * Reads the first private key in a PEM text.
 *
 * @param pem Any bytes; not kept.
 * @returns The bytes between the two marker lines, whatever they hold, owned by the caller, who
 * overwrites them after use.
 * @throws {RsaKeyError} If there is no such key; the code and the message say what there is instead,
 * and what to do about it.
 * @see RFC 7468, section 10
 */
export function decodePkcs8Pem(pem: Uint8Array): Uint8Array<ArrayBuffer> {
  if (pem.byteLength > MAX_PRIVATE_PEM_BYTES) {
    throw new RsaKeyError(
      "RSA_KEY_TOO_LONG",
      `Cannot read RSA key: PEM has ${pem.byteLength} bytes, at most ${MAX_PRIVATE_PEM_BYTES}`,
    );
  }
  const text = new TextDecoder().decode(pem);
  const der = decodePem(MARKERS, text);
  if (der !== undefined) return der;
  const other = text.includes(MARKERS.begin)
    ? undefined
    : OTHER_KEYS.find(({ holds }) => text.includes(holds));
  if (other === undefined) {
    throw new RsaKeyError("RSA_KEY_PEM", "Cannot read RSA key: no PEM private key in the text");
  }
  throw new RsaKeyError(other.code, `Cannot read RSA key: ${other.message}`);
}
