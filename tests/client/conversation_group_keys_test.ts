import { assert, assertEquals } from "@std/assert";
import { MAX_HELD_FRAMES } from "../../src/client/held_group_frames.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { ClientWorld, RELAY } from "../support/client_world.ts";
import { keepAlivesAt, meetInGroup } from "../support/client_group_meeting.ts";
import { groupTlv } from "../support/mini_group.ts";

/** When KEEP_ALIVEs come to a relay from now on, milliseconds. */
function keepAliveTimes({ world, relay }: ReturnType<typeof meetInGroup>, forMs: number): number[] {
  const times: number[] = [];
  for (let ms = 0; ms <= forMs; ms += 10) {
    const before = keepAlivesAt(relay);
    world.run(ms === 0 ? 0 : 10);
    if (keepAlivesAt(relay) > before) times.push(ms);
  }
  return times;
}

Deno.test("Conversation takes messages of the former epoch for 5 s after the new key", () => {
  const { world, relay, client } = meetInGroup();
  const former = relay.group.current;
  relay.group.changeEpoch();
  const sayUnderFormer = (text: string) => {
    for (const datagram of relay.group.seal(relay.relayed("ben", text), { under: former })) {
      relay.group.send(datagram);
    }
  };
  world.run(4_900);
  sayUnderFormer("4.9 s");
  world.run(200);
  sayUnderFormer("5.1 s");
  world.run(0);
  assertEquals(client.heard(), ["message ben: 4.9 s"]);
  assertEquals(client.core.drops.toObject(), { unknown_epoch: 1 });
  assertEquals(keepAlivesAt(relay), 0, "an old key is nothing to ask for");
});

Deno.test("Conversation reads what came before its key, in order, and asks nothing for it", () => {
  const { world, relay, client, session } = meetInGroup();
  relay.group.gives.key = false;
  relay.group.changeEpoch();
  relay.answers.keepAlive = false;
  for (const text of ["one", "two", "three"]) relay.sayInGroup("ben", text);
  world.run(5);
  assertEquals(client.heard(), []);
  relay.group.giveKey(session);
  world.run(0);
  assertEquals(client.heard(), ["message ben: one", "message ben: two", "message ben: three"]);
  assertEquals(keepAlivesAt(relay), 1);
  assertEquals(client.core.drops.toObject(), {});
});

Deno.test("Conversation asks for a key that was lost, and goes on", () => {
  const { world, relay, client } = meetInGroup();
  relay.group.gives.key = false;
  relay.group.changeEpoch();
  relay.sayInGroup("ben", "one");
  world.run(0);
  assertEquals(client.heard(), ["message ben: one"], "the answer to KEEP_ALIVE holds the key");
  assertEquals(keepAlivesAt(relay), 1);
  relay.sayInGroup("ben", "two");
  world.run(5_000);
  assertEquals(client.heard(), ["message ben: two"]);
  assertEquals(keepAlivesAt(relay), 1);
});

Deno.test("Conversation asks for a key again after 250 ms, doubling, while it holds something", () => {
  const meeting = meetInGroup();
  const { relay, client } = meeting;
  relay.group.gives.key = false;
  relay.group.gives.keyAgain = false;
  relay.group.changeEpoch();
  relay.sayInGroup("ben", "one");
  assertEquals(keepAliveTimes(meeting, 10_000), [0, 250, 750, 1_750]);
  assertEquals(client.core.drops.toObject(), { unknown_epoch: 1 });
});

Deno.test("Conversation asks for a key each 2 s as long as messages come that it can't read", () => {
  const meeting = meetInGroup();
  const { world, relay, client } = meeting;
  relay.group.gives.key = false;
  relay.group.gives.keyAgain = false;
  relay.group.changeEpoch();
  for (let second = 0; second < 30; second++) {
    relay.sayInGroup("ben", `${second}`);
    world.run(1_000);
  }
  assertEquals(keepAlivesAt(relay), 18, "3 within the first second, 15 more each 2 s after 1.75 s");
  relay.group.gives.keyAgain = true;
  relay.sayInGroup("ben", "now");
  world.run(2_000);
  assertEquals(client.heard().at(-1), "message ben: now");
});

Deno.test("Conversation bounds what a flood of forged epochs costs", () => {
  const { world, relay, client } = meetInGroup();
  for (let ms = 0; ms < 20_000; ms++) {
    const forged = groupTlv(DEFAULT_TLV_TYPES.GROUP_MESSAGE, 1_000 + ms, world.random.bytes(100));
    if (ms % 4 === 0) client.receiveFromGroup(forged);
    else world.forge(forged, RELAY, client.endpoint);
    if (ms % 1_000 === 0) relay.sayInGroup("ben", `${ms}`);
    world.run(1);
  }
  assert(keepAlivesAt(relay) <= 13, `${keepAlivesAt(relay)} KEEP_ALIVEs in 20 s`);
  assertEquals(client.heard().length, 20, "what is real is read all the while");
  assert(client.core.drops.of("unknown_epoch") + client.core.drops.of("unexpected") >= 19_000);
  assert(client.core.drops.of("unknown_epoch") >= 20_000 - MAX_HELD_FRAMES);
});

Deno.test("Conversation asks for the key of an epoch that it sees before it has any", () => {
  const { world, relay, client } = meetInGroup();
  relay.group.gives.key = false;
  const second = world.client({ name: "ben", groupDelivery: true });
  world.run(100);
  assertEquals(second.heard(), ["registered"]);
  relay.sayInGroup("cleo", "hello");
  world.run(0);
  assertEquals(second.heard(), ["message cleo: hello"]);
  assertEquals(client.heard(), ["joined ben", "message cleo: hello"]);
});

for (const way of ["unicast", "multicast"] as const) {
  Deno.test(`Conversation by ${way} asks for its first key, which was lost, 2 s after its registration`, () => {
    const { world, relay } = meetInGroup(way);
    relay.group.gives.key = false;
    relay.group.gives.keyAgain = false;
    const late = world.client({ name: "late", groupDelivery: true });
    world.run(1_990);
    const before = keepAlivesAt(relay);
    world.run(20);
    assertEquals(keepAlivesAt(relay), before + 1);
    world.run(3_980);
    assertEquals(keepAlivesAt(relay), before + 1);
    relay.group.gives.keyAgain = true;
    world.run(20);
    assertEquals(keepAlivesAt(relay), before + 2);
    relay.sayInGroup("ben", "hello");
    world.run(0);
    assertEquals(late.heard().at(-1), "message ben: hello");
    world.run(10_000);
    assert(
      keepAlivesAt(relay) <= before + 2 + 3,
      "by multicast it asks whether it missed something",
    );
  });
}

Deno.test("Conversation asks for no key that nobody promised", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  relay.group.isGranted = false;
  world.client({ groupDelivery: true });
  world.run(15_000);
  assertEquals(keepAlivesAt(relay), 0);
});
