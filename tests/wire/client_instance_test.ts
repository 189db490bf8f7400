import { assertEquals } from "@std/assert";
import { decodeClientInstance } from "../../src/wire/client_instance.ts";

Deno.test("decodeClientInstance() gives 32 hexadecimal digits", () => {
  assertEquals(decodeClientInstance(new Uint8Array(16).fill(0xab)), "ab".repeat(16));
});

for (const bytes of [0, 15, 17, 65_535]) {
  Deno.test(`decodeClientInstance() takes no value of ${bytes} bytes`, () => {
    assertEquals(decodeClientInstance(new Uint8Array(bytes)), undefined);
  });
}
