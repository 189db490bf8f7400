import { assertEquals } from "@std/assert";
import { stoppableInput } from "../../src/cli/stoppable_input.ts";

Deno.test("stoppableInput() passes on what its source gives, to the end", async () => {
  const chunks = [Uint8Array.of(1, 2), Uint8Array.of(3)];
  const { readable, stop } = stoppableInput(ReadableStream.from(chunks));
  assertEquals(await Array.fromAsync(readable), chunks);
  await stop();
});

Deno.test("stoppableInput() ends a read that waits for ever", async () => {
  let isCancelled = false;
  const source = new ReadableStream<Uint8Array>({ cancel: () => void (isCancelled = true) });
  const { readable, stop } = stoppableInput(source);
  const reading = Array.fromAsync(readable);
  await stop();
  assertEquals([await reading, isCancelled], [[], true]);
});

Deno.test("stoppableInput() cancels its source when its reader stops early", async () => {
  let isCancelled = false;
  const source = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(Uint8Array.of(1)),
    cancel: () => void (isCancelled = true),
  });
  for await (const _chunk of stoppableInput(source).readable) break;
  assertEquals(isCancelled, true);
});
