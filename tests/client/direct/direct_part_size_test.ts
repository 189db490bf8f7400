import { assert, assertEquals, assertThrows } from "@std/assert";
import { hybridPartSize, MAX_PART_BYTES } from "../../../src/client/direct/direct_part_size.ts";
import { maxDirectBodyBytes } from "../../../src/wire/direct_frame.ts";
import { tokenBytes } from "../../../src/wire/token_size.ts";
import { DirectWorld } from "../../support/direct_client_world.ts";
import { assertSameBytes } from "../../support/same_bytes.ts";

const ROOM = { maxFragmentBytes: 1_194, serverModulusBytes: 512, signatureBytes: 0 };

/** How long a body is: CLIENT_SEQUENCE, perhaps MESSAGE_PART and SIGNATURE, and MESSAGE TLVs. */
function bodyBytes(payloadBytes: number, otherTlvBytes: number, modulusBytes: number): number {
  const messageTlvs = Math.max(1, Math.ceil(payloadBytes / 65_535));
  return modulusBytes + tokenBytes(12 + otherTlvBytes + payloadBytes + 4 * messageTlvs);
}

for (
  const room of [
    ROOM,
    { ...ROOM, signatureBytes: 256 },
    { ...ROOM, maxFragmentBytes: 490 },
    { ...ROOM, maxFragmentBytes: 506 },
    { ...ROOM, maxFragmentBytes: 64, serverModulusBytes: 1_024, signatureBytes: 512 },
  ]
) {
  const { maxFragmentBytes, serverModulusBytes, signatureBytes } = room;
  const name = `${maxFragmentBytes}-byte fragments, ${signatureBytes}-byte signatures`;

  Deno.test(`hybridPartSize() fills 255 fragments, ${name}`, () => {
    const limit = maxDirectBodyBytes(maxFragmentBytes, serverModulusBytes);
    const { wholeBytes, partBytes } = hybridPartSize(room);
    const signatureTlv = signatureBytes === 0 ? 0 : 4 + signatureBytes;
    const whole = (bytes: number) => bodyBytes(bytes, signatureTlv, serverModulusBytes);
    const part = (bytes: number) => bodyBytes(bytes, signatureTlv + 20, serverModulusBytes);
    assert(whole(wholeBytes) <= limit && whole(wholeBytes + 1) > limit);
    assert(part(partBytes) <= limit && part(partBytes + 1) > limit);
  });

  Deno.test(`DirectClientCore cuts messages at the byte, ${name}`, () => {
    const { wholeBytes, partBytes } = hybridPartSize(room);
    for (
      const { bytes, count } of [
        { bytes: wholeBytes - 1, count: 1 },
        { bytes: wholeBytes, count: 1 },
        { bytes: wholeBytes + 1, count: 2 },
        { bytes: 2 * partBytes, count: 2 },
        { bytes: 2 * partBytes + 1, count: 3 },
      ]
    ) {
      const world = DirectWorld.connected({
        maxFragmentBytes,
        serverModulusBytes,
        clientModulusBytes: signatureBytes || 256,
        isSigning: signatureBytes > 0,
      });
      const payload = new Uint8Array(bytes).fill(bytes);
      world.send(payload);
      world.run(1_000);
      assertEquals(world.delivered, [1]);
      assertEquals(world.peer.parts.length, count);
      assertSameBytes(world.peer.messages[0]?.payload, payload);
    }
  });
}

Deno.test("hybridPartSize() gives no part above 512 KiB", () => {
  const { wholeBytes, partBytes } = hybridPartSize({ ...ROOM, maxFragmentBytes: 65_501 });
  assertEquals([wholeBytes, partBytes], [MAX_PART_BYTES, MAX_PART_BYTES]);
});

Deno.test("hybridPartSize() refuses fragments that hold no message", () => {
  assertThrows(() => hybridPartSize({ ...ROOM, maxFragmentBytes: 2 }), RangeError);
});
