/**
 * Tries what is special about the portable executable, with its real size: it unpacks itself into a
 * cache. What its head does in rare cases is tested with a tiny runtime, in
 * `tests/scripts/compile/portable_executable_test.ts`.
 */
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { dirname, join } from "node:path";
import { VERSION } from "../../src/cli/version.ts";
import type { ExecutableStage, StageOptions } from "../support/executable_stage.ts";
import { readOnlyHome } from "../support/executable_read_only_home.ts";
import { executableSuite } from "../support/executable_suite.ts";

const executableTest = executableSuite("portable");

const UNLESS_ROOT = Deno.uid() === 0 ? undefined : "needs root";

/** What is unpacked; a further folder, `deno`, is made for what the runtime keeps. */
const UNPACKED = ["SHA256SUMS", "hushcast", "hushcast.mjs"];

function namesIn(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
}

/** Asserts that it starts and says nothing but what it is asked for. */
async function assertStarts(
  stage: ExecutableStage,
  options?: StageOptions,
  args: readonly string[] = ["--version"],
): Promise<void> {
  const { code, stdout, stderr } = await stage.run(args, options);
  assertEquals([code, stdout.length, stderr], [0, 1, []]);
  assertMatch(stdout[0] ?? "", new RegExp(`^hushcast ${RegExp.escape(VERSION)} \\(.*portable\\)$`));
}

/** The one folder in a cache, which has the files and nothing half-done. */
function folderIn(cache: string): string {
  const [id = "", ...others] = namesIn(cache);
  assertMatch(id, /^[0-9a-f]{64}$/);
  assertEquals(others, []);
  const folder = join(cache, id);
  assertEquals(namesIn(folder), [...UNPACKED, "deno"].sort());
  return folder;
}

/** The folder in the cache that all tests share, which is filled by the first that needs it. */
async function sharedFolder(stage: ExecutableStage): Promise<string> {
  const { cache } = stage.installed;
  if (!hasFolder(cache)) await assertStarts(stage);
  return folderIn(cache);
}

function hasFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Copies what is unpacked to another cache, times included. Returns the folder in it. */
async function copyCache(stage: ExecutableStage, cache: string): Promise<string> {
  const source = await sharedFolder(stage);
  await Deno.mkdir(dirname(cache), { recursive: true });
  const { code, stderr } = await stage.run(["-Rp", dirname(source), cache], { executable: "cp" });
  assertEquals([code, stderr], [0, []]);
  const folder = folderIn(cache);
  await Deno.remove(join(folder, "deno"), { recursive: true });
  await Deno.mkdir(join(folder, "deno"), { mode: 0o755 });
  return folder;
}

/** What changes when a file is written or replaced. */
function marksOf(folder: string): unknown[] {
  return UNPACKED.map((name) => {
    const { ino, mtime, size, mode } = Deno.statSync(join(folder, name));
    return { name, ino, mtime, size, mode };
  });
}

executableTest("four first starts at once, each by another way, all go well", async (stage) => {
  const { path, programs, cache } = stage.installed;
  if (hasFolder(cache)) await Deno.remove(cache, { recursive: true });
  const link = join(stage.state, "hushcast");
  await Deno.symlink(path, link);
  const environment = { PATH: `${stage.state}:${programs}` };
  await Promise.all([
    assertStarts(stage),
    assertStarts(stage, { executable: link }),
    assertStarts(stage, { executable: "hushcast", environment }),
    assertStarts(stage, { executable: "sh" }, [path, "--version"]),
  ]);
  folderIn(cache);
  assertEquals(namesIn(stage.temporary), []);
});

executableTest("a later start leaves the unpacked files as they are", async (stage) => {
  const folder = await sharedFolder(stage);
  const before = marksOf(folder);
  await assertStarts(stage);
  assertEquals(marksOf(folder), before);
});

