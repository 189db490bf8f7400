import { assert, assertEquals } from "@std/assert";
import { MAX_SEALED_AT_ONCE } from "../../src/relay/delivery.ts";
import { MAX_KEYS_AT_ONCE } from "../../src/relay/group_keys.ts";
import { MAX_RELEASED_DATAGRAMS } from "../../src/session/outbox_scheduler.ts";
import { BY_MULTICAST, groupRelay } from "../support/group_world.ts";
import type { HarnessClient } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

const CROWD = 1_000;

/** What one step may send beside what goes to a whole group: keys, queued messages, an answer. */
const STEP_BOUND = MAX_KEYS_AT_ONCE + MAX_RELEASED_DATAGRAMS + 3;

/** Lets a client join each millisecond. */
function joinMany(
  relay: RelayHarness,
  count: number,
  join: (name: string) => HarnessClient,
): HarnessClient[] {
  return Array.from({ length: count }, (_, index) => {
    relay.run(1);
    return join(`member-${index}`);
  });
}

function leave(relay: RelayHarness, clients: readonly HarnessClient[]): void {
  for (const client of clients) {
    client.sendSealed(namedTlv("DISCONNECT"));
    relay.run(1);
  }
}

Deno.test("RelayCore lets 1,000 members join and leave by multicast in short steps", () => {
  const relay = groupRelay({ groupDelivery: BY_MULTICAST });
  const members = joinMany(relay, CROWD, (name) => relay.joinGroup(name));
  relay.run(2_000);
  assert(relay.largestStep <= STEP_BOUND, `a step of ${relay.largestStep} datagrams`);
  relay.settle(...members);
  leave(relay, members.slice(500));
  relay.run(2_000);
  assert(relay.largestStep <= STEP_BOUND, `a step of ${relay.largestStep} datagrams`);
  assertEquals([relay.stat("group.members"), relay.stat("clients")], [500, 500]);
  const epoch = relay.stat("group.epoch");
  assertEquals(new Set(members.slice(0, 500).map(({ group }) => group.newestEpoch)).size, 1);
  assert(epoch <= 9, `${epoch} epochs in five seconds`);
  relay.settle(...members);
  members[0]?.say("hi");
  assertEquals(relay.largestStep, 1);
  const heard = members.slice(1, 500).map((member) => member.heard());
  const hi = [`group ${epoch} {SENDER_ID member-0, RELAY_SEQUENCE 1, MESSAGE hi}`];
  assertEquals(heard.filter((lines) => lines.join() !== hi.join()), []);
});

Deno.test("RelayCore tells 1,000 clients without group delivery of joins in short steps", () => {
  const relay = new RelayHarness();
  const clients = joinMany(relay, CROWD, (name) => relay.join(name));
  relay.settle(...clients);
  const late = relay.join("late");
  const later = relay.join("later");
  relay.run(1_000);
  const bound = MAX_RELEASED_DATAGRAMS + 1;
  assert(relay.largestStep <= bound, `a step of ${relay.largestStep} datagrams`);
  const told = ["{NOTIFY_CONNECT late}", "{NOTIFY_CONNECT later}"];
  const heard = clients.map((client) => client.heard());
  assertEquals(heard.filter((lines) => lines.join() !== told.join()), []);
  assertEquals([late.heard().length, later.heard().length], [2, 1]);
});

Deno.test("RelayCore lets no message overtake a notice that waits for its turn", () => {
  const relay = new RelayHarness();
  const clients = joinMany(relay, 2 * MAX_SEALED_AT_ONCE, (name) => relay.join(name));
  relay.settle(...clients);
  relay.join("first").say("hi");
  relay.join("second").say("ho");
  relay.run(1_000);
  for (const client of clients) {
    assertEquals(client.heard(), [
      "{NOTIFY_CONNECT first}",
      "{SENDER_ID first, RELAY_SEQUENCE 1, MESSAGE hi}",
      "{NOTIFY_CONNECT second}",
      "{SENDER_ID second, RELAY_SEQUENCE 2, MESSAGE ho}",
    ]);
  }
});

Deno.test("broadcast() reaches very many clients in short steps", () => {
  const relay = groupRelay();
  const clients = joinMany(relay, 3 * MAX_SEALED_AT_ONCE, (name) => relay.joinGroup(name));
  relay.settle();
  relay.settle(...clients);
  relay.carryOut(relay.core.broadcast("soon down", relay.clock.now));
  assert(relay.largestStep <= STEP_BOUND, `a step of ${relay.largestStep} datagrams`);
  relay.run(10);
  for (const client of clients) assertEquals(client.heard(), ["{SERVER_NOTICE soon down}"]);
});
