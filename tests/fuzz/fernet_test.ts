import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { decodeBase64Url, encodeBase64Url } from "../../src/crypto/base64url.ts";
import { Fernet } from "../../src/crypto/fernet.ts";

/** Printed by fast-check when a property fails; another one can be tried from outside. */
const parameters = { seed: Number(Deno.env.get("HUSHCAST_TEST_SEED") ?? 1985), numRuns: 2000 };

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(Fernet.generateKeyFrom);
const iv = fc.uint8Array({ minLength: 16, maxLength: 16 });
const now = fc.maxSafeNat();
const plaintext = fc.uint8Array({ maxLength: 300, size: "max" });
const almostBase64Url = fc.string({
  unit: fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...ALPHABET) },
    { weight: 2, arbitrary: fc.constantFrom(..."==+/ \n%\0\u00e9\u0141") },
  ),
  maxLength: 24,
  size: "max",
});

/** Decodes as RFC 4648 says, bit by bit. */
function decodeSlowly(text: string): Uint8Array | undefined {
  const digits = text.replace(/={0,2}$/, "");
  const hasWrongPadding = digits !== text && text.length % 4 !== 0;
  if (hasWrongPadding || digits.length % 4 === 1 || /[^A-Za-z0-9_-]/.test(digits)) return undefined;
  const bits = Array.from(digits, (digit) => ALPHABET.indexOf(digit).toString(2).padStart(6, "0"));
  const octets = bits.join("").match(/.{1,8}/g) ?? [];
  const rest = octets.at(-1)?.length === 8 ? undefined : octets.pop();
  if (rest?.includes("1")) return undefined;
  return Uint8Array.from(octets, (octet) => parseInt(octet, 2));
}

Deno.test("decodeBase64Url() agrees with a slow decoder on any text", () => {
  fc.assert(
    fc.property(almostBase64Url, (text) => {
      assertEquals(decodeBase64Url(text), decodeSlowly(text));
    }),
    { ...parameters, numRuns: 20_000 },
  );
});

Deno.test("decodeBase64Url() of encodeBase64Url() is the value", () => {
  fc.assert(
    fc.property(plaintext, (bytes) => {
      assertEquals(decodeBase64Url(encodeBase64Url(bytes)), bytes);
    }),
    parameters,
  );
});

Deno.test("Fernet.decrypt() of Fernet.encrypt() is the plaintext, at any time", () => {
  fc.assert(
    fc.property(key, plaintext, now, iv, (key, plaintext, now, iv) => {
      const fernet = new Fernet(key);
      const token = fernet.encrypt(plaintext, { now, iv });
      assertEquals(fernet.decrypt(token, { now, ttl: 0 }), plaintext);
      const opened = fernet.open(token);
      assertEquals(opened.ok && opened.timestamp, now);
    }),
    parameters,
  );
});

Deno.test("Fernet.open() refuses any bytes with a code and never throws", () => {
  fc.assert(
    fc.property(key, fc.uint8Array({ maxLength: 400, size: "max" }), (key, bytes) => {
      assertRefused(new Fernet(key).open(bytes));
    }),
    parameters,
  );
});

Deno.test("Fernet.open() refuses the base64url of any bytes, version right", () => {
  fc.assert(
    fc.property(key, fc.uint8Array({ maxLength: 200, size: "max" }), (key, bytes) => {
      assertRefused(new Fernet(key).open(encodeBase64Url(Uint8Array.of(0x80, ...bytes))));
    }),
    parameters,
  );
});

Deno.test("Fernet.open() refuses any text in which something was replaced", () => {
  const edit = fc.record({ at: fc.nat(), remove: fc.nat(4), insert: almostBase64Url });
  fc.assert(
    fc.property(key, plaintext, edit, (key, plaintext, { at, remove, insert }) => {
      const token = new TextDecoder().decode(new Fernet(key).encrypt(plaintext, { now: 1 }));
      const start = at % (token.length + 1);
      const edited = token.slice(0, start) + insert + token.slice(start + remove);
      const unpadded = token.replaceAll("=", "");
      const isSame = edited === token || edited === unpadded;
      assertEquals(new Fernet(key).open(edited).ok, isSame);
    }),
    parameters,
  );
});

Deno.test("Fernet.open() refuses every token under another key", () => {
  fc.assert(
    fc.property(key, key, plaintext, (key, otherKey, plaintext) => {
      fc.pre(key !== otherKey);
      const opened = new Fernet(otherKey).open(new Fernet(key).encrypt(plaintext));
      const sameSigningKey = decodeBase64Url(key)?.subarray(0, 16).toString() ===
        decodeBase64Url(otherKey)?.subarray(0, 16).toString();
      assertEquals(opened.ok, sameSigningKey);
    }),
    parameters,
  );
});

function assertRefused(opened: ReturnType<Fernet["open"]>): void {
  assert(!opened.ok);
  assert(opened.code.startsWith("FERNET_"));
}
