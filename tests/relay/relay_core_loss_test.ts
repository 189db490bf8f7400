import { assertEquals, assertGreaterOrEqual } from "@std/assert";
import { digests } from "../support/digests.ts";
import { RelayHarness } from "../support/relay_harness.ts";
import { RepairingClient } from "../support/repairing_client.ts";
import { SeededRandom } from "../support/seeded_random.ts";

interface LossyTalk {
  readonly relay: RelayHarness;
  readonly alice: RepairingClient;
  readonly bob: RepairingClient;
}

/** Two clients, and from now on a network that loses datagrams both ways. */
function talkWithLoss(probability: number, seed: number): LossyTalk {
  const relay = new RelayHarness();
  const [alice, bob] = [new RepairingClient(relay, "alice"), new RepairingClient(relay, "bob")];
  relay.settle();
  const chance = new SeededRandom(seed);
  relay.loses = () => chance.chance(probability);
  return { relay, alice, bob };
}

for (const seed of [1, 2, 3]) {
  Deno.test(`FRAGMENT_NACK brings 1 MiB whole through 5% loss both ways (seed ${seed})`, () => {
    const { relay, alice, bob } = talkWithLoss(0.05, seed);
    const payload = relay.random.bytes(1024 * 1024);
    alice.send(payload);
    relay.run(5_000);
    assertEquals(digests(bob.payloads), digests([payload]));
    assertEquals(relay.drops(), {});
    assertGreaterOrEqual(relay.stat("fragments.nacks_out"), 1);
    assertGreaterOrEqual(relay.stat("fragments.resent"), 1);
  });
}

Deno.test("FRAGMENT_NACK brings most messages of 20 kB whole through 20% loss both ways", () => {
  const { relay, alice, bob } = talkWithLoss(0.2, 4);
  const payloads = Array.from({ length: 50 }, () => relay.random.bytes(20_000));
  for (const payload of payloads) {
    alice.send(payload);
    relay.run(3_000);
    alice.send(new Uint8Array());
  }
  const arrived = bob.payloads.filter((payload) => payload.byteLength > 0);
  const expected = digests(payloads);
  assertEquals(digests(arrived).filter((digest) => !expected.includes(digest)), []);
  // Five requests are all that PROTOCOL 1.6 allows, and one in five of them is lost; without them
  // one message in 40,000 would arrive.
  assertGreaterOrEqual(arrived.length, 40);
  relay.loses = () => false;
  relay.run(20_000);
  assertEquals(relay.stat("fragments.unfinished_bytes"), 0);
});
