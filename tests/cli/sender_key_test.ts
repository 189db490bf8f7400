import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { ExitCodeError } from "../../src/cli/exit_code_error.ts";
import { loadSenderKey } from "../../src/cli/sender_key.ts";
import { RsaPrivateKey } from "../../src/crypto/rsa_private_key.ts";
import { writeStateFile } from "../../src/settings/state_file.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const IS_WINDOWS = Deno.build.os === "windows";

/** One key for all: a new one each time would take most of the tests' time. */
const KEPT = await RsaPrivateKey.generateForKeeping(2048);

function notes() {
  const texts: string[] = [];
  const note = (text: string) => {
    texts.push(text);
    return Promise.resolve();
  };
  return { texts, note };
}

Deno.test("loadSenderKey() makes a key of 4096 bits for its owner alone, once", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "keys", "ada.pem");
  const { texts, note } = notes();
  const made = await loadSenderKey(path, note);
  assertEquals(made.modulusBits, 4096);
  assertEquals(texts, [`created a new key in ${path}: ${made.fingerprint}`]);
  if (!IS_WINDOWS) assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
  const read = await loadSenderKey(path, note);
  assertEquals([read.fingerprint, texts.length], [made.fingerprint, 1]);
});

for (
  const { mode, isTold } of [
    { mode: 0o600, isTold: false },
    { mode: 0o400, isTold: false },
    { mode: 0o640, isTold: true },
    { mode: 0o604, isTold: true },
  ]
) {
  const name = `${isTold ? "warns of" : "accepts"} mode ${mode.toString(8)}`;
  Deno.test({ name: `loadSenderKey() ${name}`, ignore: IS_WINDOWS }, async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, "ada.pem");
    await writeStateFile(path, KEPT.pem);
    await Deno.chmod(path, mode);
    const { texts, note } = notes();
    const key = await loadSenderKey(path, note);
    assertEquals(key.fingerprint, KEPT.key.fingerprint);
    assertEquals(texts.length, isTold ? 1 : 0);
    assert(!isTold || texts[0]?.includes(path), texts[0]);
  });
}

Deno.test("loadSenderKey() never replaces a file that holds something else", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "ada.pem");
  const bytes = new TextEncoder().encode("tea\n");
  await writeStateFile(path, bytes);
  const error = await assertRejects(() => loadSenderKey(path, notes().note), ExitCodeError);
  assertEquals(error.exitCode, 1);
  assert(error.message.startsWith(`Cannot use ${path}: `), error.message);
  assertEquals(await Deno.readFile(path), bytes);
});
