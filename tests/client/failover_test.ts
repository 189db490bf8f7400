import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { findTlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { RejectionCode } from "../../src/wire/registration_rejected.ts";
import { meetFirstOfTwo, ONE, rejectAll, targetsAt, TWO } from "../support/client_relay_list.ts";
import type { ClientWorld, WorldClient } from "../support/client_world.ts";
import type { MiniRelay } from "../support/mini_relay.ts";
import { namedTlv } from "../support/named_tlv.ts";

/** When a client says that its relay is lost, milliseconds from now. */
function lostAfterMs(world: ClientWorld, client: WorldClient): number {
  const beginMs = world.clock.now.monotonicMs;
  for (let waited = 0; waited < 300; waited++) {
    if (client.heard().includes("reconnecting: silence")) break;
    world.run(100);
  }
  return world.clock.now.monotonicMs - beginMs;
}

for (
  const { reliable, withinMs, aloneMs } of [
    { reliable: true, withinMs: 5_100, aloneMs: 15_000 },
    { reliable: false, withinMs: 8_100, aloneMs: 21_000 },
  ]
) {
  const kind = reliable ? "reliable" : "plain";
  Deno.test(`a ${kind} client with another relay notices silence within ${withinMs} ms`, () => {
    const { world, client, two } = meetFirstOfTwo({ reliable });
    world.unplug(ONE);
    const lostMs = lostAfterMs(world, client);
    assert(lostMs > 3_000 && lostMs <= withinMs, `after ${lostMs} ms`);
    world.run(400);
    assertEquals([client.heard()[0], two.sessions.size], ["registered again", 1]);
  });

  Deno.test(`a ${kind} client without another relay is as patient as ever`, () => {
    const { world, client } = meetFirstOfTwo({ reliable, targets: targetsAt(ONE) });
    world.unplug(ONE);
    const lostMs = lostAfterMs(world, client);
    assert(lostMs >= aloneMs, `after ${lostMs} ms`);
  });
}

Deno.test("a client tells which relay it has lost and which one it tries", () => {
  const { world, client, one } = meetFirstOfTwo({ name: "ada" });
  one.sendSealed(one.session("ada"), namedTlv("DISCONNECT", "relay is shutting down: tea"));
  world.run(0);
  assertEquals(client.told(), [{
    type: "reconnecting",
    cause: "shutdown",
    reason: "relay is shutting down: tea",
    relay: ONE,
    next: TWO,
  }]);
  world.run(300);
  const [registered] = client.told();
  assert(registered?.type === "registered");
  assertEquals([registered.relay, registered.fingerprint], [TWO, "SHA256:2"]);
});

Deno.test("a client whose relay has forgotten it goes to the next", () => {
  const { world, client, one, two } = meetFirstOfTwo();
  one.crash();
  client.send("hello");
  world.run(2_000);
  assertEquals(client.heard(), ["left 1", "reconnecting: silence", "registered again"]);
  assertEquals([one.sessions.size, two.sessions.size], [0, 1]);
});

Deno.test("a client goes round until a relay is there again", () => {
  const { world, client } = meetFirstOfTwo();
  world.unplug(ONE);
  world.unplug(TWO);
  world.run(60_000);
  const told = client.heard();
  assertEquals(told.slice(0, 3), [
    "reconnecting: silence",
    "passed 10.0.1.2:47700: RELAY_UNREACHABLE",
    "passed 10.0.1.1:47700: RELAY_UNREACHABLE",
  ]);
  assert(told.length > 15, `only ${told.length} turns`);
  world.relay({ at: TWO });
  world.run(5_100);
  assertEquals(client.heard().at(-1), "registered again");
});

Deno.test("a client that relays have no room for does not ask them all the time", () => {
  const { world, client, one, two } = meetFirstOfTwo();
  rejectAll(one, RejectionCode.RELAY_FULL);
  rejectAll(two, RejectionCode.RELAY_FULL);
  one.crash();
  client.send("hello");
  world.run(60_000);
  const tries = client.heard().filter((event) => event.startsWith("passed")).length;
  assert(tries > 10 && tries < 40, `${tries} tries in a minute`);
  two.rejectsWith = undefined;
  world.run(6_000);
  assertEquals(client.heard().at(-1), "registered again");
});

Deno.test("a registered client believes a refusal for good only when it is repeated, by all", () => {
  const { world, client, one, two } = meetFirstOfTwo();
  rejectAll(one, RejectionCode.BANNED);
  rejectAll(two, RejectionCode.BANNED);
  one.crash();
  client.send("hello");
  world.run(3_000);
  assertEquals(client.core.state === "closed", false);
  world.run(10_000);
  assertEquals(client.failure().code, "REGISTRATION_REFUSED");
});

Deno.test("a client that the operator removes does not come back by another relay", () => {
  const { world, client, one } = meetFirstOfTwo({ name: "ada" });
  one.sendSealed(one.session("ada"), namedTlv("DISCONNECT", "kicked"));
  world.run(0);
  assertEquals(client.failure().code, "DISCONNECTED");
});

Deno.test("a client that has gone over takes nothing from the relay that it left", () => {
  const { world, client, one, two } = meetFirstOfTwo({ name: "ada" });
  const left = one.session("ada");
  one.sendSealed(left, namedTlv("DISCONNECT", "relay is shutting down"));
  world.run(400);
  assertEquals(two.sessions.size, 1);
  client.told();
  one.sendSealed(left, ...one.relayed("ben", "late"));
  world.run(100);
  assertEquals([client.heard(), client.core.drops.of("foreign")], [[], 1]);
});

Deno.test("a reliable client calls itself the same at each relay, and a plain one nothing", () => {
  const { world, client, one, two } = meetFirstOfTwo({ reliable: true, name: "ada" });
  one.sendSealed(one.session("ada"), namedTlv("DISCONNECT", "relay is shutting down"));
  world.run(400);
  world.registered({ reliable: true, targets: targetsAt(ONE) });
  world.registered({ targets: targetsAt(ONE) });
  const [first, other, plain] = instancesAt(one);
  assertEquals(instancesAt(two), [first]);
  assertEquals([first?.length, other?.length, plain], [32, 32, undefined]);
  assertNotEquals(first, other);
  assertEquals(client.core.state, "registered");
});

/** CLIENT_INSTANCE of each registration that came to a relay. */
function instancesAt(relay: MiniRelay): (string | undefined)[] {
  return relay.admission.applications.map((tlvs) =>
    findTlv(tlvs, DEFAULT_TLV_TYPES.CLIENT_INSTANCE)?.toHex()
  );
}
