import { assertEquals, assertRejects } from "@std/assert";
import { OutputClosedError, OutputFailedError } from "../../src/cli/cli_io.ts";
import { StandardTextOutput } from "../../src/cli/process_io.ts";

function outputInto(write: (chunk: Uint8Array) => void | Promise<void>) {
  const writable = new WritableStream<Uint8Array>({ write });
  return new StandardTextOutput({ isTerminal: () => true, writable });
}

Deno.test("StandardTextOutput.write() writes in the order of the calls", async () => {
  const decoder = new TextDecoder();
  let written = "";
  const output = outputInto(async (chunk) => {
    await Promise.resolve();
    written += decoder.decode(chunk);
  });
  await Promise.all([output.write("grüße\n"), output.write(""), output.write("👋\n")]);
  assertEquals(written, "grüße\n👋\n");
});

Deno.test("StandardTextOutput.write() tells that the reader is gone, each time", async () => {
  const output = outputInto(() => {
    throw new Deno.errors.BrokenPipe("Broken pipe (os error 32)");
  });
  await assertRejects(() => output.write("a\n"), OutputClosedError);
  await assertRejects(() => output.write("b\n"), OutputClosedError);
});

Deno.test("StandardTextOutput.write() takes a terminal that has hung up for a reader gone", async () => {
  let isTerminal = true;
  const writable = new WritableStream<Uint8Array>({
    write() {
      throw new Error("Input/output error (os error 5)");
    },
  });
  const output = new StandardTextOutput({ isTerminal: () => isTerminal, writable });
  isTerminal = false;
  await assertRejects(() => output.write("a\n"), OutputClosedError);
  assertEquals(output.isTerminal, true);
});

Deno.test("StandardTextOutput.write() says why the output takes no more", async () => {
  const output = outputInto(() => {
    throw Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" });
  });
  const said = "Cannot write output: no space left on device";
  await assertRejects(() => output.write("a\n"), OutputFailedError, said);
});

Deno.test("StandardTextOutput.isTerminal is the stream's", () => {
  assertEquals(outputInto(() => {}).isTerminal, true);
});
