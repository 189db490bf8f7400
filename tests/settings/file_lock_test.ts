import { assertEquals, assertRejects } from "@std/assert";
import { lockFile } from "../../src/settings/file_lock.ts";
import { StateFileError } from "../../src/settings/state_file.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

Deno.test("lockFile() lets one in at a time, whatever awaits in between", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/state/file`;
  let inside = 0;
  let most = 0;
  const enter = async () => {
    using _lock = await lockFile(path);
    most = Math.max(most, ++inside);
    await Deno.stat(directory.path);
    inside--;
  };
  await Promise.all(Array.from({ length: 8 }, enter));
  assertEquals([inside, most], [0, 1]);
});

Deno.test("lockFile() makes the directory and the lock for their owner alone", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/state/file`;
  (await lockFile(path))[Symbol.dispose]();
  assertEquals(((await Deno.stat(`${path}.lock`)).mode ?? 0) & 0o777, 0o600);
  assertEquals(((await Deno.stat(`${directory.path}/state`)).mode ?? 0) & 0o777, 0o700);
});

Deno.test("lockFile() says that it can't lock", async () => {
  await using directory = await temporaryDirectory();
  await Deno.writeTextFile(`${directory.path}/file`, "");
  const below = `${directory.path}/file/below`;
  await assertRejects(() => lockFile(below), StateFileError, below);
});
