import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { quoteArgument, splitArguments } from "../../src/control/command_line.ts";
import { type LineEvent, LineParser } from "../../src/control/line_parser.ts";
import { OutputQueue } from "../../src/control/output_queue.ts";
import { CoreDriver } from "../control/core_driver.ts";
import { logEntry } from "../control/fake_log.ts";

/** Bytes that are likely to be lines, commands and their near misses. */
const streamBytes = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 30 }),
    fc.constantFrom("\n", "\r\n", "\r", '"', "help", "list_clients", "mode json\n", "logs off\n")
      .map((text) => new TextEncoder().encode(text)),
    fc.json().map((text) => new TextEncoder().encode(`{"id":1,"command":${text}}\n`)),
    fc.string({ unit: "binary" }).map((text) => new TextEncoder().encode(`get_client ${text}\n`)),
    fc.integer({ min: 4_000, max: 4_200 }).map((size) => new Uint8Array(size).fill(0x78)),
  ),
  { maxLength: 12 },
).map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

/** Cuts bytes in pieces at the given places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length]
    .toSorted((a, b) => a - b);
  return sorted.slice(1).map((end, i) => bytes.subarray(sorted[i], end));
}

function events(chunks: readonly Uint8Array[]): LineEvent[] {
  const parser = new LineParser();
  const found: LineEvent[] = [];
  for (const chunk of chunks) {
    parser.push(chunk);
    for (let event = parser.next(); event; event = parser.next()) found.push(event);
  }
  return found;
}

Deno.test("LineParser finds the same lines however the stream is split", () => {
  fc.assert(fc.property(streamBytes, fc.array(fc.nat()), (bytes, places) => {
    assertEquals(events(cut(bytes, places)), events([bytes]));
  }));
});

Deno.test("LineParser agrees with a slow model on text", () => {
  const lines = fc.array(fc.string({ unit: "grapheme" }).filter((text) => !/[\r\n]/.test(text)));
  fc.assert(fc.property(lines, fc.constantFrom("\n", "\r\n"), (texts, end) => {
    const bytes = new TextEncoder().encode(texts.map((text) => text + end).join(""));
    assertEquals(events([bytes]), texts.map((text) => ({ kind: "line", text })));
  }));
});

Deno.test("splitArguments() gives back what quoteArgument() wrote", () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: "binary" }), { minLength: 1 }), (args) => {
    assertEquals(splitArguments(args.map(quoteArgument).join(" "), args.length), args);
  }));
});

/** What a client sees that sends these chunks, reading all or a bit after each. */
function conversation(chunks: readonly Uint8Array[], readBytes: number): CoreDriver {
  const driver = new CoreDriver();
  for (const chunk of chunks) {
    driver.sendBytes(chunk);
    driver.read(readBytes);
  }
  driver.end().read();
  return driver;
}

Deno.test("ConnectionCore answers the same however the stream is split and read", () => {
  const places = fc.array(fc.nat());
  fc.assert(fc.property(streamBytes, places, fc.nat(2_000), (bytes, places, readBytes) => {
    const whole = conversation([bytes], Infinity);
    const split = conversation(cut(bytes, places), readBytes);
    assertEquals(split.written, whole.written);
    assertEquals(split.admin.calls, whole.admin.calls);
  }));
});

Deno.test("ConnectionCore writes lines of the promised form alone, whatever it is sent", () => {
  fc.assert(fc.property(streamBytes, (bytes) => {
    const { written } = conversation([bytes], Infinity);
    const [greeting, ...lines] = written.split("\n").slice(0, -1);
    assertEquals(greeting, "# hushcast control 1");
    for (const line of lines) {
      if (line.startsWith("{")) JSON.parse(line);
      else assert(/^(?:= |OK$|ERR [A-Z][A-Z0-9_]* )\P{Cc}*$/u.test(line), JSON.stringify(line));
    }
  }));
});

Deno.test("ConnectionCore in JSON mode writes JSON objects with a type alone", () => {
  const log = fc.string({ unit: "binary" });
  fc.assert(fc.property(fc.array(fc.tuple(streamBytes, log)), (steps) => {
    const driver = new CoreDriver({ streamLimits: { maxLines: 2, maxBytes: 500 } });
    driver.send("mode json\n").read();
    const before = driver.written.length;
    for (const [bytes, text] of steps) {
      driver.sendBytes(bytes.filter((byte) => byte !== 0x74)); // without "t" no `mode text`
      driver.core.log(logEntry(text));
      driver.core.publish({ event: "left", id: text, address: text, reason: text });
      if (text.length % 2 === 0) driver.read();
    }
    driver.read();
    for (const line of driver.written.slice(before).split("\n").slice(0, -1)) {
      assert(["reply", "log", "event"].includes(JSON.parse(line).type));
    }
  }));
});

Deno.test("OutputQueue keeps order and loses only stream lines, each of them told of", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("stream" as const), size: fc.nat(40) }),
    fc.record({ kind: fc.constant("reply" as const), size: fc.nat(40) }),
    fc.record({ kind: fc.constant("read" as const), size: fc.nat(100) }),
  );
  const limits = fc.record({ maxLines: fc.nat(6), maxBytes: fc.nat(200) });
  fc.assert(fc.property(limits, fc.array(step, { maxLength: 100 }), (limits, steps) => {
    const queue = new OutputQueue(limits);
    let text = "";
    const read = (bytes: number) => {
      const chunk = queue.peek()?.slice(0, bytes);
      text += new TextDecoder().decode(chunk);
      queue.written(chunk?.byteLength ?? 0);
    };
    steps.forEach(({ kind, size }, i) => {
      if (kind === "stream") {
        queue.pushStream(`s${i} ${"x".repeat(size)}`, (count) => `lost ${count}`);
      }
      if (kind === "reply") queue.pushReply([`r${i} ${"x".repeat(size)}`]);
      if (kind === "read") read(size);
      assert(queue.streamBytes <= limits.maxBytes);
    });
    while (!queue.isEmpty) read(Infinity);
    assertTold(text, steps.map(({ kind }) => kind));
  }));
});

/** Walks through what was written beside what was pushed: gaps must be where lines are missing. */
function assertTold(text: string, pushed: readonly string[]): void {
  let at = 0;
  const skip = (kind: string) => {
    while (pushed[at] === "read") at++;
    assertEquals(pushed[at], kind);
    return at++;
  };
  for (const line of text.split("\n").slice(0, -1)) {
    const [word = "", rest] = line.split(" ");
    if (word === "lost") { for (let i = 0; i < Number(rest); i++) skip("stream"); }
    else {assertEquals(
        word,
        `${word.startsWith("s") ? "s" : "r"}${skip(word.startsWith("s") ? "stream" : "reply")}`,
      );}
  }
  while (pushed[at] === "read") at++;
  assertEquals(at, pushed.length);
}
