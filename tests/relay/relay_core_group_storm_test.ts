import { assert, assertEquals } from "@std/assert";
import { BOTH_WAYS, groupRelay } from "../support/group_world.ts";
import type { HarnessClient } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import type { RelayHarness } from "../support/relay_harness.ts";
import { SeededRandom } from "../support/seeded_random.ts";

/** A client of a storm, and what it should have heard. */
interface StormClient {
  readonly name: string;
  readonly client: HarnessClient;
  readonly expected: string[];
}

const MAX_CLIENTS = 12;

/** Clients that come, speak, and go or are put out, in an order that a seed decides. */
class Storm {
  readonly relay: RelayHarness;
  /** Those that are there. */
  readonly clients: StormClient[] = [];
  readonly #random: SeededRandom;
  #count = 0;
  #said = 0;

  constructor(relay: RelayHarness, seed: number) {
    this.relay = relay;
    this.#random = new SeededRandom(seed);
  }

  /** Does one thing, and checks what those heard who are gone by it. */
  step(): void {
    const roll = this.#random.below(100);
    if (roll < 12) this.#join();
    else if (roll < 17) this.#leave();
    else if (roll < 20) this.#kick();
    else if (roll < 65) this.#say(4 + this.#random.below(40));
    else if (roll < 75) this.#say(1_000 + this.#random.below(20_000));
    else this.relay.run(this.#random.below(roll < 95 ? 40 : 1_500));
  }

  #join(): void {
    if (this.clients.length >= MAX_CLIENTS) return;
    const name = `client-${++this.#count}`;
    const inGroup = this.#random.below(3) > 0;
    const client = inGroup ? this.relay.joinGroup(name) : this.relay.join(name);
    this.clients.push({ name, client, expected: [] });
  }

  #leave(): void {
    this.#remove()?.client.sendSealed(namedTlv("DISCONNECT"));
  }

  #kick(): void {
    const { core, clock } = this.relay;
    const kicked = this.#remove();
    if (kicked === undefined) return;
    this.relay.carryOut(core.kick(kicked.name, "", clock.now) ?? []);
    const current = this.relay.stat("group.epoch");
    if (current > 0) assert(kicked.client.group.newestEpoch !== current, "the key is still good");
  }

  #say(bytes: number): void {
    const sender = this.clients[this.#random.below(Math.max(1, this.clients.length))];
    if (sender === undefined) return;
    const text = `${++this.#said} ${sender.name} `.padEnd(bytes, ".");
    const payload = new TextEncoder().encode(text);
    for (const datagram of sender.client.fragments(payload)) sender.client.sendDatagram(datagram);
    for (const { client, expected } of this.clients) {
      if (client !== sender.client) expected.push(text);
    }
  }

  #remove(): StormClient | undefined {
    const [removed] = this.clients.splice(this.#random.below(Math.max(1, this.clients.length)), 1);
    return removed;
  }
}

/** What a client heard of others; by multicast it hears itself as well, and at first others twice. */
function heardBy({ name, client }: StormClient): string[] {
  const texts = client.payloads().map((payload) => new TextDecoder().decode(payload));
  return [...new Set(texts)].filter((text) => text.split(" ")[1] !== name);
}

for (const groupDelivery of BOTH_WAYS) {
  Deno.test(`RelayCore brings each message to everyone once and in order, by ${groupDelivery.mode}`, () => {
    for (let seed = 1; seed <= 8; seed++) {
      const storm = new Storm(groupRelay({ groupDelivery }), seed);
      for (let step = 0; step < 250; step++) storm.step();
      storm.relay.run(3_000);
      for (const client of storm.clients) {
        assertEquals(heardBy(client), client.expected, `${client.name}, seed ${seed}`);
      }
      const members = storm.clients.filter(({ client }) => client.accepted?.features).length;
      assertEquals(storm.relay.stat("group.members"), members, `seed ${seed}`);
      assertEquals(storm.relay.drops(), {}, `seed ${seed}`);
    }
  });
}
