import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { KnownRelaysFile } from "../../src/client/known_relays_file.ts";
import { StateFileError } from "../../src/settings/state_file.ts";
import { fingerprint } from "../support/fingerprints.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const SINCE = Date.UTC(2026, 1, 3);

Deno.test("KnownRelaysFile.find() finds nothing where there is no file", async () => {
  await using directory = await temporaryDirectory();
  const file = new KnownRelaysFile(join(directory.path, "none", "known_relays"));
  assertEquals(await file.find("127.0.0.1:47700"), []);
});

Deno.test("KnownRelaysFile.add() makes file and directory, for the user alone", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "state", "known_relays");
  const file = new KnownRelaysFile(path);
  await file.add("127.0.0.1:47700", fingerprint(1), SINCE);
  assertEquals((await file.find("127.0.0.1:47700"))[0]?.fingerprint, fingerprint(1));
  assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
  assertEquals(((await Deno.stat(join(directory.path, "state"))).mode ?? 0) & 0o777, 0o700);
});

Deno.test("KnownRelaysFile.add() leaves what it does not understand, byte for byte", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "known_relays");
  const before = Uint8Array.of(0x23, 0x20, 0xff, 0xfe, 0x00, 0x0a, 0x67, 0x61);
  await Deno.writeFile(path, before);
  await new KnownRelaysFile(path).add("a:1", fingerprint(1), SINCE);
  const after = await Deno.readFile(path);
  assertEquals(after.subarray(0, before.byteLength), before);
  const added = new TextDecoder().decode(after.subarray(before.byteLength));
  assertEquals(added, `\na:1 ${fingerprint(1)} # since 2026-02-03\n`);
});

Deno.test("KnownRelaysFile.add() adds the same line once", async () => {
  await using directory = await temporaryDirectory();
  const file = new KnownRelaysFile(join(directory.path, "known_relays"));
  await file.add("a:1", fingerprint(1), SINCE);
  await file.add("a:1", fingerprint(1), SINCE);
  await file.add("a:1", fingerprint(2), SINCE);
  const known = await file.find("a:1");
  assertEquals(known.map(({ lineNumber }) => lineNumber), [1, 2]);
});

Deno.test("KnownRelaysFile.add() loses no line of writers at the same time", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "known_relays");
  const numbers = Array.from({ length: 30 }, (_, number) => number);
  await Promise.all(numbers.map((number) =>
    // Each has an object of its own, as each client process has.
    new KnownRelaysFile(path).add(`relay-${number}:1`, fingerprint(number), SINCE)
  ));
  const file = new KnownRelaysFile(path);
  for (const number of numbers) {
    assertEquals((await file.find(`relay-${number}:1`))[0]?.fingerprint, fingerprint(number));
  }
});

Deno.test("KnownRelaysFile fails with a code when the file can't be used", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "known_relays");
  await Deno.mkdir(path);
  const file = new KnownRelaysFile(path);
  await assertRejects(() => file.find("a:1"), StateFileError);
  await assertRejects(() => file.add("a:1", fingerprint(1), SINCE), StateFileError);
  const below = new KnownRelaysFile(join(directory.path, "a-file", "known_relays"));
  await Deno.writeTextFile(join(directory.path, "a-file"), "");
  await assertRejects(() => below.add("a:1", fingerprint(1), SINCE), StateFileError);
});
