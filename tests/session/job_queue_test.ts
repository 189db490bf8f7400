import { assertEquals, assertRejects } from "@std/assert";
import { JobQueue } from "../../src/session/job_queue.ts";

/** Jobs that end when they are told to, and a record of which have begun. */
function heldJobs(queue: JobQueue, count: number) {
  const begun: number[] = [];
  const gates = Array.from({ length: count }, () => Promise.withResolvers<void>());
  const results = gates.map((gate, index) =>
    queue.run(async () => {
      begun.push(index);
      await gate.promise;
      return index;
    })
  );
  return { begun, gates, results };
}

Deno.test("JobQueue.run() runs so many jobs at once, the others in order", async () => {
  const { begun, gates, results } = heldJobs(new JobQueue(2), 5);
  assertEquals(begun, [0, 1]);
  gates[1]?.resolve();
  assertEquals(await results[1], 1);
  assertEquals(begun, [0, 1, 2]);
  for (const gate of gates) gate.resolve();
  assertEquals(await Promise.all(results), [0, 1, 2, 3, 4]);
  assertEquals(begun, [0, 1, 2, 3, 4]);
});

Deno.test("JobQueue.run() passes on what a job throws, and goes on", async () => {
  const queue = new JobQueue(1);
  const failing = queue.run(() => Promise.reject(new RangeError("a fault")));
  const next = queue.run(() => Promise.resolve("done"));
  await assertRejects(() => failing, RangeError, "a fault");
  assertEquals(await next, "done");
  assertEquals(await queue.run(() => Promise.resolve("again")), "again");
});
