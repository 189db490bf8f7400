import { assertEquals } from "@std/assert";
import {
  BLOCK,
  DECRYPTION_ROUND_KEYS,
  ENCRYPTION_ROUND_KEYS,
  INNER_STATE,
  KEY,
  OUTER_STATE,
  PLAINTEXT,
  STATE,
  TEXT,
  TOKEN,
} from "../../src/crypto/fernet_core/layout.ts";
import { decodeBase64Url } from "../../src/crypto/base64url.ts";
import { buildFernetCore } from "../../scripts/build_fernet_core.ts";

const SOURCES = ["aes_key.ts", "base64url_decoding.ts", "base64url_encoding.ts"]
  .concat(["cbc_decryption.ts", "cbc_encryption.ts", "hmac.ts", "sha256.ts"]);
const { exports } = new WebAssembly.Instance(
  new WebAssembly.Module(await buildFernetCore(SOURCES)),
);
const memory = memoryOf(exports);
const ascii = new TextEncoder();

function memoryOf({ memory }: WebAssembly.Exports): Uint8Array {
  if (!(memory instanceof WebAssembly.Memory)) throw new TypeError("no memory");
  return new Uint8Array(memory.buffer);
}

function call(name: string, ...numbers: number[]): number {
  const value = exports[name];
  if (typeof value !== "function") throw new TypeError(`no function ${name}`);
  return value(...numbers);
}

function hexAt(address: number, bytes: number): string {
  return memory.slice(address, address + bytes).toHex();
}

function putHex(address: number, hex: string): number {
  const bytes = Uint8Array.fromHex(hex);
  memory.set(bytes, address);
  return bytes.byteLength;
}

/** SHA-256 by the block function, padded here. */
function sha256Hex(message: Uint8Array): string {
  const padded = new Uint8Array(Math.ceil((message.byteLength + 9) / 64) * 64);
  padded.set(message);
  padded[message.byteLength] = 0x80;
  new DataView(padded.buffer).setUint32(padded.byteLength - 4, message.byteLength * 8);
  memory.set(padded, TOKEN);
  call("beginHash", STATE);
  call("hashBlocks", STATE, TOKEN, TOKEN + padded.byteLength);
  return wordsHexAt(STATE);
}

function wordsHexAt(address: number): string {
  const view = new DataView(memory.buffer, address, 32);
  return Array.from(
    { length: 8 },
    (_, word) => view.getUint32(word * 4, true).toString(16).padStart(8, "0"),
  ).join("");
}

// FIPS 180-4's examples (NIST, "Examples with Intermediate Values"), and the empty message.
const hashes = [
  {
    name: "nothing",
    message: "",
    hex: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  },
  {
    name: "one block",
    message: "abc",
    hex: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  },
  {
    name: "two blocks",
    message: "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    hex: "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  },
  {
    name: "112 characters",
    message: "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn" +
      "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
    hex: "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
  },
];

for (const { name, message, hex } of hashes) {
  Deno.test(`hashBlocks() gives the SHA-256 of ${name}`, () => {
    assertEquals(sha256Hex(ascii.encode(message)), hex);
  });
}

// RFC 4231, sections 4.2 to 4.4 (cases 1 to 3).
const hmacs = [
  {
    key: new Uint8Array(20).fill(0x0b),
    data: ascii.encode("Hi There"),
    hex: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  },
  {
    key: ascii.encode("Jefe"),
    data: ascii.encode("what do ya want for nothing?"),
    hex: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  },
  {
    key: new Uint8Array(20).fill(0xaa),
    data: new Uint8Array(50).fill(0xdd),
    hex: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
  },
];

/** Hashes a padded key of any length, which `prepareHmac` does for 16 bytes alone. */
function hashPaddedKey(state: number, key: Uint8Array, pad: number): void {
  const block = new Uint8Array(64);
  block.set(key);
  memory.set(block.map((byte) => byte ^ pad), BLOCK);
  call("beginHash", state);
  call("hashBlocks", state, BLOCK, BLOCK + 64);
}

for (const [index, { key, data, hex }] of hmacs.entries()) {
  Deno.test(`appendHmac() gives the value of RFC 4231 case ${index + 1}`, () => {
    hashPaddedKey(INNER_STATE, key, 0x36);
    hashPaddedKey(OUTER_STATE, key, 0x5c);
    memory.set(data, TOKEN);
    call("appendHmac", TOKEN, data.byteLength);
    assertEquals(hexAt(TOKEN + data.byteLength, 32), hex);
  });
}

