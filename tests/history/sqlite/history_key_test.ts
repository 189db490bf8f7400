import { assertEquals, assertNotEquals } from "@std/assert";
import { HistoryKey, ID_HASH_BYTES } from "../../../src/history/sqlite/history_key.ts";
import { assertThrowsWithCode } from "../../support/assert_code.ts";

const TEXT = `${"A".repeat(43)}=`;
const OTHER_TEXT = `${"A".repeat(42)}E=`;

Deno.test("HistoryKey.hashId() is the same for the same id and key alone", () => {
  const key = new HistoryKey(TEXT);
  const hash = key.hashId("a:b:1");
  assertEquals([hash.byteLength, hash.buffer.byteLength], [ID_HASH_BYTES, ID_HASH_BYTES]);
  assertEquals(new HistoryKey(TEXT).hashId("a:b:1"), hash);
  assertNotEquals(key.hashId("a:b:2"), hash);
  assertNotEquals(new HistoryKey(OTHER_TEXT).hashId("a:b:1"), hash);
});

Deno.test("HistoryKey derives what is in files for good", () => {
  const key = new HistoryKey(TEXT);
  // Taken down when the first file was written: another value would orphan all files there are.
  assertEquals(key.hashId("a:b:1").toHex(), "58e0fbb62c70a9fd46d4aff7ddf5f189");
  assertEquals(
    key.checkOf(new Uint8Array(8)).toHex(),
    "16fd141a85810e399eabda8ac6c6632e9e2dc66b1546c7e71496071d08742c55",
  );
});

Deno.test("HistoryKey.checkOf() is of one series and one key, and no hash of an id", () => {
  const series = new TextEncoder().encode("a:b:1");
  const key = new HistoryKey(TEXT);
  const check = key.checkOf(series);
  assertNotEquals(key.checkOf(new Uint8Array(5)), check);
  assertNotEquals(new HistoryKey(OTHER_TEXT).checkOf(series), check);
  assertNotEquals(key.hashId("a:b:1"), check.slice(0, ID_HASH_BYTES));
});

Deno.test("HistoryKey refuses what is no key", () => {
  assertThrowsWithCode(() => new HistoryKey("A".repeat(43)), "FERNET_KEY");
});
