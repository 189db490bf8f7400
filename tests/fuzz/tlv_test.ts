import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { decodeClientHello, encodeClientHello } from "../../src/wire/client_hello.ts";
import { decodeClientName } from "../../src/wire/client_name.ts";
import { decodeFragmentNack, encodeFragmentNack } from "../../src/wire/fragment_nack.ts";
import { joinMessage, messageTlvs } from "../../src/wire/message.ts";
import {
  decodeRegistrationAccepted,
  encodeRegistrationAccepted,
} from "../../src/wire/registration_accepted.ts";
import {
  decodeRegistrationRejected,
  encodeRegistrationRejected,
  RejectionCode,
} from "../../src/wire/registration_rejected.ts";
import { decodeServerIdentity, encodeServerIdentity } from "../../src/wire/server_identity.ts";
import { decodeTlvs, encodeTlvs, MAX_TLV_VALUE_BYTES, type Tlv } from "../../src/wire/tlv.ts";
import { decodeU64, encodeU64 } from "../../src/wire/u64.ts";
import { assertViewWithin, decodeAmidPoison } from "../support/poisoned.ts";
import { SeededRandom } from "../support/seeded_random.ts";
import { assertSameBytes } from "../support/same_bytes.ts";

const MESSAGE = 0x0101;
const u8 = fc.nat(0xff);
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffffffff);
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const anyBytes = fc.uint8Array({ maxLength: 300, size: "max" });
const tlv = fc.record({ type: u16, value: fc.uint8Array({ maxLength: 80, size: "max" }) });

/** Bytes that look like TLVs as far as they go, and then perhaps do not. */
const almostTlvs = fc.tuple(fc.array(tlv, { maxLength: 5, size: "max" }), fc.nat(12), u16, u8).map(
  ([tlvs, cutBytes, at, byte]) => {
    const whole = encodeTlvs(tlvs);
    if (whole.byteLength > 0) whole[at % whole.byteLength] = byte;
    return whole.slice(0, Math.max(0, whole.byteLength - cutBytes));
  },
);

Deno.test("decodeTlvs() of encodeTlvs() is the value", () => {
  const property = fc.property(fc.array(tlv, { maxLength: 20, size: "max" }), (tlvs) => {
    assertEquals(plain(decodeTlvs(encodeTlvs(tlvs))), plain(tlvs));
  });
  fc.assert(property, { numRuns: 500 });
});

Deno.test("encodeTlvs() of what decodeTlvs() reads is the datagram", () => {
  const property = fc.property(fc.oneof(anyBytes, almostTlvs), (datagram) => {
    const outcome = decodeAmidPoison(datagram, decodeTlvs, "TLV_TRUNCATED");
    if (outcome.ok) assertEquals(encodeTlvs(outcome.value), Uint8Array.from(datagram));
  });
  fc.assert(property, { numRuns: 1_000 });
});

Deno.test("decodeTlvs() gives views of the datagram and of nothing else", () => {
  const property = fc.property(anyBytes, anyBytes, fc.array(tlv), (before, behind, tlvs) => {
    const datagram = encodeTlvs(tlvs);
    const buffer = Uint8Array.from([...before, ...datagram, ...behind]);
    const inner = buffer.subarray(before.length, before.length + datagram.length);
    for (const { value } of decodeTlvs(inner)) assertViewWithin(value, inner);
  });
  fc.assert(property, { numRuns: 200 });
});

Deno.test("joinMessage() of messageTlvs() is the payload, at every length about a bound", () => {
  const length = fc.tuple(fc.nat(3), fc.integer({ min: -2, max: 2 })).map(([times, more]) =>
    Math.max(0, times * MAX_TLV_VALUE_BYTES + more)
  );
  const property = fc.property(length, u32, fc.array(tlv), (payloadBytes, seed, others) => {
    const pattern = new SeededRandom(seed).bytes(64);
    const payload = Uint8Array.from({ length: payloadBytes }, (_, at) => pattern[at % 64] ?? 0);
    const rest = others.filter(({ type }) => type !== MESSAGE);
    const datagram = encodeTlvs([...rest, ...messageTlvs(MESSAGE, payload), ...rest]);
    assertSameBytes(joinMessage(MESSAGE, decodeTlvs(datagram)), payload);
  });
  fc.assert(property, { numRuns: 25 });
});

