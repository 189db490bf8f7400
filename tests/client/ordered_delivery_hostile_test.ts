import { assert, assertEquals } from "@std/assert";
import { encodeSequenceRanges } from "../../src/wire/sequence_ranges.ts";
import type { Tlv } from "../../src/wire/tlv.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { meetReliably, nacksAt } from "../support/reliable_world.ts";

/** Largest number that a u64 holds. */
const MAX_U64 = 2n ** 64n - 1n;

/** The TLVs of a message with any number. */
function message(sequence: bigint, text = "hello"): Tlv[] {
  return [
    namedTlv("SENDER_ID", "ben"),
    namedTlv("RELAY_SEQUENCE", encodeU64(sequence)),
    namedTlv("MESSAGE", text),
  ];
}

function lost(first: bigint, last: bigint): Tlv {
  return namedTlv("LOST", encodeSequenceRanges([{ first, last }]));
}

function ack(clientSequence: bigint, relaySequence: bigint): Tlv {
  const value = new Uint8Array([...encodeU64(clientSequence), ...encodeU64(relaySequence)]);
  return namedTlv("ACK", value);
}

/** What a relay without sense may say, and what its client is told before all is well again. */
const ABSURD: readonly { name: string; tlvs: Tlv[]; heard?: string[] }[] = [
  { name: "a jump by 2^63", tlvs: message(2n ** 63n) },
  { name: "the highest number", tlvs: message(MAX_U64) },
  { name: "the number 0", tlvs: message(0n) },
  { name: "a latest number of 2^64 - 1", tlvs: [namedTlv("KEEP_ALIVE_REPLY", encodeU64(MAX_U64))] },
  { name: "that all is lost that there can be", tlvs: [lost(1n, MAX_U64)] },
  { name: "that the highest number is lost", tlvs: [lost(MAX_U64, MAX_U64)] },
  { name: "an own message with the highest number", tlvs: [ack(1n, MAX_U64)] },
];

for (const { name, tlvs, heard = [] } of ABSURD) {
  Deno.test(`OrderedDelivery outlives ${name}`, () => {
    const { world, relay, client, session } = meetReliably();
    for (let copy = 0; copy < 3; copy++) relay.sendSealed(session, ...tlvs);
    world.run(2_000);
    relay.say("ben", "still there");
    world.run(2_000);
    assertEquals(client.heard(), [...heard, "message ben: still there"]);
    const nacks = nacksAt(relay).length;
    assert(nacks < 10, `${nacks} NACKs`);
  });
}

Deno.test("OrderedDelivery does not grow with numbers that it can't take", () => {
  const { world, relay, client, session } = meetReliably();
  for (let step = 1n; step <= 2_000n; step++) {
    relay.sendSealed(session, ...message(step * 2n ** 40n));
  }
  world.run(10);
  assertEquals(client.core.drops.of("no_room"), 2_000);
  world.run(1_000);
  for (const nack of nacksAt(relay)) assertEquals(nack.split(",").length, 1);
});
