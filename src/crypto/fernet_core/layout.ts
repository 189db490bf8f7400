import type { usize } from "./assembly.ts";

/*
 * Where everything stands in the core's memory, one page of 64 KiB: for the core itself and for
 * `FernetCore`, which copies in and out. Below `KEY` the compiler keeps its constant tables.
 */

/** A key: 16 bytes for signing, 16 for encryption, then what `prepareKey` makes of them. */
export const KEY: usize = 0x1000;

/** SHA-256's state after the padded inner key of HMAC (RFC 2104, section 4), 8 words. */
export const INNER_STATE: usize = KEY + 32;

/** The same of the outer key. */
export const OUTER_STATE: usize = INNER_STATE + 32;

/** 11 round keys for encryption. */
export const ENCRYPTION_ROUND_KEYS: usize = OUTER_STATE + 32;

/** 11 round keys for decryption, in the order of their use. */
export const DECRYPTION_ROUND_KEYS: usize = ENCRYPTION_ROUND_KEYS + 176;

/** Length of a key and all that is made of it. */
export const PREPARED_KEY_BYTES = 448;

/** One block of SHA-256 with its constants added, 64 words. */
export const SCHEDULE: usize = 0x1200;

/** The state of the hash under way, 8 words. */
export const STATE: usize = 0x1300;

/** A block that is made up here: a padded key, or the end of an outer hash. */
export const BLOCK: usize = 0x1340;

/** The HMAC that came with a token. */
export const RECEIVED_HMAC: usize = 0x1380;

/** Plaintext, with room for its padding behind. */
export const PLAINTEXT: usize = 0x2000;

/** Longest plaintext that there is room for. */
export const PLAINTEXT_ROOM = 8_192;

/** A token in bytes, with room behind for the padding of the hash. */
export const TOKEN: usize = 0x4800;

/** A token as base64url text. */
export const TEXT: usize = 0x8000;

/** Longest text that there is room for: a token of the longest plaintext, with its padding. */
export const TEXT_ROOM = 11_020;

/** What `open` gives for a text that is not base64url. */
export const REFUSED_ENCODING = -1;

/** What `open` gives for less than a token without ciphertext has. */
export const REFUSED_TOO_SHORT = -2;

/** What `open` gives for another version. */
export const REFUSED_VERSION = -3;

/** What `open` gives when the ciphertext is not one or more whole blocks. */
export const REFUSED_LENGTH = -4;

/** What `open` gives when the HMAC is wrong. */
export const REFUSED_SIGNATURE = -5;
