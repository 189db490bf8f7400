import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { sha256 } from "../../../src/crypto/sha256.ts";
import {
  filesBelow,
  PortableFixture,
  PROGRAM,
  RUNTIME_CODE,
} from "../../support/portable_fixture.ts";
import { programTest } from "../../support/test_with_program.ts";
import { SeededRandom } from "../../support/seeded_random.ts";

const SHELLS: { program: string; apt: string; shell: string[] }[] = [
  { program: "dash", apt: "dash", shell: ["dash"] },
  { program: "bash", apt: "bash", shell: ["bash"] },
  { program: "busybox", apt: "busybox", shell: ["busybox", "sh"] },
];

/** Arguments that a shell takes apart when a quote is missing. */
const ODD_ARGUMENTS = ["a b", "", "--", "-V", "--help", "*", "$HOME", "`id`", "new\nline", "'\"\\"];

for (const { program, apt, shell } of SHELLS) {
  programTest(program, apt, `a portable executable unpacks itself, in ${program}`, async () => {
    await using portable = await PortableFixture.create();
    const environment = { HUSHCAST_CACHE: `${portable.path}/ca che` };
    const first = await portable.run({ shell, environment, args: ODD_ARGUMENTS, input: "in\0put" });
    assertEquals(first.stderr, "");
    assertEquals(first.code, RUNTIME_CODE);
    assertEquals(first.args, ODD_ARGUMENTS);
    assert(first.stdout.endsWith("in\0put"));
    const folder = first.folder ?? "";
    assertEquals(await filesBelow(folder), ["SHA256SUMS", "deno", "hushcast", "hushcast.mjs"]);
    assertEquals(await Deno.readTextFile(`${folder}/hushcast.mjs`), PROGRAM);
    const sums = await Deno.readFile(`${folder}/SHA256SUMS`);
    assertEquals(folder, `${portable.path}/ca che/${sha256(sums).toHex()}`);
    const before = await Deno.stat(`${folder}/hushcast`);
    const second = await portable.run({ shell, environment });
    assertEquals([second.code, second.folder], [RUNTIME_CODE, folder]);
    const after = await Deno.stat(`${folder}/hushcast`);
    assertEquals([after.ino, after.mtime], [before.ino, before.mtime]);
  });
}

Deno.test("a portable executable becomes the runtime, with its permissions and no others", async () => {
  await using portable = await PortableFixture.create();
  const shell = ["sh", "-c", 'echo "shell $$"; exec "$0" "$@"'];
  const { stdout, folder } = await portable.run({ shell, args: ["relay"] });
  assertEquals(/^pid (\d+)$/m.exec(stdout)?.[1], /^shell (\d+)$/m.exec(stdout)?.[1]);
  const flags = Array.from(stdout.matchAll(/^arg <(.*)>$/gm), ([, arg = ""]) => arg);
  assertEquals(flags, [
    ...["run", "--quiet", "--no-prompt"],
    ...["--no-config", "--no-lock", "--no-remote", "--no-npm"],
    ...["--allow-net", "--allow-read", "--allow-write", "--allow-env", "--unstable-net"],
    ...[`${folder}/hushcast.mjs`, "relay"],
  ]);
  assertStringIncludes(stdout, `deno_dir ${folder}/deno\n`);
});

for (const HOME of ["/home/ada", undefined]) {
  Deno.test(`a portable executable hides HOME ${HOME} from the runtime alone`, async () => {
    await using portable = await PortableFixture.create();
    const environment = { HUSHCAST_CACHE: portable.path, ...HOME && { HOME } };
    const { stdout, folder } = await portable.run({ environment });
    assertStringIncludes(stdout, `\nhome ${folder}\nhidden ${HOME ?? ""}\n`);
  });
}

Deno.test("a portable executable is silent where broken pipes are no signal", async () => {
  // Longer than what a pipe holds, so that the first reader leaves while there is more to come.
  const padding = new SeededRandom(1).bytes(200_000).toBase64();
  await using portable = await PortableFixture.create({ runtime: `#!/bin/sh\nexit 0\n${padding}` });
  const shell = ["sh", "-c", 'trap "" PIPE; exec "$0" "$@"'];
  const { code, stderr } = await portable.run({ shell });
  assertEquals([code, stderr], [0, ""]);
});