const decoders: { name: string; code: string; decode: (value: Uint8Array) => unknown }[] = [
  { name: "decodeClientHello()", code: "CLIENT_HELLO_MALFORMED", decode: decodeClientHello },
  { name: "decodeClientName()", code: "CLIENT_NAME_MALFORMED", decode: decodeClientName },
  { name: "decodeFragmentNack()", code: "FRAGMENT_NACK_MALFORMED", decode: decodeFragmentNack },
  {
    name: "decodeRegistrationAccepted()",
    code: "REGISTRATION_ACCEPTED_MALFORMED",
    decode: decodeRegistrationAccepted,
  },
  {
    name: "decodeRegistrationRejected()",
    code: "REGISTRATION_REJECTED_MALFORMED",
    decode: decodeRegistrationRejected,
  },
  {
    name: "decodeServerIdentity()",
    code: "SERVER_IDENTITY_MALFORMED",
    decode: decodeServerIdentity,
  },
  { name: "decodeU64()", code: "none: it never fails", decode: decodeU64 },
];
for (const { name, code, decode } of decoders) {
  Deno.test(`${name} reads any bytes or fails with its code, and reads no others`, () => {
    const property = fc.property(fc.uint8Array({ maxLength: 120, size: "max" }), (value) => {
      decodeAmidPoison(value, decode, code);
    });
    fc.assert(property, { numRuns: 300 });
  });
}

const sameAgain: { name: string; property: fc.IProperty<[never]> | fc.IRawProperty<unknown> }[] = [
  {
    name: "decodeClientHello() of encodeClientHello()",
    property: fc.property(fc.record({ version: u8, features: u32 }), (hello) => {
      assertEquals(decodeClientHello(encodeClientHello(hello)), hello);
    }),
  },
  {
    name: "decodeFragmentNack() of encodeFragmentNack()",
    property: fc.property(fc.record({ messageId: u32, missing: fc.array(u16) }), (nack) => {
      assertEquals(decodeFragmentNack(encodeFragmentNack(nack)), nack);
    }),
  },
  {
    name: "decodeRegistrationAccepted() of encodeRegistrationAccepted()",
    property: fc.property(
      fc.record({
        sessionId: bytes(8),
        keepAliveSeconds: u16,
        clientTimeoutSeconds: u16,
        features: u32,
        latestRelaySequence: u64,
      }),
      (accepted) => {
        assertEquals(decodeRegistrationAccepted(encodeRegistrationAccepted(accepted)), accepted);
      },
    ),
  },
  {
    name: "decodeRegistrationRejected() of encodeRegistrationRejected()",
    property: fc.property(
      fc.constantFrom(...Object.values(RejectionCode)),
      fc.string({ unit: "grapheme" }),
      (reason, text) => {
        const encoded = encodeRegistrationRejected(reason, text);
        assertEquals(decodeRegistrationRejected(encoded), { reason, text });
      },
    ),
  },
  {
    name: "decodeServerIdentity() of encodeServerIdentity()",
    property: fc.property(
      fc.record({ publicKey: bytes(32), notAfter: u64, signature: bytes(64) }),
      (identity) => {
        assertEquals(decodeServerIdentity(encodeServerIdentity(identity)), identity);
      },
    ),
  },
  {
    name: "decodeU64() of encodeU64()",
    property: fc.property(u64, (value) => {
      assertEquals(decodeU64(encodeU64(value)), value);
    }),
  },
];
for (const { name, property } of sameAgain) {
  Deno.test(`${name} is the value`, () => fc.assert(property, { numRuns: 300 }));
}

function plain(tlvs: readonly Tlv[]): [number, number[]][] {
  return tlvs.map(({ type, value }) => [type, [...value]]);
}
