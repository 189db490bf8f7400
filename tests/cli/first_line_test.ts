import { assertEquals, assertRejects } from "@std/assert";
import { takeFirstLine } from "../../src/cli/first_line.ts";
import { LineTooLongError } from "../../src/cli/read_lines.ts";

const NEVER = new AbortController().signal;

function streamOf(...chunks: readonly string[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(chunks.map((chunk) => new TextEncoder().encode(chunk)));
}

async function textOf(readable: ReadableStream<Uint8Array>): Promise<string> {
  return await new Response(readable).text();
}

const INPUT = "line\r\n\nrest\nof it";

Deno.test("takeFirstLine() gives the same line and rest, however the input is cut", async () => {
  for (let first = 0; first <= INPUT.length; first++) {
    for (let second = first; second <= INPUT.length; second++) {
      const chunks = [INPUT.slice(0, first), INPUT.slice(first, second), INPUT.slice(second)];
      const { line, rest } = await takeFirstLine(streamOf(...chunks), 5, NEVER);
      assertEquals(new TextDecoder().decode(line), "line\r");
      assertEquals(await textOf(rest), "\nrest\nof it");
    }
  }
});

Deno.test("takeFirstLine() takes all there is when nothing ends it", async () => {
  for (const input of [[], [""], ["li", "ne"]]) {
    const { line, rest } = await takeFirstLine(streamOf(...input), 4, NEVER);
    assertEquals(new TextDecoder().decode(line), input.join(""));
    assertEquals(await textOf(rest), "");
  }
});

Deno.test("takeFirstLine() takes a line at its bound, and refuses one past it", async () => {
  const { line } = await takeFirstLine(streamOf("12345\n"), 5, NEVER);
  assertEquals(line.byteLength, 5);
  for (const chunks of [["123456\n"], ["12345", "6"], ["1".repeat(1_000)]]) {
    await assertRejects(() => takeFirstLine(streamOf(...chunks), 5, NEVER), LineTooLongError);
  }
});

Deno.test("takeFirstLine() needs no more input than the line, and the rest comes as it comes", async () => {
  const input = new TransformStream<Uint8Array, Uint8Array>({}, { highWaterMark: 9 });
  const writer = input.writable.getWriter();
  const type = (text: string) => writer.write(new TextEncoder().encode(text));
  const taking = takeFirstLine(input.readable, 5, NEVER);
  const typed = type("line\n");
  const reader = (await taking).rest.getReader();
  await typed;
  const more = type("more");
  assertEquals(new TextDecoder().decode((await reader.read()).value), "more");
  await more;
  await reader.cancel();
});

Deno.test("takeFirstLine() ends its wait with the reason of the signal", async () => {
  let isCancelled = false;
  const waiting = new ReadableStream<Uint8Array>({ cancel: () => void (isCancelled = true) });
  const controller = new AbortController();
  const taking = takeFirstLine(waiting, 5, controller.signal);
  controller.abort(new RangeError("enough"));
  await assertRejects(() => taking, RangeError, "enough");
  assertEquals(isCancelled, true);
  await assertRejects(() => takeFirstLine(streamOf("a\n"), 5, controller.signal), RangeError);
});
