import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { concat } from "@std/bytes";
import {
  decodeFragment,
  encodeFragmentDatagram,
  FRAGMENT_HEADER_BYTES,
  fragmentDatagrams,
} from "../../src/wire/fragment.ts";
import { decodeTlvs, TLV_HEADER_BYTES } from "../../src/wire/tlv.ts";
import { decodeAmidPoison } from "../support/poisoned.ts";
import { SeededRandom } from "../support/seeded_random.ts";
import { assertSameBytes } from "../support/same_bytes.ts";

const FRAGMENT = 0x0005;
const SMALLEST_BUDGET = TLV_HEADER_BYTES + FRAGMENT_HEADER_BYTES + 1;
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffffffff);
const seed = fc.nat(0xffffffff);

/** Values that have a header more often than any bytes do. */
const almostFragment = fc.tuple(u32, u16, u16, fc.uint8Array({ maxLength: 50 }), fc.nat(10)).map(
  ([messageId, sequenceNumber, total, chunk, cutBytes]) => {
    const fragment = { messageId, sequenceNumber, total, chunk };
    const value = encodeFragmentDatagram(FRAGMENT, fragment).subarray(TLV_HEADER_BYTES);
    return value.slice(0, Math.max(0, value.byteLength - cutBytes));
  },
);

Deno.test("decodeFragment() reads any bytes or fails with its code, and reads no others", () => {
  const anyValue = fc.oneof(fc.uint8Array({ maxLength: 60, size: "max" }), almostFragment);
  const property = fc.property(anyValue, (value) => {
    const outcome = decodeAmidPoison(value, copyOfFragment, "FRAGMENT_MALFORMED");
    if (!outcome.ok) return;
    assertEquals(outcome.value.sequenceNumber < outcome.value.total, true);
    const datagram = encodeFragmentDatagram(FRAGMENT, outcome.value);
    assertEquals(datagram.slice(TLV_HEADER_BYTES), Uint8Array.from(value));
  });
  fc.assert(property, { numRuns: 1_000 });
});

Deno.test("fragmentDatagrams() cuts any token into datagrams within any budget", () => {
  const budget = fc.oneof(
    fc.integer({ min: SMALLEST_BUDGET, max: 100 }),
    fc.integer({ min: 576, max: 65_507 }),
  );
  const property = fc.property(
    fc.nat(5_000),
    seed,
    u32,
    budget,
    (length, seed, id, budgetBytes) => {
      const token = new SeededRandom(seed).bytes(length);
      const datagrams = fragmentDatagrams(FRAGMENT, id, token, budgetBytes);
      const fragments = datagrams.map((datagram) => {
        assertEquals(datagram.byteLength <= budgetBytes, true);
        const [tlv, ...others] = decodeTlvs(datagram);
        assertEquals([tlv?.type, others.length], [FRAGMENT, 0]);
        return decodeFragment(tlv?.value ?? new Uint8Array());
      });
      assertSameBytes(concat(fragments.map(({ chunk }) => chunk)), token);
      fragments.forEach(({ messageId, sequenceNumber, total }, index) => {
        assertEquals([messageId, sequenceNumber, total], [id, index, datagrams.length]);
      });
    },
  );
  fc.assert(property, { numRuns: 100 });
});

function copyOfFragment(value: Uint8Array) {
  const decoded = decodeFragment(value);
  return { ...decoded, chunk: decoded.chunk.slice() };
}
