import { assertEquals } from "@std/assert";
import type { Ban, BanRecord, LiftedBan } from "../../src/session/ban.ts";
import { BanBook, LIFTED_KEPT_MS, MAX_LIFTED_BANS } from "../../src/session/ban_book.ts";
import { MAX_BANS, parseBanTarget } from "../../src/session/ban_list.ts";
import { SeededRandom } from "../support/seeded_random.ts";

function banOf(text: string, sinceUnixMs = 0, untilUnixMs?: number): Ban {
  return { ...parseBanTarget(text), sinceUnixMs, untilUnixMs };
}

function liftedOf(text: string, liftedUnixMs: number): LiftedBan {
  return { ...parseBanTarget(text), liftedUnixMs };
}

function sorted(records: readonly BanRecord[]): string[] {
  return records.map((record) => JSON.stringify(record)).sort();
}

Deno.test("BanBook.merge() takes what is later, and tells what that changes", () => {
  const book = new BanBook([banOf("amy", 10), banOf("192.0.2.1", 10)]);
  const changes = book.merge(
    [banOf("bob", 5), banOf("amy", 9, 1_000), liftedOf("192.0.2.1", 11), liftedOf("eve", 3)],
    20,
  );
  assertEquals(changes, {
    banned: [banOf("bob", 5)],
    lifted: [{ kind: "ip", target: "192.0.2.1" }],
    refused: 0,
  });
  assertEquals(book.bans, [banOf("amy", 10), banOf("bob", 5)]);
  assertEquals(book.lifted, [liftedOf("192.0.2.1", 11), liftedOf("eve", 3)]);
});

Deno.test("BanBook.merge() changes nothing when it is told the same again", () => {
  const book = new BanBook([banOf("amy", 10), liftedOf("bob", 10)]);
  const { revision } = book;
  const changes = book.merge([banOf("amy", 10), liftedOf("bob", 10), banOf("bob", 10)], 20);
  assertEquals(changes, { banned: [], lifted: [], refused: 0 });
  assertEquals(book.revision, revision);
});

Deno.test("BanBook dates an operator's word after what it replaces, whatever the clock says", () => {
  const book = new BanBook([banOf("amy", 1_000)]);
  assertEquals(book.lift("amy", 500), [liftedOf("amy", 1_001)]);
  assertEquals(book.ban(banOf("amy", 600)), banOf("amy", 1_002));
  assertEquals(book.lift("amy", 5_000), [liftedOf("amy", 5_000)]);
  const other = new BanBook([banOf("amy", 1_000)]);
  other.merge(book.records, 600);
  assertEquals(other.bans, []);
});

Deno.test("BanBook.lift() knows a target in every spelling, and no other", () => {
  const book = new BanBook([banOf("2001:db8::1"), banOf("amy")]);
  assertEquals(book.lift("bob", 9), []);
  assertEquals(book.lift("2001:DB8::ff", 9), [liftedOf("2001:db8::1", 9)]);
  assertEquals(book.lift("2001:db8::1", 9), []);
  assertEquals(book.bans, [banOf("amy")]);
});

Deno.test("BanBook.expire() takes a ban whose time is over for lifted since it was made", () => {
  const book = new BanBook([banOf("amy", 10, 100)]);
  book.expire(99);
  assertEquals(book.bans.length, 1);
  book.expire(100);
  assertEquals([book.bans, book.lifted], [[], [liftedOf("amy", 10)]]);
  book.merge([banOf("amy", 5)], 100);
  assertEquals(book.bans, [], "what it replaced does not come back");
  book.merge([banOf("amy", 50)], 100);
  assertEquals(book.bans, [banOf("amy", 50)], "what replaced it elsewhere counts");
});

Deno.test("BanBook.merge() lets a ban whose time is over replace an earlier one without end", () => {
  const book = new BanBook([banOf("amy", 10)]);
  const over = banOf("amy", 20, 30);
  assertEquals(book.merge([over], 20 + LIFTED_KEPT_MS).lifted, [{ kind: "name", target: "amy" }]);
  assertEquals(book.bans, []);
});

Deno.test("BanBook forgets after 30 days that a ban was lifted", () => {
  const book = new BanBook([liftedOf("amy", 10)]);
  book.expire(LIFTED_KEPT_MS + 9);
  assertEquals(book.lifted.length, 1);
  book.expire(LIFTED_KEPT_MS + 10);
  assertEquals(book.lifted, []);
  book.merge([liftedOf("amy", 10)], LIFTED_KEPT_MS + 10);
  assertEquals(book.lifted, []);
});

Deno.test("BanBook holds 10,000 bans, and refuses one more", () => {
  const book = new BanBook(Array.from({ length: MAX_BANS + 1 }, (_, index) => banOf(`c ${index}`)));
  assertEquals(book.bans.length, MAX_BANS);
  assertEquals(book.ban(banOf("amy")), undefined);
  assertEquals(book.merge([banOf("amy", 5), banOf("c 0", 5)], 9), {
    banned: [banOf("c 0", 5)],
    lifted: [],
    refused: 1,
  });
  book.lift("c 1", 9);
  assertEquals(book.merge([banOf("amy", 5)], 9).banned, [banOf("amy", 5)]);
});

Deno.test("BanBook keeps the newest 10,000 of those that were lifted", () => {
  const many = Array.from({ length: MAX_LIFTED_BANS }, (_, index) => liftedOf(`c ${index}`, index));
  const book = new BanBook(many);
  book.merge([liftedOf("amy", 3)], 9);
  assertEquals(book.lifted.length, MAX_LIFTED_BANS);
  assertEquals(book.lifted.some(({ target }) => target === "c 0"), false);
  assertEquals(book.lifted.some(({ target }) => target === "amy"), true);
});

Deno.test("BanBooks that are merged in any order are the same", () => {
  const random = new SeededRandom(5);
  const record = (): BanRecord => {
    const text = ["amy", "bob", "192.0.2.1"][random.below(3)] ?? "amy";
    const date = random.below(6);
    if (random.chance(0.4)) return liftedOf(text, date);
    return banOf(text, date, random.chance(0.3) ? 5 + random.below(10) : undefined);
  };
  for (let round = 0; round < 500; round++) {
    const records = Array.from({ length: 6 }, record);
    const books = [records, random.shuffle(records)].map((all) => {
      const book = new BanBook([]);
      for (const one of all) book.merge([one], 10);
      return book;
    });
    const [a, b] = books.map((book) => sorted(book.records));
    assertEquals(a, b, JSON.stringify(records));
  }
});
