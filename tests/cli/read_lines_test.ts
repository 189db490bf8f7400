import { assertEquals, assertRejects } from "@std/assert";
import { LineTooLongError, readLines } from "../../src/cli/read_lines.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

const table: { name: string; chunks: Uint8Array[]; lines: string[] }[] = [
  { name: "nothing", chunks: [], lines: [] },
  { name: "LF and CRLF", chunks: [bytesOf("a\nb\r\n")], lines: ["a", "b"] },
  { name: "empty lines", chunks: [bytesOf("\n\r\n\n")], lines: ["", "", ""] },
  { name: "a last line without an end", chunks: [bytesOf("a\nb")], lines: ["a", "b"] },
  { name: "a CR within a line", chunks: [bytesOf("a\rb\n")], lines: ["a\rb"] },
  { name: "CR and LF in two chunks", chunks: [bytesOf("a\r"), bytesOf("\nb")], lines: ["a", "b"] },
  {
    name: "a character in two chunks",
    chunks: [bytesOf("ä").slice(0, 1), bytesOf("ä\n").slice(1)],
    lines: ["ä"],
  },
  {
    name: "bytes that are not UTF-8",
    chunks: [Uint8Array.of(0xff, 0x0a, 0xc3)],
    lines: ["\ufffd", "\ufffd"],
  },
];

for (const { name, chunks, lines } of table) {
  Deno.test(`readLines() reads ${name}`, async () => {
    assertEquals(await Array.fromAsync(readLines(ReadableStream.from(chunks), 100)), lines);
  });
}

Deno.test("readLines() reads the same from every split of its bytes", async () => {
  const bytes = bytesOf("grüße\r\n\n👋 x\ny");
  for (let at = 0; at <= bytes.length; at++) {
    const chunks = [bytes.slice(0, at), bytes.slice(at)];
    const lines = await Array.fromAsync(readLines(ReadableStream.from(chunks), 100));
    assertEquals(lines, ["grüße", "", "👋 x", "y"]);
  }
});

for (const end of ["\n", "\r\n", ""]) {
  const shown = JSON.stringify(end);
  Deno.test(`readLines() takes a line of the most characters ended by ${shown}`, async () => {
    const chunks = [bytesOf("x".repeat(9)), bytesOf(`x${end}`)];
    const lines = await Array.fromAsync(readLines(ReadableStream.from(chunks), 10));
    assertEquals(lines, ["x".repeat(10)]);
  });

  Deno.test(`readLines() refuses a line of one more ended by ${shown}`, async () => {
    const chunks = [bytesOf("x".repeat(11) + end)];
    await assertRejects(
      () => Array.fromAsync(readLines(ReadableStream.from(chunks), 10)),
      LineTooLongError,
    );
  });
}

Deno.test("readLines() stops reading a line that never ends, and lets the stream go", async () => {
  let pulls = 0;
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulls++;
      controller.enqueue(bytesOf("x".repeat(100)));
    },
    cancel() {
      cancelled = true;
    },
  });
  await assertRejects(() => Array.fromAsync(readLines(endless, 1000)), LineTooLongError);
  assertEquals(pulls < 15, true);
  assertEquals(cancelled, true);
});
