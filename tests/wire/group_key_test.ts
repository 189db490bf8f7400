import { assertEquals, assertThrows } from "@std/assert";
import { decodeGroupKey, encodeGroupKey } from "../../src/wire/group_key.ts";

const KEY = Uint8Array.from({ length: 32 }, (_, index) => index + 1);
const ADDRESS = { hostname: "239.255.77.77", port: 47701 };

Deno.test("encodeGroupKey() writes epoch, key, group and port", () => {
  const value = encodeGroupKey({ epoch: 0x01020304, key: KEY, address: ADDRESS });
  assertEquals(value.toHex(), `01020304${KEY.toHex()}efff4d4dba55`);
});

Deno.test("encodeGroupKey() writes zeros for group and port when messages come by unicast", () => {
  const value = encodeGroupKey({ epoch: 1, key: KEY, address: undefined });
  assertEquals(value.toHex(), `00000001${KEY.toHex()}000000000000`);
});

for (const address of [ADDRESS, undefined]) {
  const name = address === undefined ? "no address" : "an address";
  Deno.test(`decodeGroupKey() gives back what encodeGroupKey() wrote, with ${name}`, () => {
    const groupKey = { epoch: 0xffff_ffff, key: KEY, address };
    assertEquals(decodeGroupKey(encodeGroupKey(groupKey)), groupKey);
  });
}

Deno.test("decodeGroupKey() gives a copy of the key", () => {
  const value = encodeGroupKey({ epoch: 1, key: KEY, address: undefined });
  const decoded = decodeGroupKey(value);
  value.fill(0);
  assertEquals(decoded?.key, KEY);
});

for (const length of [0, 4, 36, 41, 43]) {
  Deno.test(`decodeGroupKey() refuses ${length} bytes`, () => {
    assertEquals(decodeGroupKey(new Uint8Array(length)), undefined);
  });
}

for (
  const [what, tail] of [["a group without a port", "efff4d4d0000"], [
    "a port without a group",
    "00000000ba55",
  ]]
) {
  Deno.test(`decodeGroupKey() refuses ${what}`, () => {
    assertEquals(decodeGroupKey(Uint8Array.fromHex(`00000001${KEY.toHex()}${tail}`)), undefined);
  });
}

for (const hostname of ["ff02::1", "239.255.77", "239.255.77.256", "239.255.77.x", ""]) {
  Deno.test(`encodeGroupKey() refuses the address "${hostname}"`, () => {
    const address = { hostname, port: 1 };
    assertThrows(() => encodeGroupKey({ epoch: 1, key: KEY, address }), RangeError, hostname);
  });
}

Deno.test("encodeGroupKey() refuses port 0 and a key of 31 bytes", () => {
  const address = { ...ADDRESS, port: 0 };
  assertThrows(() => encodeGroupKey({ epoch: 1, key: KEY, address }), RangeError, "port");
  const key = KEY.subarray(1);
  assertThrows(() => encodeGroupKey({ epoch: 1, key, address: undefined }), RangeError, "got 31");
});
