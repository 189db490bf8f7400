import {
  bswap,
  type i32,
  type i8,
  i8x16,
  load,
  memory,
  store,
  type u32,
  type u8,
  type usize,
  v128,
} from "./assembly.ts";
import { prepareAes } from "./aes_key.ts";
import { decodeBase64Url } from "./base64url_decoding.ts";
import { encodeBase64Url } from "./base64url_encoding.ts";
import { decryptCbc } from "./cbc_decryption.ts";
import { encryptCbc } from "./cbc_encryption.ts";
import { appendHmac, prepareHmac } from "./hmac.ts";
import {
  KEY,
  PLAINTEXT,
  PREPARED_KEY_BYTES,
  RECEIVED_HMAC,
  REFUSED_ENCODING,
  REFUSED_LENGTH,
  REFUSED_SIGNATURE,
  REFUSED_TOO_SHORT,
  REFUSED_VERSION,
  TEXT,
  TOKEN,
} from "./layout.ts";

/*
 * The whole of a short Fernet token in one call. Nothing here branches on a secret or makes an
 * address of one. Lengths and all that is in a token as text are public; and the padding is looked
 * at only when the HMAC was right, so that nobody without the key can ask about it.
 */

const VERSION: u8 = 0x80;
const CIPHERTEXT_OFFSET = 25;
const HMAC_BYTES = 32;
const BLOCK_BYTES = 16;

/** Makes of the 32 bytes at `KEY` all that a key takes, behind them. */
export function prepareKey(): void {
  prepareHmac(KEY);
  prepareAes(KEY + 16);
}

/**
 * Makes the token of the plaintext at `PLAINTEXT`, with the IV that stands at its place in `TOKEN`.
 *
 * @param plaintextBytes At most `PLAINTEXT_ROOM`.
 * @param secondsHigh Upper half of the time, Unix seconds, and `secondsLow` the lower.
 * @returns Length of its text, which is at `TEXT`. Key and plaintext are wiped.
 */
export function seal(plaintextBytes: i32, secondsHigh: u32, secondsLow: u32): i32 {
  const padding: i32 = BLOCK_BYTES - (plaintextBytes & 15);
  const ciphertextBytes = plaintextBytes + padding;
  v128.store(PLAINTEXT + plaintextBytes, i8x16.splat(padding as i8));
  store<u8>(TOKEN, VERSION);
  store<u32>(TOKEN, bswap<u32>(secondsHigh), 1);
  store<u32>(TOKEN, bswap<u32>(secondsLow), 5);
  encryptCbc(PLAINTEXT, PLAINTEXT + ciphertextBytes, TOKEN + CIPHERTEXT_OFFSET);
  const signedBytes = CIPHERTEXT_OFFSET + ciphertextBytes;
  appendHmac(TOKEN, signedBytes);
  memory.fill(PLAINTEXT, 0, ciphertextBytes);
  memory.fill(KEY, 0, PREPARED_KEY_BYTES);
  return encodeBase64Url(TOKEN, signedBytes + HMAC_BYTES, TEXT);
}

/**
 * Checks form and HMAC of the token at `TEXT`.
 *
 * @param length At most `TEXT_ROOM`.
 * @returns How many bytes it has, which are at `TOKEN`, or why it is refused, below 0. The key is
 * wiped.
 */
export function open(length: i32): i32 {
  const bytes = decodeBase64Url(TEXT, length, TOKEN);
  const result = bytes < 0 ? REFUSED_ENCODING : verify(bytes);
  memory.fill(KEY, 0, PREPARED_KEY_BYTES);
  return result;
}

function verify(bytes: i32): i32 {
  const ciphertextBytes = bytes - CIPHERTEXT_OFFSET - HMAC_BYTES;
  if (ciphertextBytes < 0) return REFUSED_TOO_SHORT;
  if (load<u8>(TOKEN) !== VERSION) return REFUSED_VERSION;
  if (ciphertextBytes === 0 || (ciphertextBytes & 15) !== 0) return REFUSED_LENGTH;
  const hmac: usize = TOKEN + bytes - HMAC_BYTES;
  memory.copy(RECEIVED_HMAC, hmac, HMAC_BYTES);
  appendHmac(TOKEN, bytes - HMAC_BYTES);
  // Both halves are compared whatever the first one says.
  const first = v128.xor(v128.load(hmac), v128.load(RECEIVED_HMAC));
  const second = v128.xor(v128.load(hmac, 16), v128.load(RECEIVED_HMAC, 16));
  return v128.any_true(v128.or(first, second)) ? REFUSED_SIGNATURE : bytes;
}

/**
 * Decrypts the ciphertext that stands, behind its IV, at its place in `TOKEN`.
 *
 * @param ciphertextBytes One or more whole blocks, authentic.
 * @returns Length of the plaintext, which is at `PLAINTEXT`, or -1 if its padding is wrong. The key
 * is wiped; the plaintext is for the caller to wipe.
 */
export function decrypt(ciphertextBytes: i32): i32 {
  const ciphertext = TOKEN + CIPHERTEXT_OFFSET;
  decryptCbc(ciphertext, ciphertext + ciphertextBytes, PLAINTEXT);
  memory.fill(KEY, 0, PREPARED_KEY_BYTES);
  const padding: i32 = load<u8>(PLAINTEXT + ciphertextBytes - 1);
  if (padding < 1 || padding > BLOCK_BYTES) return -1;
  const plaintextBytes = ciphertextBytes - padding;
  for (let at = plaintextBytes; at < ciphertextBytes; at++) {
    if (load<u8>(PLAINTEXT + at) !== padding) return -1;
  }
  return plaintextBytes;
}
