import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { encodeBase64Url } from "../../src/crypto/base64url.ts";
import { Fernet, FernetError } from "../../src/crypto/fernet.ts";

const KEY = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
const IV = Uint8Array.from({ length: 16 }, (_, index) => index);
const MADE_AT = 1_700_000_000;

const ascii = new TextEncoder();
const text = new TextDecoder();

/** A token of known content, as text. */
function tokenAt(timestamp: number, message = "hello"): string {
  return text.decode(new Fernet(KEY).encrypt(ascii.encode(message), { now: timestamp, iv: IV }));
}

const badKeys = [
  { name: "nothing", key: "" },
  { name: "43 characters without padding", key: KEY.slice(0, -1) },
  { name: "45 characters", key: `${KEY}=` },
  { name: "31 bytes", key: encodeBase64Url(new Uint8Array(31)) },
  { name: "33 bytes in 44 characters", key: encodeBase64Url(new Uint8Array(33)) },
  { name: "'/' of plain base64", key: KEY.replace("_", "/") },
  { name: "a blank at the end", key: `${KEY.slice(0, -1)} ` },
  { name: "bits behind the last byte", key: `${KEY.slice(0, -2)}5=` },
  { name: "a letter beyond ASCII", key: `\u00e9${KEY.slice(1)}` },
];

for (const { name, key } of badKeys) {
  Deno.test(`new Fernet() refuses a key of ${name}`, () => {
    const error = assertThrows(() => new Fernet(key), FernetError);
    assertEquals(error.code, "FERNET_KEY");
    assertEquals(key.length > 20 && error.message.includes(key.slice(0, 20)), false);
  });
}

Deno.test("Fernet.generateKey() makes a new key of 44 characters each time", () => {
  const key = Fernet.generateKey();
  assertEquals(key.length, 44);
  assertNotEquals(Fernet.generateKey(), key);
  new Fernet(key);
});

Deno.test("Fernet.generateKeyFrom() is the text form of the bytes", () => {
  const bytes = Uint8Array.fromBase64(KEY, { alphabet: "base64url" });
  assertEquals(Fernet.generateKeyFrom(bytes), KEY);
});

for (const length of [0, 31, 33]) {
  Deno.test(`Fernet.generateKeyFrom() refuses ${length} bytes`, () => {
    assertThrows(() => Fernet.generateKeyFrom(new Uint8Array(length)), RangeError);
  });
}

Deno.test("a Fernet shows its key to nobody", () => {
  const fernet = new Fernet(KEY);
  assertEquals(Deno.inspect(fernet, { showHidden: true, depth: 9 }), "Fernet {}");
  assertEquals(JSON.stringify(fernet), "{}");
  assertEquals(String(fernet), "[object Object]");
  assertEquals(Reflect.ownKeys(fernet), []);
});

Deno.test("Fernet.encrypt() and Fernet.decrypt() carry every length around the block size", () => {
  const fernet = new Fernet(KEY);
  for (let length = 0; length <= 49; length++) {
    const plaintext = Uint8Array.from({ length }, (_, index) => index * 5);
    assertEquals(fernet.decrypt(fernet.encrypt(plaintext)), plaintext);
  }
});

Deno.test("Fernet.encrypt() stamps the machine's time and draws a new IV by default", () => {
  const fernet = new Fernet(KEY);
  const before = Math.floor(Date.now() / 1000);
  const [first, second] = [fernet.encrypt(IV), fernet.encrypt(IV)];
  const opened = fernet.open(first);
  assertEquals(opened.ok && opened.timestamp >= before, true);
  assertEquals(opened.ok && opened.timestamp <= Date.now() / 1000, true);
  assertNotEquals(first, second);
});

Deno.test("Fernet.encrypt() reads a part of a larger buffer and changes nothing in it", () => {
  const fernet = new Fernet(KEY);
  const buffer = ascii.encode("###hello###");
  const iv = IV.slice();
  const token = fernet.encrypt(buffer.subarray(3, 8), { now: MADE_AT, iv });
  assertEquals(text.decode(token), tokenAt(MADE_AT));
  assertEquals(text.decode(buffer), "###hello###");
  assertEquals(iv, IV);
});

