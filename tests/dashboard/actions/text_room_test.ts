import { assertEquals } from "@std/assert";
import { describeExcess, MAX_NOTICE_BYTES } from "../../../src/dashboard/actions/text_room.ts";
import { MAX_REASON_BYTES } from "../../../src/relay/cut_text.ts";

Deno.test("MAX_NOTICE_BYTES is where a relay cuts texts", () => {
  assertEquals(MAX_NOTICE_BYTES, MAX_REASON_BYTES);
});

Deno.test("describeExcess() counts bytes as they are sent, without spaces around", () => {
  assertEquals(describeExcess("é".repeat(128)), "");
  assertEquals(describeExcess(` ${"x".repeat(256)}\n`), "");
  assertEquals(
    describeExcess("é".repeat(128) + "x"),
    "It is 257 bytes long, and clients are sent 256 at most",
  );
});
