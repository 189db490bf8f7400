import { assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { basename } from "node:path";
import {
  filesBelow,
  PortableFixture,
  PROGRAM,
  RUNTIME_CODE,
} from "../../support/portable_fixture.ts";
import { rootTest } from "../../support/test_as_root.ts";

const places: { name: string; environment: Record<string, string>; cache: string }[] = [
  { name: "HUSHCAST_CACHE", environment: { HUSHCAST_CACHE: "@/a", HOME: "@/h" }, cache: "@/a" },
  { name: "a relative HUSHCAST_CACHE", environment: { HUSHCAST_CACHE: "a/b" }, cache: "@/a/b" },
  {
    name: "XDG_CACHE_HOME",
    environment: { XDG_CACHE_HOME: "@/x", HOME: "@/h" },
    cache: "@/x/hushcast",
  },
  {
    name: "HOME, with a relative XDG_CACHE_HOME",
    environment: { XDG_CACHE_HOME: "x", HOME: "@/h" },
    cache: "@/h/.cache/hushcast",
  },
];

for (const { name, environment, cache } of places) {
  Deno.test(`a portable executable takes its cache from ${name}`, async () => {
    await using portable = await PortableFixture.create();
    const here = (text: string) => text.replace("@", portable.path);
    const variables = Object.entries(environment).map(([key, value]) => [key, here(value)]);
    const { folder, stderr } = await portable.run({ environment: Object.fromEntries(variables) });
    assertEquals([folder?.replace(/\/[0-9a-f]{64}$/, ""), stderr], [here(cache), ""]);
    assertEquals(await filesBelow(`${portable.path}/tmp`), []);
  });
}

const broken: { name: string; harm: (folder: string) => Promise<unknown> }[] = [
  { name: "a short runtime", harm: (folder) => Deno.truncate(`${folder}/hushcast`, 5) },
  { name: "an empty runtime", harm: (folder) => Deno.truncate(`${folder}/hushcast`, 0) },
  {
    name: "a runtime with other bytes",
    harm: async (folder) => {
      const text = await Deno.readTextFile(`${folder}/hushcast`);
      await Deno.writeTextFile(`${folder}/hushcast`, text.replace("exit 7", "exit 9"));
      const later = new Date(Date.now() + 2000);
      await Deno.utime(`${folder}/hushcast`, later, later);
    },
  },
  { name: "a runtime that is not executable", harm: (f) => Deno.chmod(`${f}/hushcast`, 0o644) },
  { name: "a runtime that anyone may change", harm: (f) => Deno.chmod(`${f}/hushcast`, 0o757) },
  {
    name: "a program that a group may change",
    harm: (f) => Deno.chmod(`${f}/hushcast.mjs`, 0o664),
  },
  { name: "a folder that anyone may change", harm: (f) => Deno.chmod(f, 0o777) },
  { name: "no runtime", harm: (folder) => Deno.remove(`${folder}/hushcast`) },
  { name: "no folder for compiled code", harm: (folder) => Deno.remove(`${folder}/deno`) },
  { name: "no program", harm: (folder) => Deno.remove(`${folder}/hushcast.mjs`) },
  { name: "no SHA256SUMS", harm: (folder) => Deno.remove(`${folder}/SHA256SUMS`) },
  { name: "half of SHA256SUMS", harm: (folder) => Deno.truncate(`${folder}/SHA256SUMS`, 80) },
  {
    name: "a folder in the place of the runtime",
    harm: async (folder) => {
      await Deno.remove(`${folder}/hushcast`);
      await Deno.mkdir(`${folder}/hushcast/sub`, { recursive: true });
    },
  },
  {
    name: "a link in the place of the program",
    harm: async (folder) => {
      await Deno.rename(`${folder}/hushcast.mjs`, `${folder}/moved`);
      await Deno.symlink("moved", `${folder}/hushcast.mjs`);
    },
  },
  {
    name: "a file in the place of the folder",
    harm: async (folder) => {
      await Deno.remove(folder, { recursive: true });
      await Deno.writeTextFile(folder, "");
    },
  },
];

for (const { name, harm } of broken) {
  Deno.test(`a portable executable repairs a cache with ${name}`, async () => {
    await using portable = await PortableFixture.create();
    const environment = { HOME: portable.path };
    const { folder = "" } = await portable.run({ environment });
    await harm(folder);
    for (const _ of ["repaired", "and whole"]) {
      const { code, stderr, folder: again } = await portable.run({ environment });
      assertEquals([code, stderr, again], [RUNTIME_CODE, "", folder]);
    }
    assertEquals(await Deno.readTextFile(`${folder}/hushcast.mjs`), PROGRAM);
    assertEquals((await Deno.lstat(`${folder}/hushcast`)).isFile, true);
    assertEquals(((await Deno.stat(folder)).mode ?? 0) & 0o022, 0);
  });
}

const unusable: { name: string; environment: Record<string, string>; warning: RegExp }[] = [
  { name: "without HOME", environment: {}, warning: /^$/ },
  { name: "with a relative HOME", environment: { HOME: "home" }, warning: /^$/ },
  { name: "with a HOME that nobody can write", environment: { HOME: "/proc" }, warning: /^$/ },
  {
    name: "with a HUSHCAST_CACHE that nobody can write",
    environment: { HUSHCAST_CACHE: "/proc/hushcast" },
    warning:
      /^hushcast: cannot use HUSHCAST_CACHE=\/proc\/hushcast; using a folder in .*\/tmp .*\n$/,
  },
];

for (const { name, environment, warning } of unusable) {
  Deno.test(`a portable executable unpacks into a private folder ${name}`, async () => {
    await using portable = await PortableFixture.create();
    const { code, folder = "", stderr } = await portable.run({ environment });
    assertEquals(code, RUNTIME_CODE);
    assertMatch(stderr, warning);
    assertEquals(folder, `${portable.path}/tmp/hushcast-cache-${Deno.uid()}/${basename(folder)}`);
    assertEquals(((await Deno.stat(`${folder}/..`)).mode ?? 0) & 0o777, 0o700);
    assertEquals((await portable.run({ environment })).folder, folder);
  });
}

Deno.test("a portable executable stays out of a temporary folder that others may change", async () => {
  await using portable = await PortableFixture.create();
  const trap = `${portable.path}/tmp/hushcast-cache-${Deno.uid()}`;
  const { folder: before = "" } = await portable.run();
  await Deno.chmod(trap, 0o777);
  const { folder = "" } = await portable.run();
  assertNotEquals(folder, before);
  assertMatch(folder, new RegExp(`^${RegExp.escape(trap)}\\.\\w{6}/`));
  assertEquals((await portable.run()).folder, folder, "the private folder is used again");
});

rootTest("a portable executable runs nothing that belongs to another user", async () => {
  await using portable = await PortableFixture.create();
  const environment = { HOME: portable.path };
  const { folder = "" } = await portable.run({ environment });
  for (const name of ["", "/hushcast", "/hushcast.mjs", "/deno"]) {
    const path = folder + name;
    await Deno.chown(path, 65534, 65534);
    const { code, folder: other = "" } = await portable.run({ environment });
    assertEquals(code, RUNTIME_CODE);
    if (path === folder) assertStringIncludes(other, "/tmp/hushcast-cache-0/");
    else assertEquals((await Deno.stat(path)).uid, 0, "it was unpacked anew");
    await Deno.chown(path, 0, 0);
  }
});

rootTest("a portable executable stays out of the home of another user", async () => {
  await using portable = await PortableFixture.create();
  await Deno.mkdir(`${portable.path}/home`);
  await Deno.chown(`${portable.path}/home`, 65534, 65534);
  for (const variable of ["HOME", "XDG_CACHE_HOME"]) {
    const { folder } = await portable.run({ environment: { [variable]: `${portable.path}/home` } });
    assertStringIncludes(folder ?? "", "/tmp/hushcast-cache-0/");
    assertEquals(await filesBelow(`${portable.path}/home`), []);
  }
});

Deno.test("a portable executable that cannot unpack anywhere says so in one line", async () => {
  await using portable = await PortableFixture.create();
  const environment = { HOME: "/proc", TMPDIR: "/proc" };
  const { code, stdout, stderr } = await portable.run({ environment });
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^hushcast: cannot unpack anywhere: set HUSHCAST_CACHE to .*\n$/);
});

