import { assertEquals, assertMatch } from "@std/assert";
import { RUNTIME_FLAGS } from "../../../scripts/soak/runtime_flags.ts";
import { LineProcess } from "../../../scripts/line_process.ts";
import { temporaryDirectory } from "../../support/temporary_directory.ts";

Deno.test("RUNTIME_FLAGS have garbage collected, and keep no process alive", async () => {
  await using directory = await temporaryDirectory();
  const program = `${directory.path}/program.ts`;
  await Deno.writeTextFile(program, 'console.log("it runs, and gc is a", typeof globalThis.gc);\n');
  await using process = new LineProcess(Deno.execPath(), [
    "run",
    "--no-config",
    ...RUNTIME_FLAGS,
    program,
  ]);
  assertEquals(await process.ended(), 0, process.stderr.join("\n"));
  assertEquals(process.stdout, ["it runs, and gc is a function"]);
});

Deno.test("what collects garbage says so when it can't", async () => {
  const [, preload = ""] = RUNTIME_FLAGS;
  const args = ["run", "--no-config", preload.replace("--preload=", "")];
  await using process = new LineProcess(Deno.execPath(), args, { NO_COLOR: "1" });
  assertEquals(await process.ended(), 1);
  assertMatch(process.stderr.join("\n"), /Cannot collect garbage: --expose-gc is missing/);
});
