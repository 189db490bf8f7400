import { assertEquals } from "@std/assert";
import { EventQueue } from "../../../scripts/scale_model/event_queue.ts";
import { RandomGaps } from "../../../scripts/scale_model/random_gaps.ts";

Deno.test("EventQueue.run() goes by time, and by what was added first", () => {
  const random = new RandomGaps(7);
  const queue = new EventQueue();
  const times = Array.from({ length: 500 }, () => Math.floor(random.next() * 50));
  const seen: [number, number][] = [];
  times.forEach((time, index) => queue.add(time, (at) => void seen.push([at, index])));
  queue.run();
  const expected = times.map((time, index): [number, number] => [time, index])
    .sort(([a, i], [b, j]) => a - b || i - j);
  assertEquals(seen, expected);
});

Deno.test("EventQueue.run() does what is added while it runs", () => {
  const queue = new EventQueue();
  const seen: string[] = [];
  queue.add(1, (at) => {
    seen.push(`first ${at}`);
    queue.add(2, () => seen.push("second"));
    queue.add(1, () => seen.push("at once"));
  });
  queue.add(3, () => seen.push("last"));
  queue.run();
  assertEquals(seen, ["first 1", "at once", "second", "last"]);
});

Deno.test("EventQueue.run() has nothing to do when nothing was added", () => {
  const queue = new EventQueue();
  queue.run();
  queue.add(1, () => undefined);
  queue.run();
  queue.run();
});
