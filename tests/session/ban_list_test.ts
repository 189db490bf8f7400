import { assertEquals } from "@std/assert";
import type { Ban } from "../../src/session/ban.ts";
import { BanList, type BanTarget, MAX_BANS, parseBanTarget } from "../../src/session/ban_list.ts";
import { assertThrowsWithCode } from "../support/assert_code.ts";

function banOf(text: string, untilUnixMs?: number): Ban {
  return { ...parseBanTarget(text), sinceUnixMs: 0, untilUnixMs };
}

const targets: { text: string; target: BanTarget }[] = [
  { text: "192.0.2.1", target: { kind: "ip", target: "192.0.2.1" } },
  { text: "::ffff:192.0.2.1", target: { kind: "ip", target: "192.0.2.1" } },
  { text: "2001:DB8:0:1::99", target: { kind: "ip", target: "2001:db8:0:1" } },
  { text: "fe80::1%eth0", target: { kind: "ip", target: "fe80:0:0:0" } },
  { text: "alice", target: { kind: "name", target: "alice" } },
  { text: "pump 3 (east)", target: { kind: "name", target: "pump 3 (east)" } },
  { text: "192.0.2", target: { kind: "name", target: "192.0.2" } },
];
for (const { text, target } of targets) {
  Deno.test(`parseBanTarget() reads ${text} as the ${target.kind} ${target.target}`, () => {
    assertEquals(parseBanTarget(text), target);
  });
}

for (
  const text of [
    "192.0.2.256",
    "192.0.2.0/24",
    "2001:db8::/32",
    "192.0.2.1/",
    "",
    "192.0.2.1:5000",
    "[::1]:5000",
    "a\nb",
    "0123456789abcdef",
    "a".repeat(65),
  ]
) {
  Deno.test(`parseBanTarget() refuses ${JSON.stringify(text)}`, () => {
    assertThrowsWithCode(() => parseBanTarget(text), "BAN_TARGET");
  });
}

Deno.test("BanList.hasAddress() is true for every spelling of a banned address", () => {
  const bans = new BanList([banOf("192.0.2.1"), banOf("2001:db8::1")]);
  for (const address of ["192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1", "2001:db8::ffff%1"]) {
    assertEquals(bans.hasAddress(address, 0), true, address);
  }
  for (const address of ["192.0.2.2", "2001:db8:0:1::1", "::1"]) {
    assertEquals(bans.hasAddress(address, 0), false, address);
  }
});

Deno.test("BanList.hasName() is true for the very name alone", () => {
  const bans = new BanList([banOf("alice")]);
  assertEquals(["alice", "Alice", "alice ", "bob"].map((name) => bans.hasName(name, 0)), [
    true,
    false,
    false,
    false,
  ]);
});

Deno.test("BanList keeps names and addresses apart", () => {
  const bans = new BanList([banOf("192.0.2.1")]);
  assertEquals(bans.hasName("192.0.2.1", 0), false, "a name may look like an address");
});

Deno.test("BanList forgets a ban from the moment that it ends", () => {
  const bans = new BanList([banOf("alice", 1_000), banOf("192.0.2.1", 2_000)]);
  assertEquals([bans.hasName("alice", 999), bans.hasName("alice", 1_000)], [true, false]);
  assertEquals(bans.list(1_999), [banOf("192.0.2.1", 2_000)]);
  assertEquals(bans.hasAddress("192.0.2.1", 1_999), true);
  assertEquals(bans.list(2_000), []);
  assertEquals(bans.hasAddress("192.0.2.1", 0), false, "a clock set back brings none back");
});

Deno.test("BanList.add() replaces the ban of the same target", () => {
  const bans = new BanList([banOf("2001:db8::1", 1_000), banOf("alice")]);
  bans.add(banOf("2001:db8::2", 5_000), 0);
  assertEquals(bans.list(0), [banOf("alice"), banOf("2001:db8::2", 5_000)]);
  assertEquals(bans.hasAddress("2001:db8::1", 4_999), true);
});

const removals: { text: string; isRemoved: boolean }[] = [
  { text: "192.0.2.1", isRemoved: true },
  { text: "::ffff:192.0.2.1", isRemoved: true },
  { text: "2001:db8::5", isRemoved: true },
  { text: "2001:db8:0:0", isRemoved: true },
  { text: "alice", isRemoved: true },
  { text: "bob", isRemoved: false },
  { text: "192.0.2.2", isRemoved: false },
  { text: "gone", isRemoved: false },
  { text: "", isRemoved: false },
];
for (const { text, isRemoved } of removals) {
  Deno.test(`BanList.remove() ${isRemoved ? "lifts" : "knows no"} ban by "${text}"`, () => {
    const all = [banOf("192.0.2.1"), banOf("2001:db8::1"), banOf("alice"), banOf("gone", 10)];
    const bans = new BanList(all);
    assertEquals(bans.remove(text, 10), isRemoved);
    assertEquals(bans.list(10).length, isRemoved ? 2 : 3);
    assertEquals(bans.remove(text, 10), false);
  });
}

function manyBans(count: number, untilUnixMs?: number): Ban[] {
  return Array.from({ length: count }, (_, index) => banOf(`client ${index}`, untilUnixMs));
}

Deno.test("BanList takes 10,000 bans, and refuses one more", () => {
  const bans = new BanList(manyBans(MAX_BANS));
  assertThrowsWithCode(() => bans.add(banOf("alice"), 0), "BANS_FULL");
  assertEquals(bans.hasName("alice", 0), false);
  bans.add(banOf("client 0", 1_000), 0);
  assertEquals(bans.list(0).length, MAX_BANS, "one that is replaced is not one more");
  bans.remove("client 1", 0);
  bans.add(banOf("alice"), 0);
  assertEquals(bans.hasName("alice", 0), true);
});

Deno.test("BanList refuses to begin with more than 10,000 bans", () => {
  assertThrowsWithCode(() => new BanList(manyBans(MAX_BANS + 1)), "BANS_FULL");
});

Deno.test("BanList.add() makes room by forgetting bans that are over", () => {
  const bans = new BanList(manyBans(MAX_BANS, 1_000));
  bans.add(banOf("alice"), 1_000);
  assertEquals(bans.list(1_000), [banOf("alice")]);
});

Deno.test("BanList.lift() lifts the ban of the very target alone", () => {
  const bans = new BanList([banOf("alice"), banOf("192.0.2.1")]);
  bans.lift({ kind: "name", target: "192.0.2.1" });
  bans.lift({ kind: "name", target: "bob" });
  assertEquals(bans.list(0).length, 2);
  bans.lift({ kind: "ip", target: "192.0.2.1" });
  assertEquals(bans.list(0), [banOf("alice")]);
});
