import { assertEquals } from "@std/assert";
import { ARRIVAL_MS } from "../../src/relay/group_arrivals.ts";
import {
  MAX_KEYS_AT_ONCE,
  MAX_LATE_KEYS,
  MAX_MESSAGES_AHEAD_OF_KEY,
  MAX_NEWCOMER_WAIT_MS,
} from "../../src/relay/group_keys.ts";
import type { Session } from "../../src/session/session.ts";
import { decodeGroupKey, type GroupKey } from "../../src/wire/group_key.ts";
import { GroupFixture } from "../support/group_fixture.ts";
import { BOTH_WAYS, BY_MULTICAST } from "../support/group_world.ts";

const ONE_MORE = MAX_KEYS_AT_ONCE + 1;

function keyFor({ group }: GroupFixture, session: Session | undefined): GroupKey | undefined {
  const [tlv] = session === undefined ? [] : group.keys.tlvsFor(session);
  return tlv && decodeGroupKey(tlv.value);
}

Deno.test("GroupKeys.begin() uses a key at once that few are to have", () => {
  const fixture = new GroupFixture();
  const [session] = fixture.newcomers(MAX_KEYS_AT_ONCE);
  fixture.group.keys.begin("when all have it", fixture.clock.now);
  const { keys, members } = fixture.group;
  assertEquals([keys.epoch, keys.isGiving, members.size], [1, false, MAX_KEYS_AT_ONCE]);
  assertEquals(fixture.sentTo().length, MAX_KEYS_AT_ONCE);
  assertEquals(keyFor(fixture, session)?.address, undefined);
});

Deno.test("GroupKeys.give() gives the others a millisecond later, and only then uses the key", () => {
  const fixture = new GroupFixture();
  const sessions = fixture.newcomers(ONE_MORE);
  const { keys, members } = fixture.group;
  keys.begin("when all have it", fixture.clock.now);
  assertEquals(fixture.sentTo().length, MAX_KEYS_AT_ONCE);
  assertEquals([keys.epoch, members.size], [0, 0]);
  assertEquals(sessions.findIndex((it) => !keys.hasKey(it)), MAX_KEYS_AT_ONCE);
  keys.give(fixture.clock.now);
  assertEquals(fixture.sentTo(), [], "not before its time");
  keys.give(fixture.clock.advance(1));
  assertEquals(fixture.sentTo(), [ONE_MORE]);
  assertEquals([keys.epoch, members.size, keys.nextDeadlineMs()], [1, ONE_MORE, undefined]);
});

Deno.test("GroupKeys.begin() at once uses the key before every member has it", () => {
  const fixture = new GroupFixture();
  fixture.newcomers(ONE_MORE);
  const { keys, members } = fixture.group;
  keys.begin("when all have it", fixture.clock.now);
  keys.give(fixture.clock.advance(1));
  const [newcomer] = fixture.newcomers(1);
  fixture.sentTo();
  keys.begin("at once", fixture.clock.now);
  assertEquals([keys.epoch, fixture.sentTo().length, keys.isGiving], [2, MAX_KEYS_AT_ONCE, true]);
  keys.give(fixture.clock.advance(1));
  assertEquals([fixture.sentTo().length, keys.isGiving], [1, false]);
  assertEquals(keyFor(fixture, newcomer), undefined, "a newcomer waits for the next");
  assertEquals(members.size, ONE_MORE);
});

Deno.test("GroupKeys.begin() gives up the key that is being given out", () => {
  const fixture = new GroupFixture();
  const [first] = fixture.newcomers(ONE_MORE);
  const { keys, members } = fixture.group;
  keys.begin("when all have it", fixture.clock.now);
  keys.begin("at once", fixture.clock.now);
  assertEquals([keyFor(fixture, first), keys.epoch, members.size], [undefined, 2, 0]);
  keys.begin("when all have it", fixture.clock.now);
  keys.give(fixture.clock.advance(1));
  assertEquals([keyFor(fixture, first)?.epoch, keys.epoch, members.size], [3, 3, ONE_MORE]);
});

