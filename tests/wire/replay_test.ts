import { assertEquals } from "@std/assert";
import { decodeReplay, encodeReplay, type Replay } from "../../src/wire/replay.ts";

const rows: { replay: Replay; hex: string }[] = [
  { replay: { kind: "count", messages: 0n }, hex: "010000000000000000" },
  { replay: { kind: "count", messages: 258n }, hex: "010000000000000102" },
  { replay: { kind: "age", seconds: 3_600n }, hex: "020000000000000e10" },
  { replay: { kind: "age", seconds: 2n ** 64n - 1n }, hex: "02ffffffffffffffff" },
];
for (const { replay, hex } of rows) {
  Deno.test(`encodeReplay() and decodeReplay() agree on ${hex}`, () => {
    assertEquals(encodeReplay(replay).toHex(), hex);
    assertEquals(decodeReplay(Uint8Array.fromHex(hex)), replay);
  });
}

for (
  const hex of [
    "",
    "01",
    "0100000000000000",
    "01000000000000000000",
    "000000000000000001",
    "030000000000000001",
  ]
) {
  Deno.test(`decodeReplay() takes no value "${hex}"`, () => {
    assertEquals(decodeReplay(Uint8Array.fromHex(hex)), undefined);
  });
}
