import { assertEquals } from "@std/assert";
import { FairQueue } from "../../src/relay/fair_queue.ts";

/** A queue with items such as `a1`: of source `a`, with key `1`. */
function queueOf(...items: readonly string[]): FairQueue<string> {
  const queue = new FairQueue<string>();
  for (const item of items) queue.put(item.slice(0, 1), item.slice(1), item);
  return queue;
}

function takeAll(queue: FairQueue<string>): string {
  const taken: string[] = [];
  for (let item = queue.take(); item !== undefined; item = queue.take()) taken.push(item);
  return taken.join(" ");
}

const orders: { name: string; put: string; taken: string }[] = [
  { name: "nothing from an empty queue", put: "", taken: "" },
  { name: "the items of one source in their order", put: "a1 a2 a3", taken: "a1 a2 a3" },
  { name: "one item of each source in turn", put: "a1 a2 a3 b1 c1 c2", taken: "a1 b1 c1 a2 c2 a3" },
  { name: "sources in the order in which they came", put: "b1 a1 b2 a2", taken: "b1 a1 b2 a2" },
];
for (const { name, put, taken } of orders) {
  Deno.test(`FairQueue.take() gives ${name}`, () => {
    assertEquals(takeAll(queueOf(...put.split(" ").filter((item) => item !== ""))), taken);
  });
}

Deno.test("FairQueue.take() gives a newcomer its turn before the second item of anyone else", () => {
  const queue = queueOf(...Array.from({ length: 1_000 }, (_, index) => `a${index}`));
  assertEquals([queue.take(), queue.take()], ["a0", "a1"]);
  queue.put("b", "1", "b1");
  assertEquals([queue.take(), queue.take(), queue.take()], ["a2", "b1", "a3"]);
});

Deno.test("FairQueue.put() gives the item that it replaces no second turn, nor a later one", () => {
  const queue = queueOf("a1", "a2", "b1");
  queue.put("a", "1", "A1");
  assertEquals(takeAll(queue), "A1 b1 a2");
});

Deno.test("FairQueue.put() gives a source whose items were all taken the last turn", () => {
  const queue = queueOf("a1", "b1", "c1");
  queue.take();
  queue.put("a", "2", "a2");
  assertEquals(takeAll(queue), "b1 c1 a2");
});

Deno.test("FairQueue.remove() takes out one item, and what is not there is no matter", () => {
  const queue = queueOf("a1", "a2", "b1");
  queue.remove("a", "1");
  queue.remove("a", "9");
  queue.remove("z", "1");
  assertEquals(takeAll(queue), "a2 b1");
  queue.put("b", "2", "b2");
  queue.remove("b", "2");
  assertEquals(queue.take(), undefined);
});
