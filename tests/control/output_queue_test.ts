import { assert, assertEquals } from "@std/assert";
import { OUTPUT_CHUNK_BYTES, OutputQueue } from "../../src/control/output_queue.ts";

const describeLoss = (count: number) => `# ${count} lost`;

/** Takes everything out, `step` bytes at a time. */
function drain(queue: OutputQueue, step = Infinity): string[] {
  const decoder = new TextDecoder();
  let text = "";
  for (let chunk = queue.peek(); chunk; chunk = queue.peek()) {
    const taken = chunk.slice(0, step);
    text += decoder.decode(taken, { stream: true });
    queue.written(taken.byteLength);
  }
  assert(queue.isEmpty);
  assertEquals(queue.replyBytes, 0);
  assertEquals(queue.streamBytes, 0);
  return text.split("\n").slice(0, -1);
}

function pushLines(queue: OutputQueue, from: number, to: number): void {
  for (let i = from; i <= to; i++) queue.pushStream(`line ${i}`, describeLoss);
}

for (const step of [1, 7, Infinity]) {
  Deno.test(`OutputQueue gives replies and lines in order, ${step} bytes at a time`, () => {
    const queue = new OutputQueue();
    queue.pushStream("a", describeLoss);
    queue.pushReply(["= b", "OK"]);
    queue.pushStream("ä", describeLoss);
    assertEquals(drain(queue, step), ["a", "= b", "OK", "ä"]);
  });
}

Deno.test("OutputQueue keeps as many lines as the bound", () => {
  const queue = new OutputQueue({ maxLines: 3, maxBytes: 1_000 });
  pushLines(queue, 1, 3);
  assertEquals(drain(queue), ["line 1", "line 2", "line 3"]);
});

Deno.test("OutputQueue loses the oldest of one line more, and says so in its place", () => {
  const queue = new OutputQueue({ maxLines: 3, maxBytes: 1_000 });
  pushLines(queue, 1, 4);
  assertEquals(drain(queue), ["# 1 lost", "line 2", "line 3", "line 4"]);
});

Deno.test("OutputQueue keeps as many bytes as the bound, line ends included", () => {
  const queue = new OutputQueue({ maxLines: 100, maxBytes: 21 });
  pushLines(queue, 1, 3);
  assertEquals(queue.streamBytes, 21);
  pushLines(queue, 4, 4);
  assertEquals(queue.streamBytes, 21);
  assertEquals(drain(queue), ["# 1 lost", "line 2", "line 3", "line 4"]);
});

Deno.test("OutputQueue loses a line that is longer than all the room", () => {
  const queue = new OutputQueue({ maxLines: 100, maxBytes: 21 });
  pushLines(queue, 1, 1);
  queue.pushStream("x".repeat(21), describeLoss);
  pushLines(queue, 2, 2);
  assertEquals(drain(queue), ["# 2 lost", "line 2"]);
});

Deno.test("OutputQueue counts each gap for itself where replies stand between them", () => {
  const queue = new OutputQueue({ maxLines: 2, maxBytes: 1_000 });
  pushLines(queue, 1, 2);
  queue.pushReply(["OK 1"]);
  pushLines(queue, 3, 4);
  queue.pushReply(["OK 2"]);
  pushLines(queue, 5, 7);
  assertEquals(drain(queue), [
    "# 2 lost",
    "OK 1",
    "# 2 lost",
    "OK 2",
    "# 1 lost",
    "line 6",
    "line 7",
  ]);
});

Deno.test("OutputQueue tells of a second gap after the first was read", () => {
  const queue = new OutputQueue({ maxLines: 2, maxBytes: 1_000 });
  pushLines(queue, 1, 5);
  assertEquals(drain(queue), ["# 3 lost", "line 4", "line 5"]);
  pushLines(queue, 6, 10);
  assertEquals(drain(queue), ["# 3 lost", "line 9", "line 10"]);
});

Deno.test("OutputQueue never changes a chunk that is being written", () => {
  const queue = new OutputQueue({ maxLines: 2, maxBytes: 1_000 });
  pushLines(queue, 1, 2);
  queue.peek();
  pushLines(queue, 3, 10);
  assertEquals(drain(queue, 5), ["line 1", "line 2", "# 6 lost", "line 9", "line 10"]);
});

Deno.test("OutputQueue writes a gap in the words of the lines that were lost", () => {
  const queue = new OutputQueue({ maxLines: 2, maxBytes: 1_000 });
  pushLines(queue, 1, 2);
  for (let i = 0; i < 4; i++) queue.pushStream(`{${i}}`, (count) => `{lost ${count}}`);
  // One function a call: each line is a run of its own.
  assertEquals(drain(queue), ["# 2 lost", "{lost 1}", "{lost 1}", "{2}", "{3}"]);
});

Deno.test("OutputQueue keeps a large reply whole, whatever else comes", () => {
  const queue = new OutputQueue({ maxLines: 2, maxBytes: 100 });
  const lines = Array.from({ length: 20_000 }, (_, i) => `= client ${i} ${"x".repeat(60)}`);
  queue.pushReply(lines);
  pushLines(queue, 1, 10_000);
  assert(queue.replyBytes > 1_400_000);
  assertEquals(drain(queue, 10_007), [...lines, "# 9998 lost", "line 9999", "line 10000"]);
});

Deno.test("OutputQueue gives chunks of a bounded size", () => {
  const queue = new OutputQueue();
  queue.pushReply(["x".repeat(10 * OUTPUT_CHUNK_BYTES)]);
  assertEquals(queue.peek()?.byteLength, OUTPUT_CHUNK_BYTES);
});

Deno.test("OutputQueue never holds more than its bound, whoever does not read", () => {
  const queue = new OutputQueue();
  for (let i = 0; i < 5_000; i++) {
    queue.pushStream("x".repeat(i), describeLoss);
    assert(queue.streamBytes <= 1 << 20);
  }
});
