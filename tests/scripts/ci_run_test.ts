import { assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { programTest } from "../support/test_with_program.ts";

const CI_RUN = fileURLToPath(new URL("../../.ci/run", import.meta.url));

/** In place of Node: `task compile` and `task test` end as the variables say. */
const NPX = `#!/bin/sh
case $* in
  *" task compile") exit "$COMPILE_CODE" ;;
  *" task test") printf '%b' "$TEST_OUTPUT"; exit "$TEST_CODE" ;;
esac
exit 99
`;

const PASSED = "FAILED | 1 passed | 9 failed (1s)\\nok | 12 passed (3 steps) | 0 failed (4s)\\n";

interface Case {
  readonly name: string;
  readonly compileCode: number;
  readonly testCode: number;
  readonly testOutput: string;
  readonly code: number;
  readonly lastLine: string;
}

const cases: readonly Case[] = [
  {
    name: "passes when build and tests do, with the counts of the last summary",
    ...{ compileCode: 0, testCode: 0, testOutput: PASSED },
    ...{ code: 0, lastLine: "12 passed, 0 failed" },
  },
  {
    name: "fails when the build fails, though the tests pass with an earlier executable",
    ...{ compileCode: 3, testCode: 0, testOutput: PASSED },
    ...{ code: 3, lastLine: "12 passed, 1 failed" },
  },
  {
    name: "fails when a test fails",
    ...{ compileCode: 0, testCode: 1, testOutput: "FAILED | 10 passed | 2 failed (4s)\\n" },
    ...{ code: 1, lastLine: "10 passed, 2 failed" },
  },
  {
    name: "fails when the tests are not reached",
    ...{ compileCode: 0, testCode: 1, testOutput: "error: Found 1 not formatted file\\n" },
    ...{ code: 1, lastLine: "0 passed, 1 failed" },
  },
];

/** Runs `.ci/run` where nothing is installed and nothing built: what does that is replaced. */
async function runCi({ compileCode, testCode, testOutput }: Case): Promise<Deno.CommandOutput> {
  await using directory = await temporaryDirectory();
  const { path } = directory;
  await Deno.mkdir(`${path}/.ci`);
  await Deno.copyFile(CI_RUN, `${path}/.ci/run`);
  await Deno.mkdir(`${path}/bin`);
  const programs = { npx: NPX, "apt-get": "#!/bin/sh\n", python3: "#!/bin/sh\n" };
  for (const [name, text] of Object.entries(programs)) {
    await Deno.writeTextFile(`${path}/bin/${name}`, text, { mode: 0o755 });
  }
  return await new Deno.Command("bash", {
    args: [`${path}/.ci/run`],
    env: {
      PATH: `${path}/bin:${Deno.env.get("PATH")}`,
      COMPILE_CODE: `${compileCode}`,
      TEST_CODE: `${testCode}`,
      TEST_OUTPUT: testOutput,
    },
  }).output();
}

for (const expected of cases) {
  programTest("bash", "bash", `.ci/run ${expected.name}`, async () => {
    const { code, stdout, stderr } = await runCi(expected);
    const [output, complaint] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals([code, output?.trimEnd().split("\n").at(-1)], [expected.code, expected.lastLine]);
    if (expected.compileCode !== 0) assertStringIncludes(complaint ?? "", "could not build");
  });
}

programTest("shellcheck", "shellcheck", ".ci/run passes shellcheck", async () => {
  const { code, stdout } = await new Deno.Command("shellcheck", { args: [CI_RUN] }).output();
  assertEquals([code, new TextDecoder().decode(stdout)], [0, ""]);
});
