import { assert, assertEquals } from "@std/assert";
import { decodeClientHello } from "../../src/wire/client_hello.ts";
import { SHUTDOWN_REASON } from "../../src/session/shutdown_reason.ts";
import { ClientWorld, GROUP_DELIVERY, type WorldClient } from "../support/client_world.ts";
import { keepAlivesAt, meetInGroup } from "../support/client_group_meeting.ts";

const GROUP_NAME = `${GROUP_DELIVERY.hostname}:${GROUP_DELIVERY.port}`;

/** Lets nothing of the group come to anyone. */
function silenceGroup(world: ClientWorld): void {
  world.network.loses = ({ to }) => to.hostname === "10.0.9.9";
}

function reasonsTold(client: WorldClient): string[] {
  return client.told().flatMap((event) => event.type === "group_unavailable" ? [event.reason] : []);
}

Deno.test("Conversation joins the group of its key, and leaves it with its session", () => {
  const world = new ClientWorld();
  const relay = world.relay({ groupAddress: GROUP_DELIVERY });
  const client = world.client({ name: "ada", groupDelivery: true });
  world.run(100);
  assertEquals(client.heard(), ["registered", `join group ${GROUP_NAME}`]);
  relay.sayInGroup("ben", "hello");
  relay.group.changeEpoch();
  relay.sayInGroup("ben", "all");
  world.run(0);
  assertEquals(client.heard(), ["message ben: hello", "message ben: all"]);
  client.close();
  assertEquals(client.heard(), ["leave_group"]);
});

Deno.test("Conversation follows the group to another address, and to unicast", () => {
  const { world, relay, client } = meetInGroup("multicast");
  relay.group.address = { hostname: "239.1.2.4", port: 47_801 };
  relay.group.changeEpoch();
  relay.sayInGroup("ben", "there");
  relay.group.changeEpoch();
  world.run(0);
  assertEquals(client.heard(), ["join group 239.1.2.4:47801"]);
  relay.sayInGroup("ben", "here");
  world.run(0);
  assertEquals(client.heard(), ["message ben: here"]);
  relay.group.address = undefined;
  relay.group.changeEpoch();
  world.run(0);
  relay.sayInGroup("ben", "by unicast");
  world.run(0);
  assertEquals(client.heard(), ["leave_group", "message ben: by unicast"]);
});

Deno.test("Conversation leaves the group when its relay goes, and joins that of the next one", () => {
  const { world, relay, client } = meetInGroup("multicast");
  relay.crash();
  world.relay({ generation: 2, groupAddress: { hostname: "239.9.9.9", port: 9 } });
  client.send("hello?");
  world.run(5_000);
  assertEquals(client.heard(), [
    "left 1",
    "reconnecting: silence",
    "leave_group",
    "registered again",
    "join group 239.9.9.9:9",
  ]);
});

for (const hostname of ["10.0.0.1", "223.255.255.255", "240.0.0.1", "127.0.0.1"]) {
  Deno.test(`Conversation joins no group at ${hostname}`, () => {
    const world = new ClientWorld();
    const relay = world.relay({ groupAddress: { hostname, port: 47_701 } });
    const client = world.client({ name: "ada", groupDelivery: true });
    world.run(2_000);
    assertEquals(client.heard(), ["registered", "group_unavailable", "registered again"]);
    relay.say("ben", "one by one");
    world.run(0);
    assertEquals(client.heard(), ["message ben: one by one"]);
  });
}

Deno.test("RelayClientCore.groupFailed() lets it register again without group delivery, for good", () => {
  const { world, relay, client } = meetInGroup("multicast");
  client.failGroup("no such device");
  assertEquals(reasonsTold(client), ["no such device"]);
  world.run(1_000);
  const features = () => relay.admission.hello && decodeClientHello(relay.admission.hello).features;
  assertEquals([client.heard(), features()], [["registered again"], 0]);
  const [session] = relay.sessions.values();
  assert(session !== undefined);
  relay.sendSealed(session, ...relay.relayed("ben", "one by one"));
  world.run(0);
  assertEquals(client.heard(), ["message ben: one by one"]);
  relay.sendSealed(session, { type: 0x0102, value: new TextEncoder().encode(SHUTDOWN_REASON) });
  world.run(5_000);
  assertEquals([client.heard(), features()], [["reconnecting: shutdown", "registered again"], 0]);
});

Deno.test("RelayClientCore.groupFailed() is passed over when there is no group", () => {
  const { world, client } = meetInGroup("unicast");
  client.failGroup("too late");
  world.run(1_000);
  assertEquals(client.heard(), []);
  const looking = new ClientWorld().client({ groupDelivery: true });
  looking.failGroup("too early");
  assertEquals(looking.heard(), []);
});

