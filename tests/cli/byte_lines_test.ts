import { assertEquals, assertRejects } from "@std/assert";
import { readByteLines } from "../../src/cli/byte_lines.ts";
import { LineTooLongError } from "../../src/cli/read_lines.ts";

async function linesOf(chunks: readonly (string | Uint8Array)[], maxBytes = 100) {
  const bytes = chunks.map((chunk) =>
    typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk
  );
  return await Array.fromAsync(readByteLines(ReadableStream.from(bytes), maxBytes));
}

for (
  const { name, chunks, lines } of [
    { name: "nothing", chunks: [], lines: [] },
    { name: "a line", chunks: ["one\n"], lines: ["one"] },
    { name: "a last line without its end", chunks: ["one\ntwo"], lines: ["one", "two"] },
    { name: "CRLF, even in two chunks", chunks: ["one\r", "\ntwo\r\n"], lines: ["one", "two"] },
    { name: "empty lines", chunks: ["\n\r\n", "\n"], lines: ["", "", ""] },
    { name: "a line in many chunks", chunks: ["o", "n", "", "e", "\n"], lines: ["one"] },
    { name: "a carriage return within a line", chunks: ["o\rne\n"], lines: ["o\rne"] },
    { name: "a carriage return at the end of input", chunks: ["one\r"], lines: ["one"] },
  ]
) {
  Deno.test(`readByteLines() reads ${name}`, async () => {
    const read = await linesOf(chunks);
    assertEquals(read.map((line) => new TextDecoder().decode(line)), lines);
  });
}

Deno.test("readByteLines() gives every byte as it is", async () => {
  const read = await linesOf([Uint8Array.of(0xff, 0, 0x80, 0x0a, 0xc3)]);
  assertEquals(read, [Uint8Array.of(0xff, 0, 0x80), Uint8Array.of(0xc3)]);
});

Deno.test("readByteLines() takes a line of the limit and refuses one byte more", async () => {
  assertEquals((await linesOf(["12345\r", "\n"], 5)).length, 1);
  await assertRejects(() => linesOf(["123456\n"], 5), LineTooLongError);
  await assertRejects(() => linesOf(["123456"], 5), LineTooLongError);
});

Deno.test("readByteLines() does not wait for the end of an endless line", async () => {
  async function* endless() {
    for (;;) yield await Promise.resolve(new Uint8Array(10).fill(65));
  }
  const lines = readByteLines(ReadableStream.from(endless()), 25);
  await assertRejects(() => lines.next(), LineTooLongError);
});
