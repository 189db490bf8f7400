import { assertEquals, assertThrows } from "@std/assert";
import { Fernet } from "../../src/crypto/fernet.ts";
import {
  fragmentCount,
  type Framing,
  sealFragments,
  sealWhole,
  sessionFraming,
  wholeDatagramBytes,
} from "../../src/session/framing.ts";
import { decodeFragment } from "../../src/wire/fragment.ts";
import { decodeGroupFrame, groupFramePrefix } from "../../src/wire/group_frame.ts";
import { decodeTlvs } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { SeededRandom } from "../support/seeded_random.ts";

const random = new SeededRandom(1);
const fernet = new Fernet(Fernet.generateKeyFrom(random.bytes(32)));
const options = { now: 1_700_000_000, iv: random.bytes(16) };
const own = sessionFraming(DEFAULT_TLV_TYPES, fernet);
const group: Framing = {
  sealer: fernet,
  wholeType: DEFAULT_TLV_TYPES.GROUP_MESSAGE,
  fragmentType: DEFAULT_TLV_TYPES.GROUP_FRAGMENT,
  prefix: groupFramePrefix(7),
};

for (const plaintextBytes of [0, 1, 15, 16, 17, 700]) {
  Deno.test(`sealWhole() makes one TLV of a token of ${plaintextBytes} bytes`, () => {
    const plaintext = random.bytes(plaintextBytes);
    const datagram = sealWhole(own, plaintext, options);
    const value = fernet.encrypt(plaintext, options);
    const type = DEFAULT_TLV_TYPES.SYMMETRICALLY_ENCRYPTED_MESSAGE;
    assertEquals(decodeTlvs(datagram), [{ type, value }]);
    assertEquals(datagram.byteLength, wholeDatagramBytes(own, plaintextBytes));
  });

  Deno.test(`sealWhole() puts the prefix before a token of ${plaintextBytes} bytes`, () => {
    const plaintext = random.bytes(plaintextBytes);
    const datagram = sealWhole(group, plaintext, options);
    const [tlv, ...others] = decodeTlvs(datagram);
    assertEquals([tlv?.type, others], [DEFAULT_TLV_TYPES.GROUP_MESSAGE, []]);
    const rest = fernet.encrypt(plaintext, options);
    assertEquals(decodeGroupFrame(tlv?.value ?? plaintext), { epoch: 7, rest });
    assertEquals(datagram.byteLength, wholeDatagramBytes(group, plaintextBytes));
  });
}

Deno.test("sealWhole() refuses a token that is too long for one TLV", () => {
  assertThrows(() => sealWhole(own, new Uint8Array(49_200), options), RangeError);
});

for (
  const { name, framing } of [{ name: "own", framing: own }, { name: "group", framing: group }]
) {
  Deno.test(`sealFragments() keeps to the budget, and to what fragmentCount() says, ${name}`, () => {
    const plaintext = random.bytes(5_000);
    const { now: sealedAtSeconds, iv } = options;
    const message = { framing, messageId: 9, plaintext, iv, sealedAtSeconds };
    const datagrams = sealFragments(message, 576);
    assertEquals(datagrams.length, fragmentCount(framing, 5_000, 576));
    assertEquals(datagrams.slice(0, -1).every(({ byteLength }) => byteLength === 576), true);
    const token: number[] = [];
    for (const datagram of datagrams) {
      const [tlv, ...others] = decodeTlvs(datagram);
      assertEquals([tlv?.type, others], [framing.fragmentType, []]);
      const value = tlv?.value ?? plaintext;
      assertEquals(value.subarray(0, framing.prefix.byteLength), framing.prefix);
      token.push(...decodeFragment(value.subarray(framing.prefix.byteLength)).chunk);
    }
    assertEquals(fernet.decrypt(Uint8Array.from(token)), plaintext);
  });
}
