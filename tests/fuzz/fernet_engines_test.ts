import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { encodeBase64Url } from "../../src/crypto/base64url.ts";
import { CoreFernet } from "../../src/crypto/core_fernet.ts";
import type { FernetEngine } from "../../src/crypto/fernet_engine.ts";
import { NodeFernet } from "../../src/crypto/node_fernet.ts";
import { startedFernetCore } from "../support/started_fernet_core.ts";

/** Printed by fast-check when a property fails; another one can be tried from outside. */
const parameters = { seed: Number(Deno.env.get("HUSHCAST_TEST_SEED") ?? 1985), numRuns: 1000 };

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const core = startedFernetCore();
const engines = fc.uint8Array({ minLength: 32, maxLength: 32 })
  .map((key) => ({ short: new CoreFernet(core, key), long: new NodeFernet(key) }));
const stamp = fc.record({
  now: fc.maxSafeNat(),
  iv: fc.uint8Array({ minLength: 16, maxLength: 16 }),
});
const plaintext = fc.uint8Array({ maxLength: 5_000, size: "max" });
const almostBase64Url = fc.string({
  unit: fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...ALPHABET) },
    { weight: 2, arbitrary: fc.constantFrom(..."==+/ \n%\0\u00e9\u0141") },
  ),
  maxLength: 150,
  size: "max",
});

/** What an engine says to a token: its code, or all that it holds. */
function outcome(engine: FernetEngine, token: Uint8Array | string): unknown {
  const opened = engine.open(token);
  if (!opened.ok) return opened.code;
  const { timestamp, hmac } = opened;
  return { timestamp, hmac: hmac.toHex(), plaintext: opened.plaintext()?.toHex() };
}

Deno.test("CoreFernet and NodeFernet make and open the same tokens", () => {
  fc.assert(
    fc.property(engines, stamp, plaintext, ({ short, long }, stamp, plaintext) => {
      const token = short.encrypt(plaintext, stamp);
      assertEquals(token.toHex(), long.encrypt(plaintext, stamp).toHex());
      const seen = outcome(short, token);
      assertEquals(seen, outcome(long, token));
      assertEquals(typeof seen, "object");
    }),
    { ...parameters, numRuns: 300 },
  );
});

Deno.test("CoreFernet and NodeFernet say the same to any text", () => {
  fc.assert(
    fc.property(engines, almostBase64Url, ({ short, long }, text) => {
      assertEquals(outcome(short, text), outcome(long, text));
    }),
    parameters,
  );
});

Deno.test("CoreFernet and NodeFernet say the same to any bytes, plain and as base64url", () => {
  fc.assert(
    fc.property(engines, fc.uint8Array({ maxLength: 400 }), ({ short, long }, bytes) => {
      assertEquals(outcome(short, bytes), outcome(long, bytes));
      const text = encodeBase64Url(Uint8Array.of(0x80, ...bytes));
      assertEquals(outcome(short, text), outcome(long, text));
    }),
    parameters,
  );
});

Deno.test("CoreFernet and NodeFernet say the same to a text in which something was replaced", () => {
  const edit = fc.record({ at: fc.nat(), remove: fc.nat(4), insert: almostBase64Url });
  fc.assert(
    fc.property(engines, stamp, edit, ({ short, long }, stamp, { at, remove, insert }) => {
      const token = new TextDecoder().decode(long.encrypt(new Uint8Array(40), stamp));
      const start = at % (token.length + 1);
      const edited = token.slice(0, start) + insert + token.slice(start + remove);
      assertEquals(outcome(short, edited), outcome(long, edited));
    }),
    parameters,
  );
});
