/** Odd environments of a portable executable: variables, umask, remains, a key pressed too early. */
import { assertEquals, assertMatch } from "@std/assert";
import { filesBelow, PortableFixture, PROGRAM } from "../../support/portable_fixture.ts";
import { programTest } from "../../support/test_with_program.ts";

const variables: [name: string, value: string][] = [
  ["BLOCK_SIZE", "1K"],
  ["LS_BLOCK_SIZE", "human-readable"],
  ["TIME_STYLE", "nonsense"],
  ["QUOTING_STYLE", "c"],
  ["GZIP", "-9"],
  ["IFS", "0/"],
  ["me", "ada"],
  ["HUSHCAST_CACHE", "@/new\nline $(id) [a]* '\""],
  ["HUSHCAST_CACHE", "@/ends in a newline\n"],
];

for (const [name, value] of variables) {
  Deno.test(`a portable executable unpacks itself once, with ${name}=${JSON.stringify(value)}`, async () => {
    await using portable = await PortableFixture.create();
    const environment = { HOME: portable.path, [name]: value.replace("@", portable.path) };
    const cache = environment["HUSHCAST_CACHE"] ?? `${portable.path}/.cache/hushcast`;
    const files = new Set<number | null>();
    for (const _ of ["unpacked", "found"]) {
      const { stderr } = await portable.run({ environment });
      assertEquals(stderr, "");
      const [id = ""] = await filesBelow(cache);
      files.add((await Deno.stat(`${cache}/${id}/hushcast`)).ino);
    }
    assertEquals(files.size, 1);
  });
}

Deno.test("a portable executable finds a short program, however ls quotes names", async () => {
  await using portable = await PortableFixture.create();
  const environment = { HOME: portable.path, QUOTING_STYLE: "c" };
  const { folder = "" } = await portable.run({ environment });
  const before = await Deno.stat(`${folder}/hushcast.mjs`);
  await Deno.truncate(`${folder}/hushcast.mjs`, 1);
  await Deno.utime(`${folder}/hushcast.mjs`, before.mtime ?? 0, before.mtime ?? 0);
  await portable.run({ environment });
  assertEquals(await Deno.readTextFile(`${folder}/hushcast.mjs`), PROGRAM);
});

Deno.test("a portable executable unpacks into a relative TMPDIR", async () => {
  await using portable = await PortableFixture.create();
  const { folder = "", stderr } = await portable.run({ environment: { TMPDIR: "tmp" } });
  assertEquals(stderr, "");
  assertMatch(folder.replace(portable.path, ""), /^\/tmp\/hushcast-cache-\d+\/[0-9a-f]{64}$/);
});

for (const umask of ["000", "002"]) {
  Deno.test(`a portable executable lets nobody else write to its cache, with umask ${umask}`, async () => {
    await using portable = await PortableFixture.create();
    const shell = ["sh", "-c", `umask ${umask}; exec "$0" "$@"`];
    const { folder } = await portable.run({ shell, environment: { HOME: portable.path } });
    const paths = [`${folder}/..`, folder, `${folder}/deno`, `${folder}/hushcast.mjs`];
    for (const path of paths) assertEquals(((await Deno.stat(`${path}`)).mode ?? 0) & 0o022, 0);
  });
}

for (const mode of [0o775, 0o757]) {
  Deno.test(`a portable executable drops compiled code from a folder with mode ${mode.toString(8)}`, async () => {
    await using portable = await PortableFixture.create();
    const environment = { HOME: portable.path };
    const { folder = "" } = await portable.run({ environment });
    await Deno.writeTextFile(`${folder}/deno/v8_code_cache_v2`, "another's");
    await portable.run({ environment });
    assertEquals(await filesBelow(`${folder}/deno`), ["v8_code_cache_v2"], "it was its own");
    await Deno.chmod(`${folder}/deno`, mode);
    await portable.run({ environment });
    assertEquals(await filesBelow(`${folder}/deno`), []);
    assertEquals(((await Deno.stat(`${folder}/deno`)).mode ?? 0) & 0o022, 0);
  });
}

Deno.test("a portable executable removes what broken-off runs of any version have left", async () => {
  await using portable = await PortableFixture.create();
  const cache = `${portable.path}/.cache/hushcast`;
  const longAgo = new Date(Date.now() - 2 * 3_600_000);
  const version = "0".repeat(64);
  for (const path of ["notes/.unpack.abcdef", `${version}/.unpack.abcdef`]) {
    await Deno.mkdir(`${cache}/${path}`, { recursive: true });
    await Deno.utime(`${cache}/${path}`, longAgo, longAgo);
  }
  await Deno.mkdir(`${cache}/${version}/.unpack.recent`);
  await portable.run({ environment: { HOME: portable.path } });
  assertEquals(await filesBelow(`${cache}/${version}`), [".unpack.recent"]);
  assertEquals(await filesBelow(`${cache}/notes`), [".unpack.abcdef"], "it is no version");
});

/** Gives a user a default ACL in the home, where the file system has such, and becomes its argument. */
const WITH_DEFAULT_ACL = `
import os, struct, sys
entries = [(1, 7, -1), (2, 7, 65534), (4, 5, -1), (16, 7, -1), (32, 5, -1)]
acl = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in entries)
try:
    os.setxattr(os.environ["HOME"], "system.posix_acl_default", acl)
except (AttributeError, OSError):
    pass
os.execv(sys.argv[1], sys.argv[1:])
`;

programTest(
  "python3",
  "python3",
  "a portable executable lets nobody in by a default ACL",
  async () => {
    await using portable = await PortableFixture.create();
    const environment = { HOME: portable.path, PATH: Deno.env.get("PATH") ?? "" };
    const shell = ["python3", "-c", WITH_DEFAULT_ACL];
    const { folder = "" } = await portable.run({ shell, environment });
    const modes = ["", "/deno", "/hushcast"].map(async (name) =>
      ((await Deno.stat(folder + name)).mode ?? 0) & 0o022
    );
    assertEquals(await Promise.all(modes), [0, 0, 0]);
  },
);

programTest(
  "setsid",
  "util-linux",
  "a portable executable in bash is interrupted by ^C",
  async () => {
    await using portable = await PortableFixture.create();
    await Deno.mkdir(`${portable.path}/bin`);
    const pressKey = "#!/bin/sh\nkill -INT 0\n";
    await Deno.writeTextFile(`${portable.path}/bin/gzip`, pressKey, { mode: 0o755 });
    const { code, stdout } = await portable.run({
      shell: ["setsid", "--wait", "bash"],
      environment: { HOME: portable.path, PATH: `${portable.path}/bin:/usr/bin:/bin` },
    });
    assertEquals([code, stdout], [130, ""]);
    assertEquals(await filesBelow(`${portable.path}/.cache/hushcast`), []);
  },
);
