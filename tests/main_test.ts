import { assertEquals, assertMatch } from "@std/assert";
import { EXIT_CODE } from "../src/cli/exit_code.ts";

const MAIN = new URL("../main.ts", import.meta.url).href;
const PERMISSIONS = ["net", "read", "write", "env"].map((name) => `--allow-${name}`);

function hushcast(...args: string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", ...PERMISSIONS, MAIN, ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

const table: { args: string[]; code: number; stdout: RegExp; stderr: RegExp }[] = [
  {
    args: ["--version"],
    code: EXIT_CODE.done,
    stdout: /^hushcast \d+\.\d+\.\d+ \(Deno \d+\.\d+\.\d+, \w+-\S+, source\)\n$/,
    stderr: /^$/,
  },
  {
    args: ["help", "relay"],
    code: EXIT_CODE.done,
    stdout: /^Usage: .*\n {2}130 +\w+\n$/s,
    stderr: /^$/,
  },
  {
    args: ["relay", "--prot", "5"],
    code: EXIT_CODE.usage,
    stdout: /^$/,
    stderr: /^hushcast relay: unknown option --prot \(did you mean --port\?\); .*\n$/,
  },
];

for (const { args, code, stdout, stderr } of table) {
  Deno.test(`main.ts ends hushcast ${args.join(" ")} with exit code ${code}`, async () => {
    const output = await hushcast(...args).output();
    const decoder = new TextDecoder();
    assertMatch(decoder.decode(output.stdout), stdout);
    assertMatch(decoder.decode(output.stderr), stderr);
    assertEquals(output.code, code);
  });
}

Deno.test("main.ts ends quietly when the reader of standard output is gone", async () => {
  await using child = hushcast("help", "relay").spawn();
  await child.stdout.cancel();
  const stderr = await new Response(child.stderr).text();
  assertEquals([(await child.status).code, stderr], [EXIT_CODE.done, ""]);
});
