import { assertEquals } from "@std/assert";
import { RelayIdentityError } from "../../src/client/relay_identity_error.ts";
import { encodeTlvs } from "../../src/wire/tlv.ts";
import { meetFirstOfTwo, ONE, targetsAt, THREE, TWO } from "../support/client_relay_list.ts";
import { ClientWorld, type WorldClient } from "../support/client_world.ts";
import { namedTlv } from "../support/named_tlv.ts";

Deno.test("a client takes no answer from another relay of its list than the one it asks", () => {
  const world = new ClientWorld();
  world.relay({ at: THREE });
  const client = world.client({ targets: targetsAt(ONE, TWO) });
  const { pem } = world.rsaKey(3).serverKey;
  for (const from of [TWO, THREE]) {
    world.run(10);
    const answer = encodeTlvs([namedTlv("SERVER_PUBLIC_KEY_RESPONSE", pem)]);
    world.forge(answer, from, client.endpoint);
  }
  world.run(100);
  assertEquals([client.core.state, client.core.drops.of("foreign")], ["asking", 2]);
});

Deno.test("a client passes over a relay whose identity it does not trust", () => {
  const world = new ClientWorld();
  world.relay({ at: ONE, generation: 9 });
  world.relay({ at: TWO });
  const client = world.client({ targets: targetsAt(ONE, TWO) });
  trustAllBut(client, 9);
  world.run(1_000);
  assertEquals(client.heard(), ["passed 10.0.1.1:47700: IDENTITY_MISMATCH", "registered"]);
});

Deno.test("a client fails when it trusts none of its relays", () => {
  const world = new ClientWorld();
  world.relay({ at: ONE, generation: 9 });
  world.relay({ at: TWO, generation: 9 });
  const client = world.client({ targets: targetsAt(ONE, TWO) });
  trustAllBut(client, 9);
  world.run(1_000);
  assertEquals(client.failure().code, "IDENTITY_MISMATCH");
});

Deno.test("a registered client is not ended by someone who answers in place of its relays", () => {
  const { world, client, one } = meetFirstOfTwo();
  world.relay({ at: ONE, generation: 9 });
  world.relay({ at: TWO, generation: 9 });
  trustAllBut(client, 9);
  one.crash();
  client.send("hello");
  world.run(9_000);
  assertEquals(client.core.state === "closed", false);
  world.relay({ at: TWO, generation: 2 });
  world.run(6_000);
  assertEquals(client.heard().at(-1), "registered again");
});

/** Has a client trust no relay whose fake key has a number. */
function trustAllBut(client: WorldClient, generation: number): void {
  const { seal } = client;
  client.seal = (job) => {
    if (job.answer.identity?.[0] !== generation) return seal(job);
    const dispute = { relay: "relay", expected: "SHA256:1", got: "SHA256:9", place: undefined };
    return {
      outcome: "untrusted",
      error: new RelayIdentityError("IDENTITY_MISMATCH", dispute),
    };
  };
}
