import { assertEquals, assertThrows } from "@std/assert";
import { createCipheriv, createHmac } from "node:crypto";
import { encodeBase64Url } from "../../src/crypto/base64url.ts";
import { Fernet, FernetError, type FernetOpenCode } from "../../src/crypto/fernet.ts";

const KEY_BYTES = Uint8Array.from({ length: 32 }, (_, index) => index);
const KEY = Fernet.generateKeyFrom(KEY_BYTES);
const OTHER_KEY = Fernet.generateKeyFrom(new Uint8Array(32));
const IV = new Uint8Array(16).fill(9);
const TOKEN_BYTES = Uint8Array.fromBase64(
  new TextDecoder().decode(new Fernet(KEY).encrypt(new Uint8Array(20), { now: 1, iv: IV })),
  { alphabet: "base64url" },
);

/** Makes an authentic token with any first part, which `Fernet` itself would never make. */
function sign(signed: Uint8Array): string {
  const hmac = createHmac("sha256", KEY_BYTES.subarray(0, 16)).update(signed).digest();
  return encodeBase64Url(Uint8Array.from([...signed, ...hmac]));
}

/** The part of a token that is signed, with blocks that are padded in any way. */
function signedPart(padded: Uint8Array, timestamp = 1n): Uint8Array {
  const cipher = createCipheriv("aes-128-cbc", KEY_BYTES.subarray(16), IV).setAutoPadding(false);
  const ciphertext = cipher.update(padded);
  cipher.final();
  const header = new DataView(new ArrayBuffer(9));
  header.setUint8(0, 0x80);
  header.setBigUint64(1, timestamp);
  return Uint8Array.from([...new Uint8Array(header.buffer), ...IV, ...ciphertext]);
}

Deno.test("Fernet.open() gives timestamp and HMAC, and the plaintext as often as asked", () => {
  const opened = new Fernet(KEY).open(encodeBase64Url(TOKEN_BYTES));
  if (!opened.ok) throw new Error(opened.code);
  assertEquals(opened.timestamp, 1);
  assertEquals(opened.hmac, TOKEN_BYTES.slice(-32));
  assertEquals(opened.plaintext(), new Uint8Array(20));
  assertEquals(opened.plaintext(), new Uint8Array(20));
});

Deno.test("Fernet.open() gives an HMAC that keeps no token alive", () => {
  const opened = new Fernet(KEY).open(new Fernet(KEY).encrypt(new Uint8Array(100_000)));
  assertEquals(opened.ok && opened.hmac.buffer.byteLength, 32);
});

Deno.test("Fernet.open() reads the datagram before it returns, and never again", () => {
  const token = new Fernet(KEY).encrypt(Uint8Array.from([1, 2, 3]));
  const opened = new Fernet(KEY).open(token);
  token.fill(0);
  assertEquals(opened.ok && opened.plaintext(), Uint8Array.from([1, 2, 3]));
});

const wellFormed = encodeBase64Url(TOKEN_BYTES);
const refused: { name: string; token: string; code: FernetOpenCode }[] = [
  { name: "nothing", token: "", code: "FERNET_TOO_SHORT" },
  { name: "padding alone", token: "====", code: "FERNET_ENCODING" },
  { name: "text beyond ASCII", token: "\u0141".repeat(100), code: "FERNET_ENCODING" },
  { name: "a line end at the end", token: `${wellFormed}\n`, code: "FERNET_ENCODING" },
  { name: "a quoted token", token: `"${wellFormed}"`, code: "FERNET_ENCODING" },
  { name: "three bytes", token: "gAAA", code: "FERNET_TOO_SHORT" },
  {
    name: "56 bytes",
    token: encodeBase64Url(TOKEN_BYTES.subarray(0, 56)),
    code: "FERNET_TOO_SHORT",
  },
  {
    name: "57 bytes, which leave no ciphertext, though signed",
    token: sign(TOKEN_BYTES.subarray(0, 25)),
    code: "FERNET_LENGTH",
  },
  {
    name: "72 bytes",
    token: encodeBase64Url(TOKEN_BYTES.subarray(0, 72)),
    code: "FERNET_LENGTH",
  },
  {
    name: "73 bytes that nobody signed",
    token: encodeBase64Url(TOKEN_BYTES.subarray(0, 73)),
    code: "FERNET_SIGNATURE",
  },
  {
    name: "a block and a half, though signed",
    token: sign(TOKEN_BYTES.subarray(0, 49)),
    code: "FERNET_LENGTH",
  },
  {
    name: "another version, though signed",
    token: sign(Uint8Array.from([0x81, ...TOKEN_BYTES.subarray(1, 57)])),
    code: "FERNET_VERSION",
  },
];

