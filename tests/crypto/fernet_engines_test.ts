import { assertEquals, assertThrows } from "@std/assert";
import { encodeBase64Url } from "../../src/crypto/base64url.ts";
import { CoreFernet } from "../../src/crypto/core_fernet.ts";
import { Fernet } from "../../src/crypto/fernet.ts";
import type { FernetEngine } from "../../src/crypto/fernet_engine.ts";
import { PLAINTEXT_ROOM, TEXT_ROOM } from "../../src/crypto/fernet_core/layout.ts";
import { NodeFernet } from "../../src/crypto/node_fernet.ts";
import { SeededRandom } from "../support/seeded_random.ts";
import { startedFernetCore } from "../support/started_fernet_core.ts";

const random = new SeededRandom(1985);
const KEY = random.bytes(32);
const STAMP = { now: 499_162_800, iv: random.bytes(16) };
const core = startedFernetCore();
const short = new CoreFernet(core, KEY);
const long = new NodeFernet(KEY);

/** What an engine says to a token: its code, or all that it holds. */
function outcome(engine: FernetEngine, token: Uint8Array | string): unknown {
  const opened = engine.open(token);
  if (!opened.ok) return opened.code;
  return {
    timestamp: opened.timestamp,
    hmac: opened.hmac.toHex(),
    plaintext: opened.plaintext()?.toHex(),
  };
}

Deno.test("both engines make and open the same token, of every length up to 300", () => {
  for (let length = 0; length <= 300; length++) {
    const plaintext = random.bytes(length);
    const token = short.encrypt(plaintext, STAMP);
    assertEquals(token, long.encrypt(plaintext, STAMP), `${length} bytes`);
    assertEquals(outcome(short, token), outcome(long, token), `${length} bytes`);
    assertEquals(opensTo(short, token), plaintext.toHex(), `${length} bytes`);
  }
});

function opensTo(engine: FernetEngine, token: Uint8Array): string | undefined {
  const opened = engine.open(token);
  return opened.ok ? opened.plaintext()?.toHex() : opened.code;
}

for (const now of [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 7, Number.MAX_SAFE_INTEGER]) {
  Deno.test(`both engines stamp and read the second ${now}`, () => {
    const token = short.encrypt(KEY, { ...STAMP, now });
    assertEquals(token, long.encrypt(KEY, { ...STAMP, now }));
    assertEquals(outcome(short, token), outcome(long, token));
  });
}

Deno.test("both engines refuse any one bit flipped in a token, with the same code", () => {
  const bytes = Uint8Array.fromBase64(
    new TextDecoder().decode(long.encrypt(random.bytes(33), STAMP)),
    { alphabet: "base64url" },
  );
  for (let bit = 0; bit < bytes.byteLength * 8; bit++) {
    const token = encodeBase64Url(withBitFlipped(bytes, bit));
    const code = bit < 8 ? "FERNET_VERSION" : "FERNET_SIGNATURE";
    assertEquals([outcome(short, token), outcome(long, token)], [code, code], `bit ${bit}`);
  }
});

Deno.test("both engines refuse any one bit flipped in a text, with the same code", () => {
  const text = long.encrypt(random.bytes(20), STAMP);
  for (let bit = 0; bit < text.byteLength * 8; bit++) {
    const flipped = withBitFlipped(text, bit);
    assertEquals(typeof outcome(short, flipped), "string", `bit ${bit}`);
    assertEquals(outcome(short, flipped), outcome(long, flipped), `bit ${bit}`);
  }
});

Deno.test("both engines say the same to a token cut short anywhere", () => {
  const text = long.encrypt(random.bytes(20), STAMP);
  for (let length = 0; length <= text.byteLength; length++) {
    const cut = text.subarray(0, length);
    assertEquals(outcome(short, cut), outcome(long, cut), `${length} characters`);
  }
});

function withBitFlipped(bytes: Uint8Array, bit: number): Uint8Array {
  const index = bit >> 3;
  return bytes.with(index, (bytes[index] ?? 0) ^ (1 << (bit & 7)));
}

Deno.test("CoreFernet.open() takes text as a string, and refuses what is beyond ASCII", () => {
  const token = new TextDecoder().decode(short.encrypt(KEY, STAMP));
  assertEquals(outcome(short, token), outcome(long, token));
  for (const strange of ["\u0141", "\u00e9", "\u{1f600}", "\ud800"]) {
    assertEquals(outcome(short, strange + token), "FERNET_ENCODING");
    assertEquals(outcome(short, strange.repeat(TEXT_ROOM)), "FERNET_ENCODING");
  }
});

Deno.test("CoreFernet.open() gives a token that outlasts other calls under other keys", () => {
  const plaintexts = [random.bytes(5), random.bytes(100), random.bytes(16)];
  const keys = plaintexts.map(() => new CoreFernet(core, random.bytes(32)));
  const opened = keys.map((engine, index) =>
    engine.open(engine.encrypt(plaintexts[index] ?? KEY, STAMP))
  );
  new CoreFernet(core, KEY).encrypt(random.bytes(2_000), STAMP);
  for (const again of [1, 2]) {
    const seen = opened.map((token) => token.ok && token.plaintext());
    assertEquals(seen, plaintexts, `time ${again}`);
  }
});

Deno.test("CoreFernet.open() gives an HMAC and a plaintext that later calls leave alone", () => {
  const opened = short.open(short.encrypt(KEY, STAMP));
  if (!opened.ok) throw new Error(opened.code);
  const hmac = opened.hmac.toHex();
  short.open(short.encrypt(random.bytes(KEY.byteLength), STAMP));
  assertEquals(opened.hmac.toHex(), hmac);
  assertEquals(opened.plaintext(), KEY);
});

Deno.test("Fernet.decrypt() gives a plaintext whose buffer holds nothing else", () => {
  const fernet = new Fernet(Fernet.generateKey());
  assertEquals(fernet.decrypt(fernet.encrypt(KEY)).buffer.byteLength, KEY.byteLength);
});

Deno.test("CoreFernet.encrypt() draws a new IV each time when none is given", () => {
  const [first, second] = [short.encrypt(KEY, { now: 1 }), short.encrypt(KEY, { now: 1 })];
  assertEquals(first.toHex() === second.toHex(), false);
  assertEquals(opensTo(long, first), KEY.toHex());
});

Deno.test("CoreFernet.encrypt() gives an array of its own, which later calls leave alone", () => {
  const first = short.encrypt(KEY, STAMP);
  const before = first.slice();
  short.encrypt(random.bytes(500), STAMP);
  assertEquals(first, before);
  assertEquals(first.buffer.byteLength, first.byteLength);
});

Deno.test("CoreFernet takes what the core has room for, and refuses a byte more", () => {
  const token = short.encrypt(new Uint8Array(PLAINTEXT_ROOM), STAMP);
  assertEquals(token.byteLength, TEXT_ROOM);
  assertEquals(outcome(short, token), outcome(long, token));
  assertThrows(() => short.encrypt(new Uint8Array(PLAINTEXT_ROOM + 1), STAMP), RangeError);
  assertThrows(() => short.open(new Uint8Array(TEXT_ROOM + 1)), RangeError);
});

for (const [name, engine] of [["CoreFernet", short], ["NodeFernet", long]] as const) {
  Deno.test(`${name}.encryptInto() writes nothing into a target without room`, () => {
    const target = new Uint8Array(100);
    assertThrows(() => engine.encryptInto(target, 1, KEY, STAMP), RangeError);
    assertThrows(() => engine.encryptInto(new Uint8Array(500), -1, KEY, STAMP), RangeError);
    assertEquals(target, new Uint8Array(100));
  });
}
