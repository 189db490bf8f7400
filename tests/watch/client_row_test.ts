import { assertEquals, assertNotEquals } from "@std/assert";
import { rowKey } from "../../src/watch/client_row.ts";
import { clientRow } from "../support/metrics_client_row.ts";

Deno.test("rowKey() is the session where there is one, whatever the address", () => {
  const row = clientRow({ session: "00112233445566aa", address: "127.0.0.1:5000" });
  assertEquals(rowKey(row), "00112233445566aa");
  assertEquals(rowKey({ ...row, address: "127.0.0.1:6000" }), rowKey(row));
});

Deno.test("rowKey() tells a second registration of a name from the first", () => {
  const first = clientRow({ id: "pump", session: "00112233445566aa" });
  assertNotEquals(rowKey({ ...first, session: "00112233445566ab" }), rowKey(first));
});

Deno.test("rowKey() is the address where there are no sessions, whatever the key", () => {
  const row = clientRow({ id: "SHA256:abc", address: "127.0.0.1:5000", key: "SHA256:abc" });
  assertEquals(rowKey(row), "127.0.0.1:5000");
});
