import { assert, assertEquals, assertLessOrEqual, assertNotEquals } from "@std/assert";
import {
  damagedDatagram,
  MAX_UDP_PAYLOAD_BYTES,
  rsaJunkDatagram,
  senselessDatagram,
  wellFormedDatagram,
} from "../../../../../scripts/soak/fleet/attack/junk_datagrams.ts";
import { drawAttack } from "../../../../../scripts/soak/fleet/attack/attackers.ts";
import { SeededRandom } from "../../../../../scripts/seeded_random.ts";
import { tryDecodeTlvs } from "../../../../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES as TYPES } from "../../../../../src/wire/tlv_types.ts";

const TIMES = 2_000;

function many<T>(make: (random: SeededRandom) => T): T[] {
  const random = new SeededRandom(1);
  return Array.from({ length: TIMES }, () => make(random));
}

Deno.test("senselessDatagram() has every length from nothing to what UDP carries", () => {
  const lengths = many(senselessDatagram).map(({ byteLength }) => byteLength);
  assert(lengths.some((length) => length < 10));
  assert(lengths.some((length) => length > 10_000));
  assertLessOrEqual(Math.max(...lengths), MAX_UDP_PAYLOAD_BYTES);
  assert(lengths.filter((length) => length <= 1_472).length > 0.95 * TIMES);
});

Deno.test("wellFormedDatagram() is TLVs without anything left over, of all types in the end", () => {
  const types = new Set(
    many(wellFormedDatagram).flatMap((datagram) => {
      const tlvs = tryDecodeTlvs(datagram);
      assert(tlvs !== undefined);
      return tlvs.map(({ type }) => type);
    }),
  );
  for (const type of Object.values(TYPES)) assert(types.has(type), `no TLV of type ${type}`);
});

Deno.test("rsaJunkDatagram() is a registration with a block of an RSA key's length", () => {
  const lengths = new Set(
    many(rsaJunkDatagram).map((datagram) => {
      const [first] = tryDecodeTlvs(datagram) ?? [];
      assertEquals(first?.type, TYPES.ENCRYPTED_SYMMETRIC_KEY);
      return first?.value.byteLength;
    }),
  );
  assertEquals(lengths, new Set([256, 384, 512]));
});

Deno.test("damagedDatagram() never gives back what it got, and leaves that alone", () => {
  const datagram = Uint8Array.from({ length: 50 }, (_, index) => index);
  for (const damaged of many((random) => damagedDatagram(datagram, random))) {
    if (damaged.byteLength === datagram.byteLength) assertNotEquals(damaged, datagram);
  }
  assertEquals(datagram, Uint8Array.from({ length: 50 }, (_, index) => index));
});

Deno.test("drawAttack() draws each attack, none of them rarely", () => {
  const counts = Map.groupBy(many(drawAttack), (name) => name);
  assertEquals(counts.size, 7);
  for (const [name, drawn] of counts) assert(drawn.length > 0.03 * TIMES, `${name} is rare`);
});