Deno.test("prepareHmac() hashes the padded keys of RFC 4231 case 2", () => {
  memory.fill(0, KEY, KEY + 16);
  memory.set(ascii.encode("Jefe"), KEY);
  call("prepareHmac", KEY);
  const [inner, outer] = [hexAt(INNER_STATE, 32), hexAt(OUTER_STATE, 32)];
  hashPaddedKey(INNER_STATE, ascii.encode("Jefe"), 0x36);
  hashPaddedKey(OUTER_STATE, ascii.encode("Jefe"), 0x5c);
  assertEquals([inner, outer], [hexAt(INNER_STATE, 32), hexAt(OUTER_STATE, 32)]);
});

const ZERO_IV = "00".repeat(16);

const blocks = [
  {
    name: "FIPS 197, appendix B",
    key: "2b7e151628aed2a6abf7158809cf4f3c",
    iv: ZERO_IV,
    plaintext: "3243f6a8885a308d313198a2e0370734",
    ciphertext: "3925841d02dc09fbdc118597196a0b32",
  },
  {
    name: "FIPS 197, appendix C.1",
    key: "000102030405060708090a0b0c0d0e0f",
    iv: ZERO_IV,
    plaintext: "00112233445566778899aabbccddeeff",
    ciphertext: "69c4e0d86a7b0430d8cdb78070b4c55a",
  },
  {
    name: "SP 800-38A, F.2.1",
    key: "2b7e151628aed2a6abf7158809cf4f3c",
    iv: "000102030405060708090a0b0c0d0e0f",
    plaintext: "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51" +
      "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
    ciphertext: "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2" +
      "73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7",
  },
];

for (const { name, key, iv, plaintext, ciphertext } of blocks) {
  Deno.test(`encryptCbc() and decryptCbc() agree with ${name}`, () => {
    putHex(KEY, key);
    call("prepareAes", KEY);
    putHex(TOKEN, iv);
    const bytes = putHex(PLAINTEXT, plaintext);
    call("encryptCbc", PLAINTEXT, PLAINTEXT + bytes, TOKEN + 16);
    assertEquals(hexAt(TOKEN + 16, bytes), ciphertext);
    memory.fill(0, PLAINTEXT, PLAINTEXT + bytes);
    call("decryptCbc", TOKEN + 16, TOKEN + 16 + bytes, PLAINTEXT);
    assertEquals(hexAt(PLAINTEXT, bytes), plaintext);
  });
}

Deno.test("prepareAes() begins with the key in both directions, each in its own basis", () => {
  putHex(KEY, "000102030405060708090a0b0c0d0e0f");
  call("prepareAes", KEY);
  // The last round of decryption adds the key as it is; FIPS 197, appendix A.1 gives the last one.
  assertEquals(hexAt(DECRYPTION_ROUND_KEYS + 160, 16), "000102030405060708090a0b0c0d0e0f");
  const last = memory.slice(ENCRYPTION_ROUND_KEYS + 160, ENCRYPTION_ROUND_KEYS + 176);
  assertEquals(last.map((byte) => byte ^ 0x63).toHex(), "13111d7fe3944a17f307a78b4d2b30c5");
});

Deno.test("encodeBase64Url() of the core writes what the built-in one does, of every length", () => {
  for (let length = 0; length <= 100; length++) {
    const bytes = Uint8Array.from({ length }, (_, index) => index * 37 + length);
    memory.set(bytes, TOKEN);
    const characters = call("encodeBase64Url", TOKEN, length, TEXT);
    const text = new TextDecoder().decode(memory.slice(TEXT, TEXT + characters));
    assertEquals(text, bytes.toBase64({ alphabet: "base64url" }));
  }
});

/** What the core reads, in the form of `decodeBase64Url`. */
function decodeByCore(text: Uint8Array): Uint8Array | undefined {
  memory.fill(0xff, TOKEN, TOKEN + 200);
  memory.set(text, TEXT);
  const bytes = call("decodeBase64Url", TEXT, text.byteLength, TOKEN);
  return bytes < 0 ? undefined : memory.slice(TOKEN, TOKEN + bytes);
}

Deno.test("decodeBase64Url() of the core takes and refuses the same, character by character", () => {
  for (let length = 1; length <= 34; length++) {
    for (const at of new Set([0, length >> 1, length - 2, length - 1])) {
      for (let character = 0; at >= 0 && character < 256; character++) {
        const text = new Uint8Array(length).fill(0x41).with(at, character);
        assertEquals(decodeByCore(text), decodeBase64Url(text), `${length}, ${at}, ${character}`);
      }
    }
  }
});

for (const padding of ["=", "==", "===", "====", "=A", "A=A=", "=A=="]) {
  Deno.test(`decodeBase64Url() of the core sees ${padding} as the other one does`, () => {
    for (let length = 0; length <= 20; length++) {
      const text = ascii.encode("A".repeat(length) + padding);
      assertEquals(decodeByCore(text), decodeBase64Url(text), `${length} characters`);
    }
  });
}
