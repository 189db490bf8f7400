import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import * as fc from "fast-check";
import {
  DIRECT_HEADER_BYTES,
  directFragments,
  encodeDirectFragment,
  holdsPublicKey,
  isKeyRequest,
  MAX_DIRECT_FRAGMENTS,
  maxDirectBodyBytes,
  tryDecodeDirectFragment,
} from "../../src/wire/direct_frame.ts";
import { directReassemblyLimits } from "../../src/wire/direct_reassembly.ts";
import { Reassembly } from "../../src/wire/reassembly.ts";
import { ReassemblyPool } from "../../src/wire/reassembly_pool.ts";
import { amidPoison } from "../support/poisoned.ts";
import { assertSameBytes } from "../support/same_bytes.ts";
import { SeededRandom } from "../support/seeded_random.ts";

const BEGIN = "-----BEGIN PUBLIC KEY-----";
const END = "-----END PUBLIC KEY-----";
const seed = fc.nat(0xffffffff);
const u8 = fc.nat(255);
const u32 = fc.nat(0xffffffff);

/** Lengths of moduli, and payloads that are often near the one that fills a block. */
const modulusBytes = fc.constantFrom(0, 256, 257, 384, 512, 1024);
const payloadFor = (modulusBytes: number) =>
  fc.oneof(
    fc.integer({ min: 1, max: 1_500 }),
    fc.integer({ min: -4, max: 4 }).map((near) =>
      Math.max(1, modulusBytes - DIRECT_HEADER_BYTES + near)
    ),
  );

Deno.test("tryDecodeDirectFragment() reads any bytes or none, and never what stands around them", () => {
  const header = fc.tuple(u32, u8, u8, fc.uint8Array({ maxLength: 40 })).map(
    ([messageId, sequenceNumber, total, chunk]) =>
      encodeDirectFragment({ messageId, sequenceNumber, total, chunk }),
  );
  const anyDatagram = fc.oneof(fc.uint8Array({ maxLength: 60, size: "max" }), header);
  const property = fc.property(anyDatagram, (bytes) => {
    const [among00, amongFf] = [0x00, 0xff].map((poison) => {
      const fragment = tryDecodeDirectFragment(amidPoison(bytes, poison));
      return fragment && { ...fragment, chunk: fragment.chunk.slice() };
    });
    assertEquals(among00, amongFf);
    const [number = 0, total = 0] = bytes.subarray(4, 6);
    const isFragment = bytes.byteLength >= 6 && number >= 1 && number <= total;
    assertEquals(among00 !== undefined, isFragment);
    if (among00 !== undefined) {
      assertEquals(encodeDirectFragment(among00), Uint8Array.from(bytes));
    }
  });
  fc.assert(property, { numRuns: 1_000 });
});

Deno.test("directFragments() cuts any body, and Reassembly puts it together in any order", () => {
  const cut = modulusBytes.chain((k) =>
    fc.record({ k: fc.constant(k), payloadBytes: payloadFor(k), messageId: u32, seed })
  );
  const property = fc.property(cut, ({ k, payloadBytes, messageId, seed }) => {
    const random = new SeededRandom(seed);
    const limit = Math.min(maxDirectBodyBytes(payloadBytes, k), 20_000);
    const body = random.bytes(random.below(limit + 1));
    const datagrams = directFragments(messageId, body, payloadBytes, k);
    assertWellCut(datagrams, payloadBytes, k);
    const reassembly = newReassembly();
    const results = random.shuffle(datagrams).map((datagram) => {
      const fragment = tryDecodeDirectFragment(datagram);
      assert(fragment !== undefined && fragment.messageId === messageId);
      return reassembly.add(fragment, 0);
    });
    const last = results.at(-1);
    assert(last?.state === "complete");
    assertSameBytes(last.token, body);
    assertSameBytes(concat(last.chunks), body);
  });
  fc.assert(property, { numRuns: 300 });
});

Deno.test("directFragments() makes no datagram as long as a modulus, at any length of the body", () => {
  for (const k of [256, 257]) {
    for (const payloadBytes of [k - 8, k - 7, k - 6, k - 5, k - 4, k + 20]) {
      for (let length = 0; length <= 4 * k; length++) {
        const datagrams = directFragments(1, new Uint8Array(length), payloadBytes, k);
        assertWellCut(datagrams, payloadBytes, k);
        const sum = datagrams.reduce((sum, each) => sum + each.byteLength, 0);
        assertEquals(sum, length + DIRECT_HEADER_BYTES * datagrams.length);
      }
    }
  }
});

Deno.test("isKeyRequest() and holdsPublicKey() agree with a plain reading of any bytes", () => {
  const text = fc.array(
    fc.constantFrom(BEGIN, END, "REQ_PUB_KEY\n", "REQ_PUB_KEY", "\n", " ", "-", "\u00e9", "x"),
    { maxLength: 8 },
  ).map((pieces) => pieces.join(""));
  const property = fc.property(text, (text) => {
    const datagram = amidPoison(new TextEncoder().encode(text), 0x20);
    assertEquals(isKeyRequest(datagram), /^REQ_PUB_KEY\n *$/.test(text));
    assertEquals(holdsPublicKey(datagram), text.includes(BEGIN) && text.includes(END));
  });
  fc.assert(property, { numRuns: 1_000 });
});

function assertWellCut(datagrams: readonly Uint8Array[], payloadBytes: number, k: number): void {
  assert(datagrams.length >= 1 && datagrams.length <= MAX_DIRECT_FRAGMENTS);
  for (const { byteLength } of datagrams) {
    assert(byteLength <= payloadBytes + DIRECT_HEADER_BYTES, `${byteLength} bytes are too many`);
    assert(byteLength !== k, `as long as a modulus of ${k} bytes`);
  }
}

function newReassembly(): Reassembly {
  const limits = {
    maxBodyBytes: 2 ** 20,
    maxTotalBytes: 2 ** 20,
    maxMessages: 1_000,
    timeoutMs: 10_000,
  };
  return new Reassembly(new ReassemblyPool(directReassemblyLimits(limits)), "peer");
}