const names: { name: string; shell?: string[]; how: string }[] = [
  { name: "a relative path", how: "./hush cast" },
  { name: "PATH", how: "hush cast", shell: ["env"] },
  { name: "a symbolic link", how: "./link" },
  { name: "sh in its folder", how: "hush cast", shell: ["sh"] },
  { name: "a name like an option", how: "-link", shell: ["sh", "--"] },
];

for (const { name, how, shell = [] } of names) {
  Deno.test(`a portable executable finds itself by ${name}`, async () => {
    await using portable = await PortableFixture.create();
    for (const link of ["link", "-link"]) {
      await Deno.symlink("hush cast", `${portable.path}/${link}`);
    }
    const environment = { HOME: portable.path, PATH: `/usr/bin:/bin:${portable.path}` };
    const { code, args, stderr } = await portable.run({
      shell,
      name: how,
      environment,
      args: ["x"],
    });
    assertEquals([code, args, stderr], [RUNTIME_CODE, ["x"], ""]);
  });
}

const damages: { name: string; damage: (bytes: Uint8Array) => Uint8Array; line: RegExp }[] = [
  {
    name: "cut short",
    damage: (bytes) => bytes.subarray(0, -20),
    line: /^hushcast: cannot run .*: it is not whole; get it anew\n$/,
  },
  {
    name: "with a wrong byte in its runtime",
    damage: (bytes) => bytes.map((byte, at) => at === bytes.length - 12 ? byte ^ 1 : byte),
    line: /cannot unpack into/,
  },
  {
    name: "with another runtime than its head says",
    damage: (bytes) => replaceInHead(bytes, /(runtime_sum=)..../, "$10000"),
    line: /its checksum is wrong; get it anew\n/,
  },
];

for (const { name, damage, line } of damages) {
  Deno.test(`a portable executable runs nothing when it is ${name}`, async () => {
    await using portable = await PortableFixture.create({ damage });
    const { code, stdout, stderr } = await portable.run({ environment: { HOME: portable.path } });
    assertEquals([code, stdout], [1, ""]);
    assertMatch(stderr, line);
    assertEquals(filesWithin(portable.path), [portable.file]);
  });
}

Deno.test("a portable executable says when its runtime does not run on this machine", async () => {
  await using portable = await PortableFixture.create({ runtime: "#!/bin/sh\nexit 1\n" });
  const { code, stdout, stderr } = await portable.run();
  assertEquals([code, stdout], [1, ""]);
  assertMatch(
    stderr,
    /^hushcast: cannot run on this machine: built for x86_64-\S+, and this is .*\n$/,
  );
});

const hashers: { tools: string[]; code: number; stderr: RegExp }[] = [
  { tools: ["shasum", "perl"], code: RUNTIME_CODE, stderr: /^$/ },
  { tools: ["openssl"], code: RUNTIME_CODE, stderr: /^$/ },
  { tools: [], code: 1, stderr: /^hushcast: .* found none of sha256sum, shasum and openssl\n$/ },
];

/** Programs of the system that it cannot do without. */
const NEEDED = "sh ls id mkdir chmod mktemp tail head gzip mv rm find uname cat wc rmdir touch"
  .split(" ");

for (const { tools, code, stderr } of hashers) {
  const [tool = "sh", apt = tool] = tools;
  programTest(tool, apt, `a portable executable checks itself with [${tools.join()}]`, async () => {
    await using portable = await PortableFixture.create();
    const bin = `${portable.path}/bin`;
    await Deno.mkdir(bin);
    for (const name of [...NEEDED, ...tools]) {
      await Deno.symlink(`/usr/bin/${name}`, `${bin}/${name}`);
    }
    const run = await portable.run({ environment: { PATH: bin, HOME: portable.path } });
    assertEquals(run.code, code);
    assertMatch(run.stderr, stderr);
  });
}

function filesWithin(path: string): string[] {
  return Array.from(Deno.readDirSync(path)).flatMap(({ name, isDirectory }) =>
    isDirectory ? filesWithin(`${path}/${name}`) : [`${path}/${name}`]
  );
}

function replaceInHead(bytes: Uint8Array, pattern: RegExp, text: string): Uint8Array {
  const latin1 = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return Uint8Array.from(latin1.replace(pattern, text), (char) => char.charCodeAt(0));
}
