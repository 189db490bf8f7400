import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import {
  type BuildContext,
  buildExecutables,
  type BuildResult,
} from "../../../scripts/compile/build_executables.ts";
import { BuildError } from "../../../scripts/compile/build_error.ts";
import type { CommandResult } from "../../../scripts/compile/run_command.ts";
import { type Target, TARGETS } from "../../../scripts/compile/targets.ts";
import { temporaryDirectory } from "../../support/temporary_directory.ts";

const LINUX = "x86_64-unknown-linux-gnu";
const MAC = "aarch64-apple-darwin";
const WINDOWS = "x86_64-pc-windows-msvc";

/** What Deno says when it can't download the base. */
const NO_BASE = `error: Writing deno compile executable to temporary file 'x'

Caused by:
    0: Setting up base binary.
    1: error sending request for url (https://base.example/denort.zip): client error (Connect)
    2: client error (Connect)

Stack backtrace:
   0: <unknown>
`;

/** A Deno that has the base of some targets, and a git. */
class FakeTools {
  /** Every command line of `deno compile`. */
  readonly compiled: (readonly string[])[] = [];
  /** What `deno bundle` fails with. */
  bundleFailure = "";
  /** What `deno compile` fails with when it is given the program, base or no base. */
  compileFailure = "";
  readonly #bases: readonly Target[];

  constructor(bases: readonly Target[]) {
    this.#bases = bases;
  }

