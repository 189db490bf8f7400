import { assert, assertEquals } from "@std/assert";
import { SHUTDOWN_REASON } from "../../src/session/shutdown_reason.ts";
import type { RejectionCode } from "../../src/wire/registration_rejected.ts";
import { meetPlainly } from "../support/client_plain_meeting.ts";
import { ClientWorld } from "../support/client_world.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { packetsWith } from "../support/sent_names.ts";

Deno.test("Conversation registers again within 1 s when the relay forgot the client", () => {
  const { world, relay, client } = meetPlainly();
  relay.crash();
  client.send("anyone there?");
  world.run(999);
  assertEquals(client.heard(), ["left 1"]);
  world.run(400);
  assertEquals(client.heard(), ["reconnecting: silence", "registered again"]);
  assertEquals([...relay.sessions.values()].map(({ id }) => id), ["ada"]);
});

Deno.test("Conversation comes back to a relay that shut down, however long that takes", () => {
  const { world, relay, client, session } = meetPlainly();
  relay.sendSealed(session, namedTlv("DISCONNECT", `${SHUTDOWN_REASON}: maintenance`));
  world.run(0);
  const [lost] = client.told();
  assert(lost?.type === "reconnecting");
  assertEquals(lost.cause, "shutdown");
  assertEquals(lost.reason, `${SHUTDOWN_REASON}: maintenance`);
  world.unplug();
  world.run(3_600_000);
  assertEquals(client.heard(), []);
  assertEquals(client.core.state, "asking");
  const next = world.relay({ generation: 2 });
  world.run(5_000);
  assertEquals(client.heard(), ["registered again"]);
  assertEquals(next.sessions.size, 1);
});

Deno.test("Conversation looks for its relay with delays up to 5 s", () => {
  const { world, relay, session } = meetPlainly();
  relay.sendSealed(session, namedTlv("DISCONNECT", SHUTDOWN_REASON));
  world.run(0);
  world.unplug();
  const goneMs = world.clock.now.monotonicMs;
  world.run(25_000);
  const asked = packetsWith(world.network.sent, "PUBLIC_KEY_REQUEST").slice(1)
    .map(({ sentMs }) => sentMs - goneMs);
  assertEquals(asked, [250, 500, 1_000, 2_000, 4_000, 8_000, 13_000, 18_000, 23_000]);
});

Deno.test("Conversation gives up a lost relay after the reconnect time-out", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  const client = world.registered({ name: "ada", reconnectTimeoutMs: 5_000 });
  relay.sendSealed(relay.session("ada"), namedTlv("DISCONNECT", SHUTDOWN_REASON));
  world.run(0);
  world.unplug();
  world.run(4_999);
  assertEquals(client.heard(), ["reconnecting: shutdown"]);
  world.run(1);
  assertEquals(client.heard(), ["failed RELAY_UNREACHABLE"]);
});

for (
  const { code, isWaitedOut, isTold = false } of [
    { code: 3, isWaitedOut: true },
    { code: 6, isWaitedOut: true },
    { code: 5, isWaitedOut: true },
    { code: 7, isWaitedOut: true, isTold: true },
    { code: 1, isWaitedOut: false },
    { code: 2, isWaitedOut: false },
    { code: 4, isWaitedOut: false },
  ] satisfies { code: RejectionCode; isWaitedOut: boolean; isTold?: boolean }[]
) {
  const verb = isWaitedOut ? "waits out" : "ends at";
  Deno.test(`Conversation ${verb} code ${code} when it comes back`, () => {
    const { world, relay, client, session } = meetPlainly();
    relay.sendSealed(session, namedTlv("DISCONNECT", SHUTDOWN_REASON));
    relay.crash();
    relay.rejectsWith = { code, text: "" };
    world.run(60_000);
    const end = isWaitedOut ? [] : ["failed REGISTRATION_REFUSED"];
    // Once: nothing else shows that a clock is wrong.
    const told = isTold ? ["registration_refused"] : [];
    assertEquals(client.heard(), ["reconnecting: shutdown", ...told, ...end]);
    relay.rejectsWith = undefined;
    world.run(6_000);
    assertEquals(client.heard(), isWaitedOut ? ["registered again"] : []);
  });
}

for (const reason of ["", "kicked: too loud", "the relay is shutting down"]) {
  Deno.test(`Conversation ends for good when it is disconnected with "${reason}"`, () => {
    const { world, relay, client, session } = meetPlainly();
    relay.sendSealed(session, namedTlv("DISCONNECT", reason));
    world.run(60_000);
    const error = client.failure();
    assertEquals(error.code, "DISCONNECTED");
    assert(error.message.includes(reason), error.message);
    assertEquals(client.core.state, "closed");
    assertEquals(packetsWith(world.network.sent, "PUBLIC_KEY_REQUEST").length, 1);
  });
}

for (
  const { says, shiftMs, isHeardSince } of [
    { says: "its clock is 3600 s behind this one's", shiftMs: -3_600_000, isHeardSince: false },
    { says: "its clock is 3600 s ahead of this one's", shiftMs: 3_600_000, isHeardSince: false },
    { says: "", shiftMs: -3_600_000, isHeardSince: true },
  ]
) {
  Deno.test(`Conversation says "${says}" of a relay that it gives up`, () => {
    const { world, relay, client, session } = meetPlainly();
    const { unixMs } = world.clock.now;
    world.clock.setUnixMs(unixMs + shiftMs);
    relay.sendSealed(session, namedTlv("SERVER_NOTICE", "too late"));
    world.clock.setUnixMs(unixMs);
    if (isHeardSince) relay.sendSealed(session, namedTlv("SERVER_NOTICE", "in time"));
    world.run(0);
    world.unplug();
    client.told();
    world.run(60_000);
    const reasons = client.told().flatMap((effect) =>
      effect.type === "reconnecting" ? [effect.reason] : []
    );
    assertEquals(reasons, [says]);
  });
}

Deno.test("Conversation keeps what was sent while the relay is away, in order", () => {
  const { world, relay, client, session } = meetPlainly();
  relay.sendSealed(session, namedTlv("DISCONNECT", SHUTDOWN_REASON));
  world.run(0);
  world.unplug();
  for (const text of ["one", "two", "three"]) client.send(text);
  client.flush();
  world.run(60_000);
  assertEquals(client.heard(), ["reconnecting: shutdown"]);
  const next = world.relay({ generation: 2 });
  world.run(6_000);
  assertEquals(client.heard(), ["registered again", "left 1", "left 2", "left 3", "flushed"]);
  const texts = next.messages.map(({ payload }) => new TextDecoder().decode(payload));
  assertEquals(texts, ["one", "two", "three"]);
});

Deno.test("Conversation sends a message again from its beginning when the relay was lost midway", () => {
  const { world, relay, client, session } = meetPlainly();
  const payload = world.random.bytes(200_000);
  client.send(payload);
  world.run(10);
  relay.sendSealed(session, namedTlv("DISCONNECT", SHUTDOWN_REASON));
  relay.crash();
  world.run(2_000);
  assertEquals(client.heard(), ["reconnecting: shutdown", "registered again", "left 1"]);
  assertEquals(relay.messages.map((message) => message.payload.byteLength), [200_000]);
  assertEquals(relay.messages[0]?.payload, payload);
});