Deno.test("RelayClientCore.groupFailed() loses nothing that is being sent", () => {
  const { world, relay, client } = meetInGroup("multicast");
  client.send("x".repeat(200_000));
  world.run(2);
  client.failGroup("no such device");
  client.send("after");
  world.run(3_000);
  assertEquals(relay.messages.map(({ payload }) => payload.byteLength), [200_000, 5]);
});

Deno.test("RelayClientCore.groupFailed() lets a flush end first", () => {
  const { world, relay, client } = meetInGroup("multicast");
  client.send("x".repeat(200_000));
  client.flush();
  client.failGroup("no such device");
  world.run(3_000);
  assertEquals(client.heard(), [
    "left 1",
    "flushed",
    "group_unavailable",
    "leave_group",
    "registered again",
  ]);
  assertEquals(relay.messages.length, 1);
});

Deno.test("Conversation finds out soon that multicast does not reach it", () => {
  const { world, relay, client } = meetInGroup("multicast");
  silenceGroup(world);
  const beganMs = world.clock.now.monotonicMs;
  for (let count = 0; client.core.state === "registered" && count < 1_000; count++) {
    relay.sayInGroup("ben", `${count}`);
    world.run(100);
  }
  assert(world.clock.now.monotonicMs - beganMs < 4_000);
  assertEquals(reasonsTold(client), [`nothing comes by multicast from ${GROUP_NAME}`]);
  world.run(1_000);
  assertEquals(client.heard(), ["registered again"]);
  const [session] = relay.sessions.values();
  assertEquals(session?.isMember, false);
});

Deno.test("Conversation finds out that multicast stops to reach it", () => {
  const { world, relay, client } = meetInGroup("multicast");
  const talk = (seconds: number) => {
    for (let tenth = 0; tenth < 10 * seconds; tenth++) {
      relay.sayInGroup("ben", "tick");
      world.run(100);
    }
  };
  talk(60);
  assertEquals(client.heard().length, 600);
  silenceGroup(world);
  talk(25);
  assertEquals(reasonsTold(client).length, 1, "a KEEP_ALIVE, and one more a second later");
});

Deno.test("Conversation keeps multicast that loses a tenth of all", () => {
  const { world, relay, client } = meetInGroup("multicast");
  world.network.loses = ({ to }) => to.hostname === "10.0.9.9" && world.random.chance(0.1);
  for (let second = 0; second < 600; second++) {
    relay.sayInGroup("ben", "tick");
    world.run(1_000);
  }
  assertEquals(client.heard().filter((line) => line !== "message ben: tick"), []);
});

Deno.test("Conversation keeps a group in which nothing is said", () => {
  const { world, relay, client } = meetInGroup("multicast");
  world.run(600_000);
  assertEquals(client.heard(), []);
  // 5 in the first half of a minute, and then the usual ones.
  assert(keepAlivesAt(relay) <= 5 + 32, `${keepAlivesAt(relay)}`);
});

Deno.test("Conversation asks for fragments that multicast lost, and gets them one by one", () => {
  const { world, relay, client } = meetInGroup("multicast");
  const payload = world.random.bytes(20_000);
  let sent = 0;
  world.network.loses = ({ to }) => to.hostname === "10.0.9.9" && [3, 7, 8].includes(sent++);
  relay.sayInGroup("ben", payload);
  world.run(250);
  const [message] = client.told();
  assert(message?.type === "message");
  assertEquals(message.payload, payload);
});

Deno.test("Conversation sees its relay die though members go on talking", () => {
  const { world, relay, client } = meetInGroup("multicast", {}, { keepAliveSeconds: 20 });
  const epoch = relay.group.current;
  world.unplug();
  const beganMs = world.clock.now.monotonicMs;
  while (client.core.state !== "asking") {
    // Any member can: it has the key, and multicast needs no relay.
    for (const datagram of relay.group.seal(relay.relayed("ben", "tick"), { under: epoch })) {
      relay.group.send(datagram);
    }
    client.send("tock");
    world.run(500);
    assert(world.clock.now.monotonicMs - beganMs < 24_000, "it goes on for ever");
  }
  assert(client.heard().includes("reconnecting: silence"));
});

Deno.test("Conversation keeps multicast while a message comes that takes long", () => {
  const { world, relay, client } = meetInGroup("multicast", {}, { keepAliveSeconds: 4 });
  const datagrams = relay.group.seal(relay.relayed("ben", world.random.bytes(60_000)));
  for (const datagram of datagrams) {
    // Behind it waits what is said meanwhile.
    relay.relayed("cleo", "later");
    relay.group.send(datagram);
    world.run(150);
  }
  assertEquals(client.heard().map((line) => line.slice(0, 11)), ["message ben"]);
});