for (const groupDelivery of BOTH_WAYS) {
  Deno.test(`GroupKeys.give() makes newcomers members as soon as all have the key, by ${groupDelivery.mode}`, () => {
    const fixture = new GroupFixture(groupDelivery);
    const [first, second] = fixture.newcomers(ONE_MORE);
    const { group: { keys, members }, clock } = fixture;
    keys.begin("when all have it", clock.now);
    const givenMs = clock.now.monotonicMs;
    if (second !== undefined) fixture.group.remove(second, "left");
    keys.give(clock.advance(1));
    assertEquals([keys.epoch, members.size], [1, ONE_MORE - 1]);
    const isMulticast = groupDelivery.mode === "multicast";
    assertEquals(members.arrivals.size, isMulticast ? ONE_MORE - 1 : 0);
    const late = [...members.arrivals.at(givenMs + ARRIVAL_MS)];
    assertEquals([late.length, late.includes(first as Session)], [isMulticast ? 1 : 0, false]);
  });
}

Deno.test("GroupKeys.begin() goes on with those who had to wait, however often it begins anew", () => {
  const fixture = new GroupFixture();
  const { keys } = fixture.group;
  fixture.newcomers(2 * MAX_KEYS_AT_ONCE);
  keys.begin("when all have it", fixture.clock.now);
  keys.give(fixture.clock.advance(1));
  fixture.sentTo();
  keys.begin("at once", fixture.clock.now);
  keys.begin("at once", fixture.clock.now);
  assertEquals(new Set(fixture.sentTo()).size, 2 * MAX_KEYS_AT_ONCE);
});

Deno.test("GroupKeys.give() also gives members the key that they missed, if it was used", () => {
  for (const isUsed of [true, false]) {
    const fixture = new GroupFixture();
    const { group: { keys, channel }, clock } = fixture;
    fixture.newcomers(MAX_KEYS_AT_ONCE + 2);
    keys.begin("when all have it", clock.now);
    keys.give(clock.advance(1));
    keys.begin("at once", clock.now);
    if (isUsed) channel.say(new Uint8Array(3), undefined, 1n, clock.now);
    fixture.sentTo();
    keys.begin("at once", clock.now);
    keys.give(clock.advance(1));
    const [first, second] = [MAX_KEYS_AT_ONCE + 1, MAX_KEYS_AT_ONCE + 2];
    const sentTo = fixture.sentTo();
    const waiting = isUsed ? [first, first, second, second] : [first, second];
    assertEquals(sentTo.slice(0, waiting.length), waiting);
    assertEquals(sentTo.length, MAX_KEYS_AT_ONCE + waiting.length);
  }
});

Deno.test("GroupKeys.give() gives no more than a few keys late", () => {
  const fixture = new GroupFixture();
  const { group: { keys, channel }, clock } = fixture;
  const members = fixture.newcomers(20 * MAX_KEYS_AT_ONCE);
  keys.begin("when all have it", clock.now);
  while (keys.isGiving) keys.give(clock.advance(1));
  for (let change = 0; change < MAX_LATE_KEYS + 3; change++) {
    keys.begin("at once", clock.now);
    channel.say(new Uint8Array(3), undefined, 1n, clock.now);
  }
  fixture.sentTo();
  while (keys.isGiving) keys.give(clock.advance(1));
  const sent = fixture.sentTo();
  const last = sent.filter((port) => port === members.at(-1)?.endpoint.port);
  assertEquals(last.length, MAX_LATE_KEYS + 1);
});

Deno.test("GroupKeys.give() waits until a key has left that waits behind messages, but not long", () => {
  const fixture = new GroupFixture();
  const [busy] = fixture.newcomers(1);
  busy?.outbox.pushLater(new Uint8Array(3));
  const { keys } = fixture.group;
  keys.begin("when all have it", fixture.clock.now);
  assertEquals([keys.epoch, fixture.sentTo()], [0, []]);
  keys.give(fixture.clock.advance(MAX_NEWCOMER_WAIT_MS - 1));
  assertEquals(keys.epoch, 0);
  keys.give(fixture.clock.advance(1));
  assertEquals(keys.epoch, 1);
});

Deno.test("GroupKeys.give() does not wait for a newcomer that has left meanwhile", () => {
  const fixture = new GroupFixture();
  const [busy] = fixture.newcomers(2);
  busy?.outbox.pushLater(new Uint8Array(3));
  const { keys, members } = fixture.group;
  keys.begin("when all have it", fixture.clock.now);
  assertEquals(keys.epoch, 0);
  if (busy !== undefined) fixture.group.remove(busy, "left");
  keys.give(fixture.clock.advance(1));
  assertEquals([keys.epoch, members.size], [1, 1]);
});

