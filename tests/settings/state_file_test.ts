import { assert, assertEquals, assertRejects } from "@std/assert";
import { readStateFile, StateFileError, writeStateFile } from "../../src/settings/state_file.ts";
import { rootTest } from "../support/test_as_root.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

Deno.test("readStateFile() gives nothing for a file that is not there", async () => {
  await using directory = await temporaryDirectory();
  assertEquals(await readStateFile(`${directory.path}/none`), undefined);
});

Deno.test("readStateFile() says that it can't read", async () => {
  await using directory = await temporaryDirectory();
  await assertRejects(() => readStateFile(directory.path), StateFileError, directory.path);
});

Deno.test("writeStateFile() makes directory and file for their owner alone", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/state/secret`;
  await writeStateFile(path, Uint8Array.of(1, 2, 3));
  assertEquals(await readStateFile(path), Uint8Array.of(1, 2, 3));
  assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
  assertEquals(((await Deno.stat(`${directory.path}/state`)).mode ?? 0) & 0o777, 0o700);
});

Deno.test("writeStateFile() replaces a file whole, and leaves no other behind", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/file`;
  await writeStateFile(path, new Uint8Array(1_000));
  await Promise.all([1, 2, 3].map((byte) => writeStateFile(path, new Uint8Array(10).fill(byte))));
  const content = await readStateFile(path);
  assertEquals(content?.byteLength, 10);
  assertEquals(new Set(content).size, 1);
  assertEquals(Array.from(Deno.readDirSync(directory.path)).length, 1);
});

Deno.test("writeStateFile() removes what former writes of the file left behind, once it is old", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/file`;
  const longAgo = new Date(Date.now() - 120_000);
  const names = ["file", "file.new", "other"].map((name) => `${name}.new-${crypto.randomUUID()}`);
  for (const name of names) {
    await Deno.writeTextFile(`${directory.path}/${name}`, "half");
    await Deno.utime(`${directory.path}/${name}`, longAgo, longAgo);
  }
  const young = `file.new-${crypto.randomUUID()}`;
  await Deno.writeTextFile(`${directory.path}/${young}`, "half");
  await writeStateFile(path, Uint8Array.of(1));
  const left = [...Deno.readDirSync(directory.path)].map(({ name }) => name).sort();
  assertEquals(left, ["file", young, ...names.slice(1)].sort());
});

Deno.test("writeStateFile() names the file that is meant, and not the one beside it", async () => {
  await using directory = await temporaryDirectory();
  await Deno.mkdir(`${directory.path}/file`);
  const error = await assertRejects(
    () => writeStateFile(`${directory.path}/file`, Uint8Array.of(1)),
    StateFileError,
  );
  assert(error.message.startsWith(`Cannot write ${directory.path}/file: `), error.message);
  assert(!error.message.includes(".new-"), error.message);
  assertEquals([...Deno.readDirSync(directory.path)].length, 1);
});

Deno.test("writeStateFile() says that it can't write", async () => {
  await using directory = await temporaryDirectory();
  await writeStateFile(`${directory.path}/file`, Uint8Array.of(1));
  const below = `${directory.path}/file/below`;
  await assertRejects(() => writeStateFile(below, Uint8Array.of(1)), StateFileError, below);
});

rootTest("writeStateFile() leaves a file its owner's, for root too", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/file`;
  await writeStateFile(path, Uint8Array.of(1));
  await Deno.chown(path, 12_345, 12_346);
  await writeStateFile(path, Uint8Array.of(2));
  const { uid, gid, mode } = await Deno.stat(path);
  assertEquals([uid, gid, (mode ?? 0) & 0o777], [12_345, 12_346, 0o600]);
  assertEquals(await readStateFile(path), Uint8Array.of(2));
});
