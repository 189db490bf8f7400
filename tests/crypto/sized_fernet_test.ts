import { assertEquals } from "@std/assert";
import { CoreFernet } from "../../src/crypto/core_fernet.ts";
import { PLAINTEXT_ROOM, TEXT_ROOM } from "../../src/crypto/fernet_core/layout.ts";
import { NodeFernet } from "../../src/crypto/node_fernet.ts";
import {
  CORE_MAX_PLAINTEXT_BYTES,
  CORE_MAX_TOKEN_CHARACTERS,
  SizedFernet,
} from "../../src/crypto/sized_fernet.ts";
import { SeededRandom } from "../support/seeded_random.ts";
import { startedFernetCore } from "../support/started_fernet_core.ts";

const random = new SeededRandom(2009);
const KEY = random.bytes(32);
const STAMP = { now: 499_162_800, iv: random.bytes(16) };
const long = new NodeFernet(KEY);

Deno.test("the threshold of SizedFernet is within what the core has room for", () => {
  const token = long.encrypt(new Uint8Array(CORE_MAX_PLAINTEXT_BYTES), STAMP);
  assertEquals(token.byteLength, CORE_MAX_TOKEN_CHARACTERS);
  assertEquals(CORE_MAX_PLAINTEXT_BYTES <= PLAINTEXT_ROOM, true);
  assertEquals(CORE_MAX_TOKEN_CHARACTERS <= TEXT_ROOM, true);
});

const cores = [
  { name: "with the core", load: startedFernetCore },
  { name: "without a core", load: () => undefined },
];

for (const { name, load } of cores) {
  Deno.test(`SizedFernet ${name} makes and opens the same tokens around the threshold`, () => {
    const sized = new SizedFernet(KEY.slice(), load);
    for (const length of [0, 1, 300, 3_055, 3_056, 3_057, 3_071, 3_072, 3_073, 9_000, 100_000]) {
      const plaintext = random.bytes(length);
      const token = sized.encrypt(plaintext, STAMP);
      assertEquals(token, long.encrypt(plaintext, STAMP), `${length} bytes`);
      const opened = sized.open(token);
      assertEquals(opened.ok && opened.plaintext(), plaintext, `${length} bytes`);
      const target = new Uint8Array(token.byteLength);
      assertEquals(sized.encryptInto(target, 0, plaintext, STAMP), token.byteLength);
      assertEquals(target, token, `${length} bytes`);
    }
  });

  Deno.test(`SizedFernet ${name} refuses in the same way on both sides of the threshold`, () => {
    const sized = new SizedFernet(KEY.slice(), load);
    for (const extra of [-4, -1, 0, 1, 4]) {
      const noise = new Uint8Array(CORE_MAX_TOKEN_CHARACTERS + extra).fill(0x41);
      assertEquals(sized.open(noise), long.open(noise), `${extra} characters more`);
    }
    const strange = "\u0141".repeat(CORE_MAX_TOKEN_CHARACTERS);
    assertEquals(sized.open(strange), { ok: false, code: "FERNET_ENCODING" });
  });
}

Deno.test("SizedFernet loads the core for short tokens alone", () => {
  let loads = 0;
  const sized = new SizedFernet(KEY.slice(), () => {
    loads++;
    return startedFernetCore();
  });
  sized.encrypt(new Uint8Array(CORE_MAX_PLAINTEXT_BYTES + 1), STAMP);
  assertEquals(loads, 0);
  sized.encrypt(new Uint8Array(CORE_MAX_PLAINTEXT_BYTES), STAMP);
  sized.open("AAAA");
  assertEquals(loads, 1);
});

Deno.test("CoreFernet keeps no reference to the key that it was given", () => {
  const key = KEY.slice();
  const short = new CoreFernet(startedFernetCore(), key);
  key.fill(0);
  assertEquals(short.encrypt(STAMP.iv, STAMP), long.encrypt(STAMP.iv, STAMP));
});