const badOptions = [
  { name: "a fraction as time", options: { now: 1.5 } },
  { name: "a negative time", options: { now: -1 } },
  { name: "NaN as time", options: { now: NaN } },
  { name: "a time above 2^53 - 1", options: { now: 2 ** 53 } },
  { name: "an IV of 15 bytes", options: { iv: new Uint8Array(15) } },
  { name: "an IV of 17 bytes", options: { iv: new Uint8Array(17) } },
];

for (const { name, options } of badOptions) {
  Deno.test(`Fernet.encrypt() refuses ${name}`, () => {
    assertThrows(() => new Fernet(KEY).encrypt(IV, options), RangeError);
  });
}

for (const now of [0, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 7, Number.MAX_SAFE_INTEGER]) {
  Deno.test(`Fernet.encrypt() carries the timestamp ${now}`, () => {
    const opened = new Fernet(KEY).open(tokenAt(now));
    assertEquals(opened.ok && opened.timestamp, now);
  });
}

const ages = [
  { name: "made now", now: MADE_AT, ttl: 60, code: undefined },
  { name: "as old as ttl", now: MADE_AT + 60, ttl: 60, code: undefined },
  { name: "one second older than ttl", now: MADE_AT + 61, ttl: 60, code: "FERNET_EXPIRED" },
  { name: "made now with ttl 0", now: MADE_AT, ttl: 0, code: undefined },
  { name: "a second old with ttl 0", now: MADE_AT + 1, ttl: 0, code: "FERNET_EXPIRED" },
  { name: "60 s in the future", now: MADE_AT - 60, ttl: 60, code: undefined },
  { name: "61 s in the future", now: MADE_AT - 61, ttl: 60, code: "FERNET_FUTURE" },
  { name: "in the far future with ttl Infinity", now: 0, ttl: Infinity, code: "FERNET_FUTURE" },
  { name: "of any age with ttl Infinity", now: 2 ** 52, ttl: Infinity, code: undefined },
  { name: "of any age without ttl", now: 2 ** 52, ttl: undefined, code: undefined },
  { name: "in the far future without ttl", now: 0, ttl: undefined, code: undefined },
];

for (const { name, now, ttl, code } of ages) {
  Deno.test(`Fernet.decrypt() ${code ? "refuses" : "takes"} a token ${name}`, () => {
    const decrypt = () => text.decode(new Fernet(KEY).decrypt(tokenAt(MADE_AT), { now, ttl }));
    if (code === undefined) assertEquals(decrypt(), "hello");
    else assertEquals(assertThrows(decrypt, FernetError).code, code);
  });
}

for (const options of [{ ttl: NaN }, { ttl: -1 }, { ttl: 60, now: NaN }]) {
  Deno.test(`Fernet.decrypt() refuses the options ${Deno.inspect(options)}`, () => {
    assertThrows(() => new Fernet(KEY).decrypt(tokenAt(MADE_AT), options), RangeError);
  });
}

Deno.test("Fernet.decrypt() reads the machine's time when only ttl is given", () => {
  const fernet = new Fernet(KEY);
  assertEquals(fernet.decrypt(fernet.encrypt(IV), { ttl: 60 }), IV);
  const error = assertThrows(() => fernet.decrypt(tokenAt(MADE_AT), { ttl: 60 }), FernetError);
  assertEquals(error.code, "FERNET_EXPIRED");
});

Deno.test("Fernet.decrypt() takes a token without padding, and a part of a larger buffer", () => {
  const fernet = new Fernet(KEY);
  const token = tokenAt(MADE_AT);
  const datagram = ascii.encode(`%%${token}%%`);
  assertEquals(text.decode(fernet.decrypt(token.replaceAll("=", ""))), "hello");
  assertEquals(text.decode(fernet.decrypt(datagram.subarray(2, -2))), "hello");
});
