import { assertEquals } from "@std/assert";
import { SerialWorker } from "../../../scripts/scale_model/serial_worker.ts";

Deno.test("SerialWorker.work() has each piece wait for those before it", () => {
  const worker = new SerialWorker(0);
  assertEquals(
    [[1, 5], [2, 5], [11, 1], [20, 3]].map(([at = 0, length = 0]) => worker.work(at, length)),
    [
      6,
      11,
      12,
      23,
    ],
  );
});

Deno.test("SerialWorker.work() wakes up only when there was nothing to do", () => {
  const worker = new SerialWorker(10);
  assertEquals([worker.work(1, 5), worker.work(3, 5), worker.work(21, 1), worker.work(33, 1)], [
    16,
    21,
    22,
    44,
  ]);
});
