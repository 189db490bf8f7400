import { assertEquals } from "@std/assert";
import { FRAGMENT_RATE } from "../../src/session/fragment_rate.ts";
import { GroupFixture } from "../support/group_fixture.ts";
import { BY_MULTICAST } from "../support/group_world.ts";

const short = Uint8Array.of(1, 2, 3);
const long = new Uint8Array(2_500);

/** A group whose newcomers are all members. */
function begun(fixture: GroupFixture, count: number) {
  const sessions = fixture.newcomers(count);
  const { keys } = fixture.group;
  keys.begin("when all have it", fixture.clock.now);
  while (keys.isGiving) keys.give(fixture.clock.advance(1));
  fixture.sentTo();
  return sessions;
}

Deno.test("GroupChannel.say() has no room before the first epoch, nor when it was cleared", () => {
  const fixture = new GroupFixture();
  const { channel } = fixture.group;
  assertEquals(channel.say(short, undefined, 1n, fixture.clock.now), false);
  begun(fixture, 1);
  assertEquals(channel.say(short, undefined, 1n, fixture.clock.now), true);
  channel.clear();
  assertEquals(channel.say(short, undefined, 1n, fixture.clock.now), false);
});

Deno.test("GroupChannel.say() sends a short message to all but its sender, by unicast", () => {
  const fixture = new GroupFixture();
  const [, second] = begun(fixture, 3);
  fixture.group.channel.say(short, second, 1n, fixture.clock.now);
  assertEquals(fixture.sentTo(), [1, 3]);
  fixture.group.channel.say(short, undefined, 1n, fixture.clock.now);
  assertEquals(fixture.sentTo(), [1, 2, 3]);
});

Deno.test("GroupChannel.say() sends a short message once, by multicast", () => {
  const fixture = new GroupFixture(BY_MULTICAST);
  const [first] = begun(fixture, 3);
  fixture.group.channel.say(short, first, 1n, fixture.clock.now);
  assertEquals(fixture.sentTo(), ["group"]);
  assertEquals(fixture.counters.datagramsOut, 4, "three keys, and the message");
});

Deno.test("GroupChannel.release() gives each message to its own audience, in order", () => {
  const fixture = new GroupFixture();
  const [first, second] = begun(fixture, 2);
  const { group: { channel }, clock } = fixture;
  channel.say(long, first, 1n, clock.now);
  channel.say(short, second, 1n, clock.now);
  begun(fixture, 1);
  channel.say(short, undefined, 1n, clock.now);
  assertEquals(fixture.sentTo(), []);
  channel.release(clock.now);
  assertEquals(fixture.sentTo(), [2, 2, 2, 1, 1, 2, 3], "the third was no member before");
  assertEquals(channel.nextDeadlineMs(), undefined);
});

Deno.test("GroupChannel.release() rests as long as many members need, a fragment at least", () => {
  const fixture = new GroupFixture();
  begun(fixture, 32);
  const { group: { channel }, clock } = fixture;
  channel.say(new Uint8Array(100_000), undefined, 1n, clock.now);
  channel.release(clock.now);
  assertEquals(fixture.sentTo().length, 64);
  assertEquals(channel.nextDeadlineMs(), clock.now.monotonicMs + 1);
  channel.release(clock.now);
  assertEquals(fixture.sentTo(), [], "not before its time");
});

Deno.test("GroupChannel.release() keeps to the pace of fragments, by multicast", () => {
  const fixture = new GroupFixture(BY_MULTICAST);
  begun(fixture, 500);
  const { group: { channel }, clock } = fixture;
  channel.say(new Uint8Array(100_000), undefined, 1n, clock.now);
  channel.release(clock.now);
  assertEquals(fixture.sentTo().length, FRAGMENT_RATE.burst);
  channel.release(clock.advance(1));
  assertEquals(fixture.sentTo().length, 4);
});

Deno.test("GroupChannel.release() rests also between messages that come one after the other", () => {
  const fixture = new GroupFixture();
  begun(fixture, 640);
  const { group: { channel }, clock } = fixture;
  channel.say(new Uint8Array(1_000), undefined, 1n, clock.now);
  channel.release(clock.now);
  channel.release(clock.advance(10));
  assertEquals(fixture.sentTo().length, 2 * 640);
  channel.say(new Uint8Array(1_000), undefined, 1n, clock.now);
  channel.release(clock.now);
  assertEquals([fixture.sentTo(), channel.nextDeadlineMs()], [[], clock.now.monotonicMs + 10]);
});

Deno.test("GroupChannel.clear() forgets what waits", () => {
  const fixture = new GroupFixture();
  begun(fixture, 2);
  const { group: { channel }, clock } = fixture;
  channel.say(long, undefined, 1n, clock.now);
  channel.clear();
  channel.release(clock.advance(1));
  assertEquals([fixture.sentTo(), channel.nextDeadlineMs()], [[], undefined]);
});

Deno.test("GroupChannel.waitsFrom names the first message that has yet to leave", () => {
  const fixture = new GroupFixture();
  begun(fixture, 2);
  const { group: { channel }, clock } = fixture;
  channel.say(short, undefined, 1n, clock.now);
  assertEquals(channel.waitsFrom, undefined);
  channel.say(new Uint8Array(100_000), undefined, 2n, clock.now);
  channel.say(short, undefined, 3n, clock.now);
  assertEquals(channel.waitsFrom, 2n);
  channel.release(clock.now);
  assertEquals(channel.waitsFrom, 2n);
  for (let ms = 0; ms < 200; ms++) channel.release(clock.advance(1));
  assertEquals(channel.waitsFrom, undefined);
});
