import { assertEquals } from "@std/assert";
import { MulticastWatch } from "../../src/client/multicast_watch.ts";

function watching(latest = 10n): MulticastWatch {
  const watch = new MulticastWatch(latest);
  watch.begin(0);
  return watch;
}

Deno.test("MulticastWatch finds silence by two replies that name six messages which did not come", () => {
  const watch = watching();
  watch.heardReply(12n, 1_000);
  assertEquals(watch.isSilent, false);
  watch.heardReply(16n, 2_000);
  assertEquals(watch.isSilent, true);
});

Deno.test("MulticastWatch takes one reply, or five lost messages, for no silence", () => {
  const once = watching();
  once.heardReply(1_000n, 1_000);
  assertEquals(once.isSilent, false);
  once.heardReply(1_000n, 2_000);
  assertEquals(once.isSilent, false, "nothing was said between the two");
  const lossy = watching();
  lossy.heardReply(11n, 1_000);
  lossy.heardReply(15n, 2_000);
  assertEquals(lossy.isSilent, false);
  lossy.heardReply(16n, 3_000);
  assertEquals(lossy.isSilent, true);
});

Deno.test("MulticastWatch begins afresh with each group message", () => {
  const watch = watching();
  watch.heardReply(20n, 1_000);
  watch.heardGroup();
  watch.heardReply(30n, 2_000);
  assertEquals(watch.isSilent, false);
  watch.heardReply(40n, 3_000);
  assertEquals(watch.isSilent, true);
});

Deno.test("MulticastWatch counts nothing that came by another way, and nothing of our own", () => {
  const watch = watching();
  for (let number = 11n; number < 100n; number++) {
    watch.heardOf(number);
    watch.heardReply(number, Number(number));
  }
  assertEquals(watch.isSilent, false);
});

Deno.test("MulticastWatch believes the relay, and no number that a member made up", () => {
  const watch = watching();
  watch.heardOf(1n << 62n);
  watch.heardReply(11n, 1_000);
  watch.heardReply(20n, 2_000);
  watch.heardReply(30n, 3_000);
  assertEquals(watch.isSilent, true);
});

Deno.test("MulticastWatch finds nothing when messages come by unicast", () => {
  const watch = new MulticastWatch(0n);
  for (const latest of [10n, 20n, 30n]) watch.heardReply(latest, Number(latest));
  assertEquals([watch.isSilent, watch.nextDeadlineMs()], [false, Infinity]);
  const left = watching();
  left.heardReply(20n, 1);
  left.end();
  left.heardReply(30n, 2);
  left.heardReply(40n, 3);
  assertEquals([left.isSilent, left.nextDeadlineMs()], [false, Infinity]);
});

Deno.test("MulticastWatch asks after 1 s, ever more seldom, and not once messages come", () => {
  const watch = watching();
  const asked: number[] = [];
  for (let ms = watch.nextDeadlineMs(); ms < Infinity; ms = watch.nextDeadlineMs()) {
    assertEquals(watch.takeRequest(ms - 1), false);
    if (watch.takeRequest(ms)) asked.push(ms);
  }
  assertEquals(asked, [1_000, 3_000, 7_000, 15_000, 31_000]);
  watch.heardReply(20n, 60_000);
  assertEquals(
    watch.nextDeadlineMs(),
    61_000,
    "a reply that names what did not come is followed up",
  );
  watch.heardGroup();
  assertEquals(watch.nextDeadlineMs(), Infinity);
});
