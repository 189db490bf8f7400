import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import type { RelayClientCoreOptions } from "../../src/client/relay_client_core_options.ts";
import { RelayIdentityError } from "../../src/client/relay_identity_error.ts";
import type { RelayTargets } from "../../src/client/relay_target.ts";
import type { Endpoint } from "../../src/session/endpoint.ts";
import { encodeTlvs, findTlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { RejectionCode } from "../../src/wire/registration_rejected.ts";
import { ClientWorld, type WorldClient } from "../support/client_world.ts";
import type { MiniRelay } from "../support/mini_relay.ts";
import { namedTlv } from "../support/named_tlv.ts";

const ONE: Endpoint = { hostname: "10.0.1.1", port: 47_700 };
const TWO: Endpoint = { hostname: "10.0.1.2", port: 47_700 };
const THREE: Endpoint = { hostname: "10.0.1.3", port: 47_700 };

function targets(first: Endpoint, ...others: readonly Endpoint[]): RelayTargets {
  const targetAt = (endpoint: Endpoint) => ({ kind: "relay", endpoint }) as const;
  return [targetAt(first), ...others.map(targetAt)];
}

/** Two relays, and a client that is registered with the first one. */
function meet(options: Partial<RelayClientCoreOptions> = {}) {
  const world = new ClientWorld();
  const one = world.relay({ at: ONE });
  const two = world.relay({ at: TWO, generation: 2 });
  const client = world.registered({ targets: targets(ONE, TWO), ...options });
  assertEquals(one.sessions.size, 1, "the first relay comes first");
  return { world, one, two, client };
}

/** When a client says that its relay is lost, milliseconds from now. */
function lostAfterMs(world: ClientWorld, client: WorldClient): number {
  const beginMs = world.clock.now.monotonicMs;
  for (let waited = 0; waited < 300; waited++) {
    if (client.heard().includes("reconnecting: silence")) break;
    world.run(100);
  }
  return world.clock.now.monotonicMs - beginMs;
}

function reject(relay: MiniRelay, code: RejectionCode): void {
  relay.rejectsWith = { code, text: "" };
}

for (
  const { dead, listed, tookMs } of [
    { dead: [], listed: [ONE], tookMs: 0 },
    { dead: [], listed: [ONE, TWO, THREE], tookMs: 0 },
    { dead: [ONE], listed: [ONE, TWO], tookMs: 2_000 },
    { dead: [ONE, TWO], listed: [ONE, TWO, THREE], tookMs: 4_000 },
  ]
) {
  Deno.test(`a client finds the one of ${listed.length} relays behind ${dead.length} dead ones`, () => {
    const world = new ClientWorld();
    for (const at of listed) if (!dead.includes(at)) world.relay({ at });
    const [first = ONE, ...others] = listed;
    const client = world.client({ targets: targets(first, ...others) });
    if (tookMs > 0) world.run(tookMs - 1);
    assertEquals(client.core.state, "asking");
    world.run(101);
    assertEquals(client.core.state, "registered");
    assertEquals(
      client.heard(),
      [...dead.map(({ hostname }) => `passed ${hostname}:47700: RELAY_UNREACHABLE`), "registered"],
    );
  });
}

Deno.test("a client gives each of many relays a turn within a short time", () => {
  const world = new ClientWorld();
  world.relay({ at: THREE });
  const client = world.client({ targets: targets(ONE, TWO, THREE), timeoutMs: 900 });
  world.run(700);
  assertEquals(client.core.state, "registered");
});

Deno.test("a client that no relay answers names them all", () => {
  const world = new ClientWorld();
  const client = world.client({ targets: targets(ONE, TWO), timeoutMs: 5_000 });
  world.run(5_000);
  const error = client.failure();
  assertEquals(error.code, "RELAY_UNREACHABLE");
  assertEquals(
    error.message,
    "Cannot reach any relay: 10.0.1.1:47700: no answer; 10.0.1.2:47700: no answer",
  );
});

for (
  const code of [
    RejectionCode.BANNED,
    RejectionCode.AUTHENTICATION_FAILED,
    RejectionCode.RELAY_FULL,
    RejectionCode.NAME_TAKEN,
  ]
) {
  Deno.test(`a client that the first relay refuses with code ${code} goes to the next`, () => {
    const world = new ClientWorld();
    reject(world.relay({ at: ONE }), code);
    const two = world.relay({ at: TWO });
    const client = world.client({ targets: targets(ONE, TWO) });
    world.run(1_000);
    assertEquals(client.heard(), ["passed 10.0.1.1:47700: REGISTRATION_REFUSED", "registered"]);
    assertEquals(two.sessions.size, 1);
  });

  Deno.test(`a client that all relays refuse with code ${code} fails at once`, () => {
    const world = new ClientWorld();
    reject(world.relay({ at: ONE }), code);
    reject(world.relay({ at: TWO }), code);
    const client = world.client({ targets: targets(ONE, TWO) });
    world.run(1_500);
    const error = client.failure();
    assertEquals(error.code, "REGISTRATION_REFUSED");
    assertStringIncludes(error.message, "10.0.1.1:47700");
  });
}

Deno.test("a client that one relay refuses waits for a dead one until its time is up", () => {
  const world = new ClientWorld();
  reject(world.relay({ at: ONE }), RejectionCode.BANNED);
  const client = world.client({ targets: targets(ONE, TWO), timeoutMs: 8_000 });
  world.run(7_999);
  assertEquals(client.core.state === "closed", false);
  world.run(1);
  assertEquals(client.failure().code, "REGISTRATION_REFUSED");
});

Deno.test("a client stays with a relay that has given its key and is slow to take it in", () => {
  const world = new ClientWorld();
  const one = world.relay({ at: ONE });
  world.relay({ at: TWO });
  one.answers.registration = false;
  const client = world.client({ targets: targets(ONE, TWO) });
  world.run(3_000);
  one.answers.registration = true;
  world.run(1_500);
  assertEquals([client.heard(), one.sessions.size], [["registered"], 1]);
});

Deno.test("a client says goodbye to a relay that it leaves without having heard whether it was taken in", () => {
  const world = new ClientWorld();
  const one = world.relay({ at: ONE });
  world.relay({ at: TWO });
  one.answers.acceptance = false;
  const client = world.client({ targets: targets(ONE, TWO) });
  world.run(2_000);
  assertEquals(one.sessions.size, 1);
  world.run(6_000);
  assertEquals(client.heard().at(-1), "registered");
  assertEquals(one.sessions.size, 0, "no ghost is left behind");
});

Deno.test("a client leaves a relay that gives its key and never takes it in", () => {
  const world = new ClientWorld();
  const one = world.relay({ at: ONE });
  world.relay({ at: TWO });
  one.answers.registration = false;
  const client = world.client({ targets: targets(ONE, TWO) });
  world.run(6_100);
  assertEquals(client.heard(), ["passed 10.0.1.1:47700: RELAY_UNREACHABLE", "registered"]);
});

for (
  const { reliable, withinMs, aloneMs } of [
    { reliable: true, withinMs: 5_100, aloneMs: 15_000 },
    { reliable: false, withinMs: 8_100, aloneMs: 21_000 },
  ]
) {
  const kind = reliable ? "reliable" : "plain";
  Deno.test(`a ${kind} client with another relay notices silence within ${withinMs} ms`, () => {
    const { world, client, two } = meet({ reliable });
    world.unplug(ONE);
    const lostMs = lostAfterMs(world, client);
    assert(lostMs > 3_000 && lostMs <= withinMs, `after ${lostMs} ms`);
    world.run(400);
    assertEquals([client.heard()[0], two.sessions.size], ["registered again", 1]);
  });

  Deno.test(`a ${kind} client without another relay is as patient as ever`, () => {
    const { world, client } = meet({ reliable, targets: targets(ONE) });
    world.unplug(ONE);
    const lostMs = lostAfterMs(world, client);
    assert(lostMs >= aloneMs, `after ${lostMs} ms`);
  });
}

Deno.test("a client tells which relay it has lost and which one it tries", () => {
  const { world, client, one } = meet({ name: "ada" });
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
  const { world, client, one, two } = meet();
  one.crash();
  client.send("hello");
  world.run(2_000);
  assertEquals(client.heard(), ["left 1", "reconnecting: silence", "registered again"]);
  assertEquals([one.sessions.size, two.sessions.size], [0, 1]);
});

Deno.test("a client goes round until a relay is there again", () => {
  const { world, client } = meet();
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
  const { world, client, one, two } = meet();
  reject(one, RejectionCode.RELAY_FULL);
  reject(two, RejectionCode.RELAY_FULL);
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
  const { world, client, one, two } = meet();
  reject(one, RejectionCode.BANNED);
  reject(two, RejectionCode.BANNED);
  one.crash();
  client.send("hello");
  world.run(3_000);
  assertEquals(client.core.state === "closed", false);
  world.run(10_000);
  assertEquals(client.failure().code, "REGISTRATION_REFUSED");
});

Deno.test("a client that the operator removes does not come back by another relay", () => {
  const { world, client, one } = meet({ name: "ada" });
  one.sendSealed(one.session("ada"), namedTlv("DISCONNECT", "kicked"));
  world.run(0);
  assertEquals(client.failure().code, "DISCONNECTED");
});

Deno.test("a client takes no answer from another relay of its list than the one it asks", () => {
  const world = new ClientWorld();
  world.relay({ at: THREE });
  const client = world.client({ targets: targets(ONE, TWO) });
  const { pem } = world.rsaKey(3).serverKey;
  for (const from of [TWO, THREE]) {
    world.run(10);
    const answer = encodeTlvs([namedTlv("SERVER_PUBLIC_KEY_RESPONSE", pem)]);
    world.forge(answer, from, client.endpoint);
  }
  world.run(100);
  assertEquals([client.core.state, client.core.drops.of("foreign")], ["asking", 2]);
});

Deno.test("a client that has gone over takes nothing from the relay that it left", () => {
  const { world, client, one, two } = meet({ name: "ada" });
  const left = one.session("ada");
  one.sendSealed(left, namedTlv("DISCONNECT", "relay is shutting down"));
  world.run(400);
  assertEquals(two.sessions.size, 1);
  client.told();
  one.sendSealed(left, ...one.relayed("ben", "late"));
  world.run(100);
  assertEquals([client.heard(), client.core.drops.of("foreign")], [[], 1]);
});

Deno.test("a client passes over a relay whose identity it does not trust", () => {
  const world = new ClientWorld();
  world.relay({ at: ONE, generation: 9 });
  world.relay({ at: TWO });
  const client = world.client({ targets: targets(ONE, TWO) });
  trustAllBut(client, 9);
  world.run(1_000);
  assertEquals(client.heard(), ["passed 10.0.1.1:47700: IDENTITY_MISMATCH", "registered"]);
});

Deno.test("a client fails when it trusts none of its relays", () => {
  const world = new ClientWorld();
  world.relay({ at: ONE, generation: 9 });
  world.relay({ at: TWO, generation: 9 });
  const client = world.client({ targets: targets(ONE, TWO) });
  trustAllBut(client, 9);
  world.run(1_000);
  assertEquals(client.failure().code, "IDENTITY_MISMATCH");
});

Deno.test("a registered client is not ended by someone who answers in place of its relays", () => {
  const { world, client, one } = meet();
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

Deno.test("a reliable client calls itself the same at each relay, and a plain one nothing", () => {
  const { world, client, one, two } = meet({ reliable: true, name: "ada" });
  one.sendSealed(one.session("ada"), namedTlv("DISCONNECT", "relay is shutting down"));
  world.run(400);
  world.registered({ reliable: true, targets: targets(ONE) });
  world.registered({ targets: targets(ONE) });
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
