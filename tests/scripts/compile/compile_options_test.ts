import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  type CompileOptions,
  CompileUsageError,
  parseCompileOptions,
} from "../../../scripts/compile/compile_options.ts";
import { TARGETS } from "../../../scripts/compile/targets.ts";

const HOST = "x86_64-unknown-linux-gnu";

const accepted: { args: string[]; options: CompileOptions }[] = [
  { args: [], options: { task: "compile", targets: [HOST] } },
  {
    args: ["--target", "aarch64-apple-darwin"],
    options: { task: "compile", targets: ["aarch64-apple-darwin"] },
  },
  {
    args: ["--target=x86_64-pc-windows-msvc", "--output=a.exe"],
    options: { task: "compile", targets: ["x86_64-pc-windows-msvc"], output: "a.exe" },
  },
  { args: ["--all"], options: { task: "compile", targets: TARGETS } },
  { args: ["--portable"], options: { task: "portable" } },
  { args: ["--portable", "--output", "a b"], options: { task: "portable", output: "a b" } },
  { args: ["--help", "--all"], options: { task: "help" } },
  { args: ["-h"], options: { task: "help" } },
];

for (const { args, options } of accepted) {
  Deno.test(`parseCompileOptions() reads [${args.join(" ")}]`, () => {
    assertEquals(parseCompileOptions(args, HOST), options);
  });
}

const refused: { args: string[]; host?: string; message: RegExp }[] = [
  { args: ["--al"], message: /^unknown option --al \(did you mean --all\?\)$/ },
  { args: ["--output"], message: /^missing value of --output$/ },
  { args: ["--output="], message: /^missing value of --output$/ },
  { args: ["--target"], message: /^missing value of --target$/ },
  { args: ["--target", "linux"], message: /^cannot build for linux: expected one of x86_64-/ },
  { args: ["linux"], message: /^unexpected argument linux$/ },
  { args: ["--all", "--output", "a"], message: /^--output is for one executable$/ },
  { args: ["--all", "--portable"], message: /^only one of --target, --all and --portable/ },
  { args: ["--target", HOST, "--portable"], message: /^only one of/ },
  { args: [], host: "riscv64gc-unknown-linux-gnu", message: /^cannot build for riscv64gc/ },
];

for (const { args, host = HOST, message } of refused) {
  Deno.test(`parseCompileOptions() refuses [${args.join(" ")}] on ${host}`, () => {
    const error = assertThrows(() => parseCompileOptions(args, host), CompileUsageError);
    assertMatch(error.message, message);
  });
}
