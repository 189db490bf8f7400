import { assertEquals, assertStringIncludes } from "@std/assert";
import { RejectionCode } from "../../src/wire/registration_rejected.ts";
import { ONE, rejectAll, targetsAt, THREE, TWO } from "../support/client_relay_list.ts";
import { ClientWorld } from "../support/client_world.ts";

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
    const client = world.client({ targets: targetsAt(first, ...others) });
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
  const client = world.client({ targets: targetsAt(ONE, TWO, THREE), timeoutMs: 900 });
  world.run(700);
  assertEquals(client.core.state, "registered");
});

Deno.test("a client that no relay answers names them all", () => {
  const world = new ClientWorld();
  const client = world.client({ targets: targetsAt(ONE, TWO), timeoutMs: 5_000 });
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
    rejectAll(world.relay({ at: ONE }), code);
    const two = world.relay({ at: TWO });
    const client = world.client({ targets: targetsAt(ONE, TWO) });
    world.run(1_000);
    assertEquals(client.heard(), ["passed 10.0.1.1:47700: REGISTRATION_REFUSED", "registered"]);
    assertEquals(two.sessions.size, 1);
  });

  Deno.test(`a client that all relays refuse with code ${code} fails at once`, () => {
    const world = new ClientWorld();
    rejectAll(world.relay({ at: ONE }), code);
    rejectAll(world.relay({ at: TWO }), code);
    const client = world.client({ targets: targetsAt(ONE, TWO) });
    world.run(1_500);
    const error = client.failure();
    assertEquals(error.code, "REGISTRATION_REFUSED");
    assertStringIncludes(error.message, "10.0.1.1:47700");
  });
}

Deno.test("a client that one relay refuses waits for a dead one until its time is up", () => {
  const world = new ClientWorld();
  rejectAll(world.relay({ at: ONE }), RejectionCode.BANNED);
  const client = world.client({ targets: targetsAt(ONE, TWO), timeoutMs: 8_000 });
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
  const client = world.client({ targets: targetsAt(ONE, TWO) });
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
  const client = world.client({ targets: targetsAt(ONE, TWO) });
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
  const client = world.client({ targets: targetsAt(ONE, TWO) });
  world.run(6_100);
  assertEquals(client.heard(), ["passed 10.0.1.1:47700: RELAY_UNREACHABLE", "registered"]);
});
