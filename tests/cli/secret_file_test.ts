import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { ExitCodeError } from "../../src/cli/exit_code_error.ts";
import { readSecretFile } from "../../src/cli/secret_file.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

/** Reads a secret from a file with this content and mode. */
async function read(content: string | Uint8Array, mode = 0o600) {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/secret`;
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  await Deno.writeFile(path, bytes);
  await Deno.chmod(path, mode);
  const notes: string[] = [];
  const note = (text: string) => Promise.resolve(void notes.push(text));
  return { secret: await readSecretFile(path, "token", note), notes, path };
}

for (
  const [name, content, secret] of [
    ["a bare line", "s3cret", "s3cret"],
    ["a line that is ended", "s3cret\n", "s3cret"],
    ["a line from Windows", "s3cret\r\n", "s3cret"],
    ["blanks around it", "\n  s3 cret\t\n\n", "s3 cret"],
    ["a byte order mark", "\ufeffs3cret", "s3cret"],
    ["16,384 bytes", "x".repeat(16_384), "x".repeat(16_384)],
  ] as const
) {
  Deno.test(`readSecretFile() reads ${name}`, async () => {
    const read_ = await read(content);
    assertEquals([read_.secret, read_.notes], [secret, []]);
  });
}

for (
  const [name, content] of [
    ["nothing", ""],
    ["blanks", " \n\t\n"],
    ["two lines", "s3cret\ns3cret"],
    ["control characters", "s3cret\x1b[2J"],
    ["what is no UTF-8", Uint8Array.of(0x73, 0x33, 0xff)],
    ["more than 16,384 bytes", "s3cret".padEnd(16_385, " ")],
  ] as const
) {
  Deno.test(`readSecretFile() refuses ${name}, and does not quote it`, async () => {
    const error = await assertRejects(() => read(content));
    assertInstanceOf(error, ExitCodeError);
    assertEquals(error.exitCode, 1);
    assert(!error.message.includes("s3cret") && error.message.includes("/secret"), error.message);
  });
}

Deno.test("readSecretFile() notes that others can read the file", async () => {
  if (Deno.build.os === "windows") return;
  for (const mode of [0o640, 0o604, 0o620]) {
    const { secret, notes, path } = await read("s3cret", mode);
    assertEquals(secret, "s3cret");
    const [note = "", ...more] = notes;
    assertEquals(more, []);
    assert(note.includes(path) && note.includes("chmod 600"), note);
    assert(!note.includes("s3cret"));
  }
});

Deno.test("readSecretFile() says what it can't read", async () => {
  await using directory = await temporaryDirectory();
  const note = () => Promise.resolve();
  for (const path of [`${directory.path}/none`, directory.path]) {
    await assertRejects(() => readSecretFile(path, "token", note), ExitCodeError, path);
  }
});
