import { assertEquals } from "@std/assert";
import {
  decodeServerIdentity,
  encodeServerIdentity,
  type ServerIdentity,
} from "../../src/wire/server_identity.ts";
import { decodeAmidPoison } from "../support/poisoned.ts";

const CODE = "SERVER_IDENTITY_MALFORMED";

const counting = Uint8Array.from({ length: 104 }, (_, index) => index);
const identity: ServerIdentity = {
  publicKey: counting.slice(0, 32),
  notAfter: 0x2021222324252627n,
  signature: counting.slice(40),
};
const highest: ServerIdentity = {
  publicKey: new Uint8Array(32).fill(255),
  notAfter: 2n ** 64n - 1n,
  signature: new Uint8Array(64).fill(255),
};

const same: { name: string; identity: ServerIdentity; bytes: Uint8Array }[] = [
  { name: "each field in its place", identity, bytes: counting },
  { name: "the highest values", identity: highest, bytes: new Uint8Array(104).fill(255) },
];
for (const { name, identity, bytes } of same) {
  Deno.test(`encodeServerIdentity() writes ${name}`, () => {
    assertEquals(encodeServerIdentity(identity), bytes);
  });
  Deno.test(`decodeServerIdentity() reads ${name}`, () => {
    const outcome = decodeAmidPoison(bytes, decodeServerIdentity, CODE);
    assertEquals(outcome, { ok: true, value: identity });
  });
}

for (const length of [0, 1, 32, 103, 105, 65_535]) {
  Deno.test(`decodeServerIdentity() rejects ${length} bytes`, () => {
    const outcome = decodeAmidPoison(new Uint8Array(length), decodeServerIdentity, CODE);
    assertEquals(outcome.ok, false);
  });
}

Deno.test("decodeServerIdentity() gives fields in memory of their own", () => {
  const bytes = counting.slice();
  const decoded = decodeServerIdentity(bytes);
  bytes.fill(0);
  assertEquals(decoded, identity);
});
