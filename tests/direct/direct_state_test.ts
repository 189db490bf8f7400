import { assertEquals } from "@std/assert";
import {
  CLIENT_FRAGMENT_BOUNDS,
  maxBodyBytes,
  STRANGER_FRAGMENT_BOUNDS,
} from "../../src/direct/direct_state.ts";
import { maxTokenBytes } from "../../src/wire/token_size.ts";

Deno.test("CLIENT_FRAGMENT_BOUNDS and STRANGER_FRAGMENT_BOUNDS are 64 MiB together (PROTOCOL 1.6)", () => {
  assertEquals(
    CLIENT_FRAGMENT_BOUNDS.maxTotalBytes + STRANGER_FRAGMENT_BOUNDS.maxTotalBytes,
    64 * 1024 * 1024,
  );
});

// In RSA blocks a message gets longer by 15 % (4096 bits) or 35 % (2048 bits), as a token by 33 %.
for (
  const { bytes, modulusBytes, body } of [
    { bytes: 0, modulusBytes: 512, body: 512 + maxTokenBytes(0) },
    { bytes: 1_000_000, modulusBytes: 512, body: 512 + maxTokenBytes(1_000_000) },
    { bytes: 1_000_000, modulusBytes: 256, body: 5_264 * 256 },
  ]
) {
  Deno.test(`maxBodyBytes() gives room for ${bytes} bytes in blocks of ${modulusBytes}, in both forms`, () => {
    assertEquals(maxBodyBytes(bytes, modulusBytes), body);
  });
}
