import { assertEquals } from "@std/assert";
import type { ClientEffect } from "../../src/client/client_effect.ts";
import { RelayClientCore } from "../../src/client/relay_client_core.ts";
import type { Endpoint } from "../../src/session/endpoint.ts";
import { RELAY, usualOptions } from "../support/client_world.ts";
import { type Participant, RelayHarness } from "../support/relay_harness.ts";

/** A client core as a participant in the world of a relay core. */
class CoreClient implements Participant {
  readonly endpoint: Endpoint;
  readonly core: RelayClientCore;
  readonly told: string[] = [];
  readonly payloads: Uint8Array[] = [];
  readonly #harness: RelayHarness;
  #lastMessageId = 0;

  constructor(harness: RelayHarness, name: string, port: number) {
    this.#harness = harness;
    this.endpoint = { hostname: "127.0.0.1", port };
    const options = usualOptions((count) => harness.random.bytes(count));
    this.core = new RelayClientCore({ ...options, name }, harness.clock.now);
    harness.add(this);
  }

  accept(datagram: Uint8Array): void {
    this.#perform(this.core.receive(datagram, RELAY, this.#harness.clock.now));
  }

  nextDeadline(): number | undefined {
    return this.core.nextDeadlineMs();
  }

  tick(): void {
    this.#perform(this.core.tick(this.#harness.clock.now));
  }

  send(payload: Uint8Array): void {
    const { now } = this.#harness.clock;
    this.#perform(this.core.send(++this.#lastMessageId, payload, now));
  }

  close(): void {
    this.#perform(this.core.close(this.#harness.clock.now));
  }

  #perform(effects: readonly ClientEffect[]): void {
    for (const effect of effects) {
      if (effect.type === "send") this.#harness.send(effect.datagram, this.endpoint);
      else if (effect.type === "seal_key") this.#seal(effect);
      else this.#note(effect);
    }
  }

  #seal({ job }: Extract<ClientEffect, { type: "seal_key" }>): void {
    const { rsaKey, random, clock } = this.#harness;
    const encryptedKey = rsaKey.encrypt(new TextEncoder().encode(job.fernetKey), random);
    const result = { outcome: "sealed", encryptedKey, fingerprint: undefined } as const;
    this.#perform(this.core.keySealed(job.jobId, result, clock.now));
  }

  #note(effect: Exclude<ClientEffect, { type: "send" | "seal_key" }>): void {
    if (effect.type === "message") {
      this.payloads.push(effect.payload);
      this.told.push(`message of ${effect.sender}, number ${effect.relaySequence}`);
    } else if (effect.type === "joined" || effect.type === "left") {
      this.told.push(`${effect.id} ${effect.type}`);
    } else if (effect.type !== "progress") this.told.push(effect.type);
  }
}

function meet(harness = new RelayHarness()) {
  const ada = new CoreClient(harness, "ada", 6_001);
  const ben = new CoreClient(harness, "ben", 6_002);
  harness.run(1_000);
  return { harness, ada, ben };
}

Deno.test("RelayClientCore and RelayCore talk with each other", () => {
  const { harness, ada, ben } = meet();
  ada.send(new TextEncoder().encode("hello"));
  harness.run(1_000);
  ben.close();
  harness.run(1_000);
  assertEquals(ada.told, ["registered", "ben joined", "message_left", "ben left"]);
  assertEquals(ben.told, ["registered", "message of ada, number 1"]);
  assertEquals(harness.drops(), {});
});

Deno.test("RelayClientCore stays registered with RelayCore for an hour of silence", () => {
  const { harness, ada, ben } = meet();
  harness.run(3_600_000);
  assertEquals(harness.core.clients(harness.clock.now).map(({ id }) => id), ["ada", "ben"]);
  assertEquals(ada.told, ["registered", "ben joined"]);
  assertEquals(ben.told, ["registered"]);
});

Deno.test("RelayClientCore and RelayCore bring 1 MiB across a network that loses", () => {
  const { harness, ada, ben } = meet();
  harness.loses = () => harness.random.chance(0.02);
  const payload = new Uint8Array(1024 * 1024).map((_, at) => at * 7 + (at >> 8));
  ada.send(payload);
  harness.run(15_000);
  assertEquals(ben.payloads.length, 1);
  assertEquals(ben.payloads[0]?.every((byte, at) => byte === payload[at]), true);
});

Deno.test("RelayClientCore ends when RelayCore kicks it, and looks for it after a shutdown", () => {
  const { harness, ada, ben } = meet();
  harness.carryOut(harness.core.kick("ben", "too loud", harness.clock.now) ?? []);
  harness.run(1_000);
  assertEquals(ben.told.at(-1), "failed");
  harness.carryOut(harness.core.shutdown("relay is shutting down", harness.clock.now));
  assertEquals(ada.told.at(-1), "reconnecting");
});