Deno.test("portable executables that start at once do not disturb each other", async () => {
  await using portable = await PortableFixture.create();
  const environment = { HOME: portable.path };
  const runs = await Promise.all(Array.from({ length: 8 }, () => portable.run({ environment })));
  const [{ folder = "" } = {}] = runs;
  for (const run of runs) {
    assertEquals([run.code, run.stderr, run.folder], [RUNTIME_CODE, "", folder]);
  }
  assertEquals(await filesBelow(folder), ["SHA256SUMS", "deno", "hushcast", "hushcast.mjs"]);
});

Deno.test("a portable executable tries again when another start is in its way", async () => {
  await using portable = await PortableFixture.create();
  const bin = `${portable.path}/bin`;
  await Deno.mkdir(bin);
  // The folder for compiled code: another start made it a moment ago, and a third removes it now.
  const mkdir = `#!/bin/sh
if [ "$1" = -m ] && ! [ -e ${bin}/met ]; then >${bin}/met; exit 1; fi
exec /bin/mkdir "$@"
`;
  await Deno.writeTextFile(`${bin}/mkdir`, mkdir, { mode: 0o755 });
  const environment = { HOME: portable.path, PATH: `${bin}:/usr/bin:/bin` };
  const { folder, stderr } = await portable.run({ environment });
  assertEquals([folder?.replace(/\/[0-9a-f]{64}$/, ""), stderr], [
    `${portable.path}/.cache/hushcast`,
    "",
  ]);
});