Deno.test("GroupKeys gives no key to a newcomer for whom too much waits", () => {
  const fixture = new GroupFixture();
  const [first, second, third] = fixture.newcomers(3);
  first?.outbox.pushLater(new Uint8Array(30_000));
  for (let count = 0; count <= MAX_MESSAGES_AHEAD_OF_KEY; count++) {
    second?.outbox.pushLater(new Uint8Array(3));
  }
  const { keys } = fixture.group;
  assertEquals(keys.isAnyReady(), true);
  keys.begin("when all have it", fixture.clock.now);
  const isGiven = [first, second, third].map((it) => keyFor(fixture, it) !== undefined);
  assertEquals(isGiven, [false, false, true]);
  if (third !== undefined) fixture.group.remove(third, "left");
  assertEquals(keys.isAnyReady(), false);
});

Deno.test("GroupKeys.give() passes over who has left meanwhile", () => {
  const fixture = new GroupFixture();
  const sessions = fixture.newcomers(ONE_MORE + 1);
  const { keys, members } = fixture.group;
  keys.begin("when all have it", fixture.clock.now);
  fixture.sentTo();
  for (const index of [0, MAX_KEYS_AT_ONCE]) {
    const session = sessions[index];
    if (session !== undefined) fixture.group.remove(session, "left");
  }
  keys.give(fixture.clock.advance(1));
  assertEquals(fixture.sentTo(), [ONE_MORE + 1]);
  assertEquals(members.size, ONE_MORE - 1);
});

Deno.test("GroupKeys.tlvsFor() names the group's address by multicast, and the id of the client", () => {
  const fixture = new GroupFixture(BY_MULTICAST);
  const [session] = fixture.newcomers(1);
  if (session === undefined) throw new Error("There is no session");
  assertEquals(fixture.group.keys.tlvsFor(session), []);
  fixture.group.keys.begin("when all have it", fixture.clock.now);
  assertEquals(keyFor(fixture, session)?.address, { hostname: "239.255.77.77", port: 5_000 });
  const [, id] = fixture.group.keys.tlvsFor(session);
  assertEquals(new TextDecoder().decode(id?.value), "127.0.0.1:1");
});

Deno.test("Group.remove() of the last one forgets the keys, and numbers go on", () => {
  const fixture = new GroupFixture();
  const [session] = fixture.newcomers(1);
  const { group, clock } = fixture;
  group.keys.begin("when all have it", clock.now);
  if (session !== undefined) group.remove(session, "left");
  assertEquals([group.keys.epoch, group.members.isEmpty], [0, true]);
  fixture.newcomers(1);
  group.keys.begin("when all have it", clock.now);
  assertEquals(group.keys.epoch, 2);
});

for (const reason of ["kicked", "banned", "revoked"] as const) {
  Deno.test(`Group.remove() asks for a change at once when a member is ${reason}`, () => {
    const fixture = new GroupFixture();
    const [session] = fixture.newcomers(2);
    const { group, clock } = fixture;
    group.keys.begin("when all have it", clock.now);
    if (session !== undefined) group.remove(session, reason);
    assertEquals(group.changes.isUrgent, true);
  });
}

for (const reason of ["left", "timed_out", "replaced", "shutdown"] as const) {
  Deno.test(`Group.remove() asks for no change at once when a member is ${reason}`, () => {
    const fixture = new GroupFixture();
    const [session] = fixture.newcomers(2);
    const { group, clock } = fixture;
    group.changes.begin(clock.now.monotonicMs);
    group.keys.begin("when all have it", clock.now);
    if (session !== undefined) group.remove(session, reason);
    const isWanted = group.changes.nextDeadlineMs() !== undefined;
    assertEquals([group.changes.isUrgent, isWanted], [false, reason !== "shutdown"]);
  });
}

Deno.test("Group.remove() of who has no key asks for no change", () => {
  const fixture = new GroupFixture();
  const [session] = fixture.newcomers(2);
  fixture.group.changes.begin(0);
  if (session !== undefined) fixture.group.remove(session, "kicked");
  assertEquals(fixture.group.changes.nextDeadlineMs(), undefined);
});
