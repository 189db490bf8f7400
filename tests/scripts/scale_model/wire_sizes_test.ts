import { assertAlmostEquals, assertEquals } from "@std/assert";
import { clientWireBytes, natsWireBytes } from "../../../scripts/scale_model/wire_sizes.ts";
import { Fernet } from "../../../src/crypto/fernet.ts";
import { encodeTlvs } from "../../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES as TYPES } from "../../../src/wire/tlv_types.ts";

for (const bytes of [0, 1, 11, 12, 64, 256, 700]) {
  Deno.test(`clientWireBytes() of ${bytes} is what a message takes on the network`, () => {
    const fernet = new Fernet(Fernet.generateKey());
    const tlv = { type: TYPES.MESSAGE, value: new Uint8Array(bytes) };
    const value = fernet.encrypt(encodeTlvs([tlv]));
    const datagram = encodeTlvs([{ type: TYPES.SYMMETRICALLY_ENCRYPTED_MESSAGE, value }]);
    assertEquals(clientWireBytes(bytes), datagram.byteLength + 28);
  });
}

Deno.test("natsWireBytes() grows by a third more than the message", () => {
  assertAlmostEquals((natsWireBytes(60_256) - natsWireBytes(256)) / 60_000, 4 / 3, 0.001);
});
