import { assertEquals } from "@std/assert";
import { SequenceWatch } from "../../../../scripts/soak/fleet/sequence_watch.ts";

const state = ({ jumps, repeats }: SequenceWatch) => ({ jumps, repeats });

Deno.test("SequenceWatch is content with numbers that follow on each other from anywhere", () => {
  const watch = new SequenceWatch();
  assertEquals([7n, 8n, 9n].map((number) => watch.message(number)), [true, true, true]);
  assertEquals(state(watch), { jumps: 0, repeats: 0 });
});

Deno.test("SequenceWatch counts what was passed over without a word", () => {
  const watch = new SequenceWatch();
  assertEquals([1n, 4n, 5n].map((number) => watch.message(number)), [true, false, true]);
  assertEquals(state(watch), { jumps: 2, repeats: 0 });
});

Deno.test("SequenceWatch is content with a gap that it was told of", () => {
  const watch = new SequenceWatch();
  assertEquals([watch.message(1n), watch.gap(2n, 9n), watch.message(10n)], [true, true, true]);
  assertEquals(state(watch), { jumps: 0, repeats: 0 });
});

Deno.test("SequenceWatch counts what is missing beside a gap, before it and behind it", () => {
  const watch = new SequenceWatch();
  assertEquals([watch.message(1n), watch.gap(3n, 9n), watch.message(11n)], [true, false, false]);
  assertEquals(state(watch), { jumps: 2, repeats: 0 });
});

Deno.test("SequenceWatch counts numbers that come again", () => {
  const watch = new SequenceWatch();
  assertEquals([5n, 5n, 4n, 6n].map((number) => watch.message(number)), [true, false, false, true]);
  assertEquals(state(watch), { jumps: 0, repeats: 2 });
});

Deno.test("SequenceWatch begins anew with a new series", () => {
  const watch = new SequenceWatch();
  watch.message(50n);
  watch.newSeries();
  assertEquals([watch.message(1n), state(watch)], [true, { jumps: 0, repeats: 0 }]);
});
