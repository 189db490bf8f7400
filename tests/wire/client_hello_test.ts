import { assertEquals } from "@std/assert";
import {
  decodeClientHello,
  encodeClientHello,
  PROTOCOL_VERSION,
} from "../../src/wire/client_hello.ts";
import { decodeAmidPoison } from "../support/poisoned.ts";

const CODE = "CLIENT_HELLO_MALFORMED";

const same: { name: string; version: number; features: number; bytes: number[] }[] = [
  { name: "version 1 without features", version: 1, features: 0, bytes: [1, 0, 0, 0, 0] },
  { name: "features big-endian", version: 1, features: 0x01020304, bytes: [1, 1, 2, 3, 4] },
  { name: "the highest bits", version: 255, features: 0xffffffff, bytes: Array(5).fill(255) },
];
for (const { name, version, features, bytes } of same) {
  Deno.test(`encodeClientHello() writes ${name}`, () => {
    assertEquals(encodeClientHello({ version, features }), Uint8Array.from(bytes));
  });
  Deno.test(`decodeClientHello() reads ${name}`, () => {
    const outcome = decodeAmidPoison(Uint8Array.from(bytes), decodeClientHello, CODE);
    assertEquals(outcome, { ok: true, value: { version, features } });
  });
}

Deno.test("decodeClientHello() passes over what a later version appends", () => {
  assertEquals(decodeClientHello(Uint8Array.of(1, 0, 0, 0, 3, 9, 9)), { version: 1, features: 3 });
});

for (const length of [0, 1, 4]) {
  Deno.test(`decodeClientHello() rejects ${length} bytes`, () => {
    const outcome = decodeAmidPoison(new Uint8Array(length), decodeClientHello, CODE);
    assertEquals(outcome.ok, false);
  });
}

Deno.test("PROTOCOL_VERSION is 1", () => assertEquals(PROTOCOL_VERSION, 1));