Deno.test("a portable executable is whole however starts at once have mixed their files", async () => {
  await using portable = await PortableFixture.create();
  const bin = `${portable.path}/bin`;
  await Deno.mkdir(bin);
  // Just before a start places its SHA256SUMS, another unpacks all, which is newer.
  const mv = `#!/bin/sh
case "$*" in *SHA256SUMS) if ! [ -e ${bin}/met ]; then
  >${bin}/met; sleep 0.05; '${portable.file}' </dev/null >${bin}/other 2>&1
fi ;; esac
exec /bin/mv "$@"
`;
  await Deno.writeTextFile(`${bin}/mv`, mv, { mode: 0o755 });
  const HOME = portable.path;
  const { folder = "" } = await portable.run({
    environment: { HOME, PATH: `${bin}:/usr/bin:/bin` },
  });
  assertStringIncludes(await Deno.readTextFile(`${bin}/other`), `from ${folder}/hushcast\n`);
  const inodes = () => ["SHA256SUMS", "hushcast"].map((n) => Deno.statSync(`${folder}/${n}`).ino);
  const before = inodes();
  assertEquals((await portable.run({ environment: { HOME } })).folder, folder);
  assertEquals(inodes(), before, "nothing was unpacked again");
});

Deno.test("a portable executable removes old versions from the cache, and nothing else", async () => {
  await using portable = await PortableFixture.create();
  const cache = `${portable.path}/.cache/hushcast`;
  const longAgo = new Date(Date.now() - 40 * 86_400_000);
  const old = "0".repeat(64);
  const recent = "1".repeat(64);
  const others = ["notes", "0".repeat(63), "z".repeat(64)];
  for (const name of [old, recent, ...others]) {
    await Deno.mkdir(`${cache}/${name}`, { recursive: true });
    await Deno.writeTextFile(`${cache}/${name}/SHA256SUMS`, "");
    if (name !== recent) await Deno.utime(`${cache}/${name}/SHA256SUMS`, longAgo, longAgo);
  }
  const { folder = "" } = await portable.run({ environment: { HOME: portable.path } });
  assertEquals(await filesBelow(cache), [recent, ...others, basename(folder)].sort());
});
