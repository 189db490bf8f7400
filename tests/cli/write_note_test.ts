import { assertEquals, assertRejects } from "@std/assert";
import { writeNote } from "../../src/cli/write_note.ts";
import { fakeCliIo } from "../support/fake_cli_io.ts";

Deno.test("writeNote() writes one line that drives no terminal", async () => {
  const io = fakeCliIo();
  await writeNote(io, "direct-send", "made\n\x1b[2J");
  assertEquals(io.stderr.text, "hushcast direct-send: made\\u000a\\u001b[2J\n");
});

Deno.test("writeNote() goes on when nobody reads", async () => {
  const io = fakeCliIo();
  io.stderr.closed = true;
  await writeNote(io, "send", "made");
});

Deno.test("writeNote() lets other failures through", async () => {
  const stderr = { isTerminal: false, write: () => Promise.reject(new TypeError("bug")) };
  await assertRejects(() => writeNote({ stderr }, "send", "made"), TypeError);
});
