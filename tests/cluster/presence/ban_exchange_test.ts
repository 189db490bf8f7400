import { assertEquals } from "@std/assert";
import { BanExchange } from "../../../src/cluster/presence/ban_exchange.ts";
import type { BanRecord } from "../../../src/session/ban.ts";
import { BanBook } from "../../../src/session/ban_book.ts";
import { MAX_BANS, parseBanTarget } from "../../../src/session/ban_list.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { PresenceWorld, sessionOf } from "../../support/presence_world.ts";
import { SeededRandom } from "../../support/seeded_random.ts";

const RELAY = "0000000000000001";
const OTHER = sessionOf(2);
const THIRD = sessionOf(3);

function banOf(text: string, sinceUnixMs = 1): BanRecord {
  return { ...parseBanTarget(text), sinceUnixMs, untilUnixMs: undefined };
}

function exchangeOf(...records: BanRecord[]): { exchange: BanExchange; book: BanBook } {
  const book = new BanBook(records);
  return { exchange: new BanExchange(RELAY, book), book };
}

function digestOf(...records: BanRecord[]): string {
  return exchangeOf(...records).exchange.digest;
}

Deno.test("BanExchange.digest is the same for the same records in any order", () => {
  assertEquals(digestOf(banOf("amy"), banOf("bob")), digestOf(banOf("bob"), banOf("amy")));
  assertEquals(digestOf(banOf("amy")) === digestOf(banOf("amy", 2)), false);
});

Deno.test("BanExchange tells its book to who has another one, again and ever less often", () => {
  const { exchange } = exchangeOf(banOf("amy"));
  exchange.hear(OTHER, exchange.digest, 0);
  assertEquals([exchange.nextDeadlineMs(), exchange.takeDue(9_000)], [undefined, []]);
  const told: number[] = [];
  for (let nowMs = 10_000; nowMs < 200_000; nowMs += 500) {
    if (nowMs % 2_000 === 0) exchange.hear(OTHER, digestOf(), nowMs);
    if (exchange.takeDue(nowMs).length > 0) told.push(nowMs);
  }
  assertEquals(told.slice(0, 4), [10_000, 14_000, 22_000, 38_000]);
  exchange.hear(OTHER, exchange.digest, 200_000);
  assertEquals([exchange.takeDue(1e9), exchange.nextDeadlineMs()], [[], undefined]);
});

Deno.test("BanExchange tells its book to who has missed what was banned here", () => {
  const { exchange, book } = exchangeOf();
  exchange.hear(OTHER, digestOf(), 0);
  book.merge([banOf("amy")], 5);
  exchange.hear(OTHER, digestOf(), 2_000);
  assertEquals(exchange.takeDue(3_000).length, 1);
});

Deno.test("BanExchange leaves it to a relay with the same book to tell it", () => {
  const { exchange } = exchangeOf(banOf("amy"));
  const clock = new FakeClock(1_000);
  exchange.hear(OTHER, digestOf(), 1_000);
  exchange.take(THIRD, { kind: "bans", digest: digestOf(banOf("amy")), records: [] }, clock.now);
  assertEquals(exchange.takeDue(2_000), []);
  exchange.hear(OTHER, exchange.digest, 3_000);
  assertEquals(exchange.takeDue(9_000), []);
});

Deno.test("BanExchange does not wait for a relay that is gone", () => {
  const { exchange } = exchangeOf(banOf("amy"));
  exchange.hear(OTHER, digestOf(), 0);
  exchange.forget(OTHER);
  assertEquals(exchange.takeDue(1_000), []);
});

Deno.test("relays tell each other the bans that they bring along, 10,000 of them", () => {
  const world = new PresenceWorld(new SeededRandom(3), { maxDelayMs: 20 });
  const many = Array.from({ length: MAX_BANS - 1 }, (_, index) => banOf(`client ${index}`));
  const [a, b] = [world.start({ bans: many }), world.start({ bans: [banOf("amy")] })];
  world.run(3_000);
  for (const { core, banList, now } of [a, b]) {
    assertEquals(core.bans.bans.length, MAX_BANS);
    assertEquals(banList.list(now.unixMs).length, MAX_BANS);
  }
  const before = world.said;
  world.run(20_000);
  assertEquals(world.said - before, 20, "then there is no more to say");
});

Deno.test("a ban and its lifting reach every relay at once, whatever their clocks say", () => {
  const world = new PresenceWorld(new SeededRandom(4), { maxDelayMs: 20 });
  const relays = [30_000, 0, -30_000].map((clockAheadMs) => world.start({ clockAheadMs }));
  world.run(1_000);
  const held = () => relays.map(({ banList, now }) => banList.hasName("mallory", now.unixMs));
  relays[0]?.ban("mallory");
  world.run(100);
  assertEquals(held(), [true, true, true]);
  relays[2]?.unban("mallory");
  world.run(100);
  assertEquals(held(), [false, false, false]);
  relays[1]?.ban("mallory");
  world.run(100);
  assertEquals(held(), [true, true, true]);
});

Deno.test("a relay that was away hears what was banned and lifted meanwhile", () => {
  const world = new PresenceWorld(new SeededRandom(4), { maxDelayMs: 20 });
  const [a, b] = [world.start(), world.start()];
  world.run(1_000);
  a.ban("mallory");
  a.ban("192.0.2.1");
  world.run(1_000);
  b.disconnect();
  a.unban("192.0.2.1");
  b.unban("mallory");
  b.ban("eve");
  world.run(5_000);
  b.connect();
  world.run(5_000);
  for (const { banList, now } of [a, b]) {
    assertEquals(banList.list(now.unixMs).map(({ target }) => target), ["eve"]);
  }
});
