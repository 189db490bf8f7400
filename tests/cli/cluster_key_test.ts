import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "node:path";
import { readClusterKey } from "../../src/cli/cluster_key.ts";
import { ExitCodeError } from "../../src/cli/exit_code_error.ts";
import { Fernet } from "../../src/crypto/fernet.ts";
import { RecordingLogger } from "../control/fake_log.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

Deno.test("readClusterKey() makes a key in the state directory, once", async () => {
  await using directory = await temporaryDirectory();
  const logger = new RecordingLogger();
  const settings = { clusterKeyFile: undefined, state: join(directory.path, "state") };
  const key = await readClusterKey(settings, logger);
  assertMatch(key, /^[\w-]{43}=$/);
  assertEquals(await readClusterKey(settings, logger), key);
  const path = join(settings.state, "cluster.key");
  assertEquals(await Deno.readTextFile(path), `${key}\n`);
  assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
  assertEquals(logger.lines.map(({ message }) => message), ["cluster key created"]);
  assertEquals(JSON.stringify(logger.lines).includes(key), false);
});

Deno.test("readClusterKey() reads the file that is named, and makes none there", async () => {
  await using directory = await temporaryDirectory();
  const clusterKeyFile = join(directory.path, "a-key");
  const settings = { clusterKeyFile, state: directory.path };
  await assertRejects(
    () => readClusterKey(settings, new RecordingLogger()),
    ExitCodeError,
    "there is no such file",
  );
  const key = Fernet.generateKey();
  await Deno.writeTextFile(clusterKeyFile, key, { mode: 0o600 });
  assertEquals(await readClusterKey(settings, new RecordingLogger()), key);
});

Deno.test("readClusterKey() warns of a key that others can read", async () => {
  await using directory = await temporaryDirectory();
  const clusterKeyFile = join(directory.path, "a-key");
  await Deno.writeTextFile(clusterKeyFile, Fernet.generateKey());
  await Deno.chmod(clusterKeyFile, 0o644);
  const logger = new RecordingLogger();
  await readClusterKey({ clusterKeyFile, state: directory.path }, logger);
  assertEquals(logger.lines.map(({ message }) => message), ["cluster key exposed"]);
});

for (const text of ["", "secret", `${"A".repeat(43)}!`, "A".repeat(64), "two\nlines"]) {
  Deno.test(`readClusterKey() refuses a file that holds ${JSON.stringify(text)}, and quotes nothing of it`, async () => {
    await using directory = await temporaryDirectory();
    const clusterKeyFile = join(directory.path, "a-key");
    await Deno.writeTextFile(clusterKeyFile, text, { mode: 0o600 });
    const settings = { clusterKeyFile, state: directory.path };
    const error = await assertRejects(
      () => readClusterKey(settings, new RecordingLogger()),
      ExitCodeError,
      "cluster key",
    );
    assertEquals(text.length > 3 && error.message.includes(text), false);
  });
}