/** Where the cache is, below the folder for state, by what says so. */
const PLACES: readonly { name: string; variables: Record<string, string>; cache: string }[] = [
  {
    name: "HUSHCAST_CACHE, before XDG_CACHE_HOME",
    variables: { HUSHCAST_CACHE: "own cache", XDG_CACHE_HOME: "xdg" },
    cache: "own cache",
  },
  { name: "XDG_CACHE_HOME", variables: { XDG_CACHE_HOME: "xdg" }, cache: "xdg/hushcast" },
  { name: "HOME", variables: { HOME: "home" }, cache: "home/.cache/hushcast" },
];

for (const { name, variables, cache } of PLACES) {
  executableTest(`runs from the cache that ${name} names`, async (stage) => {
    const folder = await copyCache(stage, join(stage.state, cache));
    const before = marksOf(folder);
    const paths = Object.entries(variables).map(([key, path]) => [key, join(stage.state, path)]);
    const environment = { HUSHCAST_CACHE: undefined, ...Object.fromEntries(paths) };
    await assertStarts(stage, { environment });
    assertEquals(folderIn(join(stage.state, cache)), folder);
    assertNotEquals(namesIn(join(folder, "deno")), [], "the runtime has kept things there");
    assertEquals(marksOf(folder), before);
    assertEquals([namesIn(stage.state).length, namesIn(stage.temporary)], [1, []]);
  });
}

executableTest("another user runs from a cache that root has filled", async (stage) => {
  await sharedFolder(stage);
  const { within } = await readOnlyHome(stage);
  await assertStarts(stage, { within });
  assertEquals(namesIn(stage.temporary), []);
}, UNLESS_ROOT);

/** Damage to a cache, by the path of the file. */
const DAMAGES: readonly { name: string; file: string; harm: (path: string) => Promise<unknown> }[] =
  [
    {
      name: "a runtime cut short",
      file: "hushcast",
      harm: (path) => Deno.truncate(path, 40_000_000),
    },
    { name: "another byte in the middle of the runtime", file: "hushcast", harm: changeByte },
    {
      name: "a runtime that is not executable",
      file: "hushcast",
      harm: (path) => Deno.chmod(path, 0o644),
    },
    { name: "no program", file: "hushcast.mjs", harm: (path) => Deno.remove(path) },
    { name: "no SHA256SUMS", file: "SHA256SUMS", harm: (path) => Deno.remove(path) },
  ];

async function changeByte(path: string): Promise<void> {
  using file = await Deno.open(path, { read: true, write: true });
  const middle = Math.floor((await file.stat()).size / 2);
  const byte = new Uint8Array(1);
  await file.seek(middle, Deno.SeekMode.Start);
  await file.read(byte);
  await file.seek(middle, Deno.SeekMode.Start);
  await file.write(byte.map((value) => value ^ 0xff));
}

for (const { name, file, harm } of DAMAGES) {
  executableTest(`repairs a cache with ${name}`, async (stage) => {
    const cache = join(stage.state, "cache");
    const folder = await copyCache(stage, cache);
    await harm(join(folder, file));
    await assertStarts(stage, { environment: { HUSHCAST_CACHE: cache } });
    assertEquals(folderIn(cache), folder);
    assertEquals(((await Deno.stat(join(folder, "hushcast"))).mode ?? 0) & 0o777, 0o755);
    const shared = await sharedFolder(stage);
    for (const unpacked of UNPACKED) {
      const pair = [join(shared, unpacked), join(folder, unpacked)];
      assertEquals((await stage.run(pair, { executable: "cmp" })).code, 0, unpacked);
    }
  });
}

executableTest("a copy that was cut short says so in one line and runs nothing", async (stage) => {
  const { path } = stage.installed;
  const copy = join(stage.state, "hushcast");
  await Deno.copyFile(path, copy);
  await Deno.truncate(copy, Math.floor((await Deno.stat(path)).size / 2));
  const environment = { HUSHCAST_CACHE: join(stage.state, "cache") };
  const { code, stdout, stderr } = await stage.run(["--version"], {
    executable: copy,
    environment,
  });
  assertEquals([code, stdout, stderr.length], [1, [], 1], stderr.join("\n"));
  assertMatch(stderr[0] ?? "", /^hushcast: cannot run .*\/hushcast: it is not whole; get it anew$/);
  assertEquals([namesIn(stage.state), namesIn(stage.temporary)], [["hushcast"], []]);
});
