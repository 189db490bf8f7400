import { assert, assertEquals, assertFalse } from "@std/assert";
import {
  EventReader,
  MAX_BACKLOG_BYTES,
  READER_TIMEOUT_MS,
} from "../../../src/http/feed/event_reader.ts";

const bytes = (length: number) => new Uint8Array(length);

/** Takes and writes all that waits. */
function drain(reader: EventReader, nowMs = 0): string {
  let text = "";
  for (let chunk = reader.take(); chunk !== undefined; chunk = reader.take()) {
    text += new TextDecoder().decode(chunk);
    reader.written(nowMs);
  }
  return text;
}

Deno.test("EventReader.take() hands over what waits in order, one part at a time", () => {
  const reader = new EventReader([Uint8Array.of(1), Uint8Array.of(2)], 0);
  reader.send(Uint8Array.of(3));
  assertEquals(reader.take(), Uint8Array.of(1, 2, 3));
  reader.send(Uint8Array.of(4));
  assertEquals(reader.take(), undefined);
  assertEquals(reader.backlogBytes, 4);
  reader.written(0);
  assertEquals(reader.take(), Uint8Array.of(4));
  reader.written(0);
  assertEquals(reader.backlogBytes, 0);
});

Deno.test("EventReader.take() cuts a large event into parts of 64 KiB", () => {
  const event = Uint8Array.from({ length: 150_000 }, (_, at) => at % 251);
  const reader = new EventReader([event], 0);
  const parts: Uint8Array[] = [];
  for (let part = reader.take(); part !== undefined; part = reader.take()) {
    parts.push(part);
    reader.written(0);
  }
  assertEquals(parts.map(({ byteLength }) => byteLength), [65_536, 65_536, 18_928]);
  assertEquals(Uint8Array.from(parts.flatMap((part) => [...part])), event);
});

Deno.test("EventReader.send() takes events up to its bound, and none past it", () => {
  const reader = new EventReader([], 0);
  assert(reader.send(bytes(MAX_BACKLOG_BYTES - 1)));
  assert(reader.send(bytes(1)));
  assertEquals(reader.backlogBytes, MAX_BACKLOG_BYTES);
  assertFalse(reader.send(bytes(1)));
  assertEquals(reader.backlogBytes, MAX_BACKLOG_BYTES);
  reader.take();
  assertFalse(reader.send(bytes(1)));
  reader.written(0);
  assert(reader.send(bytes(1)));
});

Deno.test("EventReader.log() counts the lines that find no room, and says so before the next", () => {
  const reader = new EventReader([bytes(MAX_BACKLOG_BYTES)], 0);
  for (const json of ['{"n":1}', '{"n":2}']) reader.log(json);
  drain(reader);
  reader.log('{"n":3}');
  reader.log('{"n":4}');
  assertEquals(
    drain(reader),
    'event: log_dropped\ndata: {"count":2}\n\n' +
      'event: log\ndata: {"n":3}\n\nevent: log\ndata: {"n":4}\n\n',
  );
});

Deno.test("EventReader.send() says that lines were lost as soon as there is room", () => {
  const reader = new EventReader([bytes(MAX_BACKLOG_BYTES)], 0);
  reader.log("{}");
  drain(reader);
  reader.send(new TextEncoder().encode("x"));
  assertEquals(drain(reader), 'event: log_dropped\ndata: {"count":1}\n\nx');
});

Deno.test("EventReader.tick() cuts off one who takes nothing for 30 s", () => {
  const reader = new EventReader([bytes(100_000)], 0);
  reader.take();
  reader.tick(READER_TIMEOUT_MS - 1);
  assert(reader.isOpen);
  reader.written(READER_TIMEOUT_MS - 1);
  reader.take();
  reader.tick(2 * READER_TIMEOUT_MS - 2);
  assert(reader.isOpen);
  reader.tick(2 * READER_TIMEOUT_MS - 1);
  assert(reader.isEnded);
  assertEquals(reader.take(), undefined);
});

Deno.test("EventReader.tick() leaves one alone for whom nothing waits", () => {
  const reader = new EventReader([], 0);
  reader.tick(READER_TIMEOUT_MS * 10);
  reader.send(bytes(1));
  reader.tick(READER_TIMEOUT_MS * 11 - 1);
  assert(reader.isOpen);
  reader.tick(READER_TIMEOUT_MS * 11);
  assert(reader.isEnded);
});

Deno.test("EventReader.end() ends behind what waits and a farewell, even without room", () => {
  const reader = new EventReader([bytes(MAX_BACKLOG_BYTES)], 0);
  reader.end(new TextEncoder().encode("bye"));
  assertFalse(reader.isOpen);
  assertFalse(reader.isEnded);
  assertFalse(reader.send(bytes(1)));
  reader.log("{}");
  assert(drain(reader).endsWith("\0bye"));
  assert(reader.isEnded);
});

Deno.test("EventReader.end() ends at once when nothing waits, and twice is safe", () => {
  const reader = new EventReader([], 0);
  reader.end();
  reader.end(bytes(1));
  assert(reader.isEnded);
  assertEquals(reader.backlogBytes, 0);
});

Deno.test("EventReader.attach() calls whoever writes at each piece of news", () => {
  const reader = new EventReader([], 0);
  let calls = 0;
  reader.attach(() => calls++);
  assertEquals(calls, 1);
  reader.send(bytes(1));
  assertEquals(calls, 2);
  reader.take();
  reader.written(0);
  assertEquals(calls, 3);
  reader.cut();
  assertEquals(calls, 4);
});
