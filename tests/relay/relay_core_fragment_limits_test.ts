import { assert, assertEquals } from "@std/assert";
import { encodeFragmentDatagram } from "../../src/wire/fragment.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { maxTokenBytes } from "../../src/wire/token_size.ts";
import type { HarnessClient } from "../support/harness_client.ts";
import { RelayHarness } from "../support/relay_harness.ts";

const MIB = 1024 * 1024;
const CHUNK = new Uint8Array(65_000);

/** Sends one fragment of a message that never gets whole. */
function sendFragment(
  client: HarnessClient,
  messageId: number,
  sequenceNumber: number,
  chunk: Uint8Array = CHUNK,
): void {
  client.sendDatagram(encodeFragmentDatagram(DEFAULT_TLV_TYPES.FRAGMENT, {
    messageId,
    sequenceNumber,
    total: 65_535,
    chunk,
  }));
}

function unfinishedBytes(relay: RelayHarness): number {
  return relay.stat("fragments.unfinished_bytes");
}

Deno.test("receive() collects fragments up to the longest token of max_message, and no more", () => {
  const relay = new RelayHarness({ maxMessageBytes: 100_000 });
  const alice = relay.join("alice");
  const maxBytes = maxTokenBytes(100_000);
  sendFragment(alice, 1, 0);
  sendFragment(alice, 1, 1);
  sendFragment(alice, 1, 2, new Uint8Array(maxBytes - 2 * CHUNK.byteLength));
  assertEquals(unfinishedBytes(relay), maxBytes);
  assertEquals(relay.drops(), {});
  sendFragment(alice, 1, 3, new Uint8Array(1));
  assertEquals(unfinishedBytes(relay), 0, "the message is given up whole");
  assertEquals(relay.drops(), { too_large: 1 });
  sendFragment(alice, 1, 4);
  assertEquals(unfinishedBytes(relay), 0, "and not begun anew");
});

Deno.test("receive() relays a message of max_message in fragments, and no longer one", () => {
  const relay = new RelayHarness();
  const [alice, bob] = [relay.join("alice"), relay.join("bob")];
  relay.settle(bob);
  for (const size of [MIB, MIB + 1, MIB + 2_000]) {
    const datagrams = alice.fragments(new Uint8Array(size));
    for (const datagram of datagrams) alice.sendDatagram(datagram);
  }
  relay.run(2_000);
  assertEquals(bob.payloads().map(({ byteLength }) => byteLength), [MIB]);
  assertEquals(relay.drops(), { too_large: 2 });
});

Deno.test("receive() holds 4 MiB of fragments for a client, and drops its oldest message then", () => {
  const relay = new RelayHarness();
  const [alice, bob] = [relay.join("alice"), relay.join("bob")];
  sendFragment(bob, 1, 0);
  for (let messageId = 0; messageId < 64; messageId++) {
    sendFragment(alice, messageId, 0, new Uint8Array(65_507 - 12));
  }
  const before = unfinishedBytes(relay);
  const room = 4 * MIB - (before - CHUNK.byteLength);
  sendFragment(alice, 64, 0, new Uint8Array(room));
  assertEquals(unfinishedBytes(relay), 4 * MIB + CHUNK.byteLength);
  assertEquals(relay.drops(), {});
  sendFragment(alice, 65, 0, new Uint8Array(100));
  assertEquals(relay.drops(), { fragment_evicted: 1 });
  assertEquals(unfinishedBytes(relay), 4 * MIB + CHUNK.byteLength - 65_495 + 100);
  sendFragment(alice, 0, 1);
  assertEquals(relay.drops(), { fragment_evicted: 1 }, "the one dropped was the oldest");
  assertEquals(unfinishedBytes(relay), 4 * MIB + CHUNK.byteLength - 65_495 + 100);
});

Deno.test("receive() holds 64 MiB of fragments for all, and drops the oldest message then", () => {
  const relay = new RelayHarness();
  const clients = Array.from({ length: 18 }, (_, index) => relay.join(`client-${index}`));
  let sent = 0;
  for (const [index, client] of clients.entries()) {
    for (let part = 0; part < 60; part++) {
      sendFragment(client, part, index);
      sent += CHUNK.byteLength;
      assert(unfinishedBytes(relay) <= 64 * MIB);
    }
  }
  const evicted = Math.ceil((sent - 64 * MIB) / CHUNK.byteLength);
  assertEquals(relay.drops(), { fragment_evicted: evicted });
  assertEquals(unfinishedBytes(relay), sent - evicted * CHUNK.byteLength);
  const [first] = clients;
  assert(first !== undefined);
  const whole = first.fragments(new Uint8Array(5_000), { messageId: 1_000 });
  for (const datagram of whole) first.sendDatagram(datagram);
  assertEquals(relay.stat("messages.in"), 1, "those who are no burden are served as before");
});

Deno.test("receive() charges an empty fragment for what it costs", () => {
  const relay = new RelayHarness();
  const alice = relay.join("alice");
  for (let index = 0; index < 1_000; index++) sendFragment(alice, 1, index, new Uint8Array());
  assertEquals(unfinishedBytes(relay), 64_000);
});

Deno.test("receive() remembers 1,024 messages of a client, and drops the oldest for one more", () => {
  const relay = new RelayHarness();
  const alice = relay.join("alice");
  const small = new Uint8Array(100);
  for (let messageId = 0; messageId < 5_000; messageId++) sendFragment(alice, messageId, 0, small);
  assertEquals(unfinishedBytes(relay), 1_024 * 100);
});

Deno.test("receive() takes fragments again after the unfinished ones timed out", () => {
  const relay = new RelayHarness();
  const [alice, bob] = [relay.join("alice"), relay.join("bob")];
  for (let index = 0; index < 64; index++) sendFragment(alice, index, 0);
  relay.run(10_000);
  assertEquals(unfinishedBytes(relay), 0);
  assertEquals(relay.drops(), { fragment_timeout: 64 });
  bob.forget();
  for (const datagram of alice.fragments(new Uint8Array(5_000))) alice.sendDatagram(datagram);
  relay.run(100);
  assertEquals(bob.payloads().length, 1);
});