  readonly run = async (_: string, args: readonly string[]): Promise<CommandResult> => {
    const after = (flag: string) => args[args.indexOf(flag) + 1] ?? "";
    switch (args[0]) {
      case "rev-parse":
        return done("1a2b3c4d5e6f\n");
      case "bundle":
        if (this.bundleFailure !== "") return failed(this.bundleFailure);
        await Deno.writeTextFile(after("--output"), "// bundled\n");
        return done();
      case "info":
        return done('{"npmCache":"/cache/npm"}');
      case "compile": {
        this.compiled.push(args);
        const isProbe = args.at(-1)?.endsWith("empty.mjs");
        if (this.compileFailure !== "" && !isProbe) return failed(this.compileFailure);
        if (!this.#bases.some((base) => base === after("--target"))) return failed(NO_BASE);
        await Deno.writeTextFile(after("--output"), "compiled");
        return done();
      }
      default:
        return done();
    }
  };
}

function done(stdout = ""): CommandResult {
  return { success: true, stdout, stderr: "" };
}

function failed(stderr: string): CommandResult {
  return { success: false, stdout: "", stderr };
}

/** A build in a folder of its own, and all that it said. */
async function build(
  targets: readonly Target[] | "portable",
  { tools = new FakeTools([]), host = LINUX, output }: {
    tools?: FakeTools;
    host?: string;
    output?: string;
  } = {},
): Promise<{ result: BuildResult; said: string[]; kept: string[] }> {
  await using folder = await temporaryDirectory();
  const { path } = folder;
  await Deno.writeTextFile(`${path}/deno`, "#!/bin/sh\n");
  const said: string[] = [];
  const dist = `${path}/dist`;
  const context: BuildContext = {
    version: "1.2.3",
    host,
    dist,
    deno: `${path}/deno`,
    run: tools.run,
    say: (line) => said.push(line),
  };
  await Deno.mkdir(`${path}/a folder`);
  const where = output && { output: `${path}/${output}` };
  const options = targets === "portable"
    ? { task: "portable" as const, ...where }
    : { task: "compile" as const, targets, ...where };
  const result = await buildExecutables(options, context);
  const built = result.built.map((one) => ({ ...one, path: one.path.replace(`${path}/`, "") }));
  for (const { path: file, kind } of built) {
    const text = await Deno.readTextFile(`${path}/${file}`);
    assertEquals(text.startsWith("#!/bin/sh\n"), kind === "portable");
  }
  const kept = await Array.fromAsync(Deno.readDir(dist), ({ name }) => name);
  return { result: { ...result, built }, said, kept: kept.sort() };
}

Deno.test("buildExecutables() compiles where Deno has the base", async () => {
  const tools = new FakeTools([LINUX]);
  const { result, kept } = await build([LINUX], { tools });
  const name = `hushcast-1.2.3-${LINUX}`;
  assertEquals(result, {
    commit: "1a2b3c4d5e6f",
    built: [{ path: `dist/${name}`, kind: "compiled", target: LINUX }],
    missing: [],
  });
  assertEquals(kept, ["build", name]);
});

Deno.test("buildExecutables() compiles with the permissions of the executable, and no others", async () => {
  const tools = new FakeTools([LINUX]);
  await build([LINUX], { tools });
  const flags = tools.compiled[0]?.filter((arg) =>
    /^--(allow|deny|no-prompt|unstable)|^-A/.test(arg)
  );
  assertEquals(flags, [
    ...["--allow-net", "--allow-read", "--allow-write", "--allow-env"],
    ...["--no-prompt", "--unstable-net"],
  ]);
});

Deno.test("buildExecutables() builds the portable executable where there is no base", async () => {
  const { result, said } = await build([LINUX]);
  assertEquals(result.built, [
    { path: `dist/hushcast-1.2.3-${LINUX}`, kind: "portable", target: LINUX },
  ]);
  assertEquals(result.missing, []);
  assertStringIncludes(said.join("\n"), `no runtime base for ${LINUX}: error sending request`);
});

Deno.test("buildExecutables() builds the portable executable outright", async () => {
  const tools = new FakeTools([LINUX]);
  const { result } = await build("portable", { tools, output: "new folder/hushcast" });
  assertEquals(result.built, [{ path: "new folder/hushcast", kind: "portable", target: LINUX }]);
  assertEquals(tools.compiled, []);
});

Deno.test("buildExecutables() tells of targets that it could not build", async () => {
  const { result } = await build([MAC, WINDOWS], { output: "mac" });
  assertEquals(result.missing, [MAC, WINDOWS]);
  assertEquals(result.built, [
    { path: `dist/hushcast-1.2.3-${LINUX}`, kind: "portable", target: LINUX },
  ]);
});

Deno.test("buildExecutables() puts no portable executable over a compiled one", async () => {
  const { result } = await build(TARGETS, { tools: new FakeTools([LINUX, WINDOWS]) });
  assertEquals(result.built.map(({ kind, path }) => [kind, path]), [
    ["compiled", `dist/hushcast-1.2.3-${LINUX}`],
    ["compiled", `dist/hushcast-1.2.3-${WINDOWS}.exe`],
  ]);
  assertEquals(result.missing.length, 3);
});

Deno.test("buildExecutables() does not take a fault of the program for a missing base", async () => {
  const tools = new FakeTools([LINUX]);
  tools.compileFailure = "error: No space left on device\n\nStack backtrace:\n   0: <unknown>\n";
  const error = await assertRejects(() => build([LINUX], { tools }), BuildError);
  assertEquals(error.message, `cannot compile for ${LINUX}: No space left on device`);
});

Deno.test("buildExecutables() fails when the program cannot be bundled", async () => {
  const tools = new FakeTools([LINUX]);
  tools.bundleFailure = "error: Module not found\n\nStack backtrace:\n   0: <unknown>\n";
  const error = await assertRejects(() => build([LINUX], { tools }), BuildError);
  assertEquals(error.message, "cannot bundle the program:\nerror: Module not found");
});

for (const targets of ["portable" as const, [LINUX] as const]) {
  for (const [output, reason] of [["a folder", "it is a folder"], ["deno/x", "File exists"]]) {
    Deno.test(`buildExecutables() cannot write ${targets} to ${output}`, async () => {
      const tools = new FakeTools([LINUX]);
      const error = await assertRejects(() => build(targets, { tools, output }), BuildError);
      assertMatch(error.message, new RegExp(`^cannot write .*/${output}: ${reason}`));
    });
  }
}

Deno.test("buildExecutables() builds no portable executable for Windows", async () => {
  const error = await assertRejects(() => build("portable", { host: WINDOWS }), BuildError);
  assertEquals(
    error.message,
    `cannot build the portable executable for ${WINDOWS}: it needs a POSIX shell`,
  );
});