for (const { name, token, code } of refused) {
  Deno.test(`Fernet.open() refuses ${name}`, () => {
    assertEquals(new Fernet(KEY).open(token), { ok: false, code });
    assertEquals(new Fernet(KEY).open(new TextEncoder().encode(token)), { ok: false, code });
  });
}

Deno.test("Fernet.open() refuses a token under another key", () => {
  const opened = new Fernet(OTHER_KEY).open(wellFormed);
  assertEquals(opened, { ok: false, code: "FERNET_SIGNATURE" });
});

Deno.test("Fernet.open() refuses a token with any one bit of its bytes flipped", () => {
  const fernet = new Fernet(KEY);
  for (let bit = 0; bit < TOKEN_BYTES.byteLength * 8; bit++) {
    const code = bit < 8 ? "FERNET_VERSION" : "FERNET_SIGNATURE";
    const token = encodeBase64Url(withBitFlipped(TOKEN_BYTES, bit));
    assertEquals(fernet.open(token), { ok: false, code }, `bit ${bit}`);
  }
});

Deno.test("Fernet.open() refuses a token with any one bit of its text flipped", () => {
  const fernet = new Fernet(KEY);
  const text = new TextEncoder().encode(wellFormed);
  for (let bit = 0; bit < text.byteLength * 8; bit++) {
    assertEquals(fernet.open(withBitFlipped(text, bit)).ok, false, `bit ${bit}`);
  }
});

Deno.test("Fernet.open() refuses a token cut short anywhere, but for its padding", () => {
  const fernet = new Fernet(KEY);
  const unpadded = wellFormed.replaceAll("=", "");
  assertEquals(fernet.open(unpadded).ok, true);
  for (let length = 0; length < unpadded.length; length++) {
    assertEquals(fernet.open(unpadded.slice(0, length)).ok, false, `${length} characters`);
  }
});

const paddings = [
  { name: "0", block: new Uint8Array(16), message: undefined },
  { name: "17", block: new Uint8Array(16).fill(17), message: undefined },
  { name: "255", block: new Uint8Array(16).fill(255), message: undefined },
  { name: "2 after a 1", block: new Uint8Array(16).with(14, 1).with(15, 2), message: undefined },
  { name: "16 but for one", block: new Uint8Array(16).fill(16).with(0, 15), message: undefined },
  { name: "16", block: new Uint8Array(16).fill(16), message: new Uint8Array(0) },
  { name: "1", block: new Uint8Array(16).with(15, 1), message: new Uint8Array(15) },
];

for (const { name, block, message } of paddings) {
  Deno.test(`OpenedToken.plaintext() ${message ? "takes" : "refuses"} padding of ${name}`, () => {
    const token = sign(signedPart(block));
    const opened = new Fernet(KEY).open(token);
    assertEquals(opened.ok && opened.plaintext(), message);
    if (message !== undefined) return;
    const error = assertThrows(() => new Fernet(KEY).decrypt(token), FernetError);
    assertEquals(error.code, "FERNET_PADDING");
  });
}

for (const timestamp of [2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n]) {
  Deno.test(`a token of the second ${timestamp} lies in the future, whatever the rounding`, () => {
    const fernet = new Fernet(KEY);
    const token = sign(signedPart(new Uint8Array(16).fill(16), timestamp));
    const opened = fernet.open(token);
    assertEquals(opened.ok && opened.timestamp, Number(timestamp));
    assertEquals(fernet.decrypt(token), new Uint8Array(0));
    const error = assertThrows(() => fernet.decrypt(token, { ttl: 60 }), FernetError);
    assertEquals(error.code, "FERNET_FUTURE");
  });
}

function withBitFlipped(bytes: Uint8Array, bit: number): Uint8Array {
  const index = bit >> 3;
  return bytes.with(index, (bytes[index] ?? 0) ^ (1 << (bit & 7)));
}
