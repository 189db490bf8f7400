import { assertEquals, assertMatch } from "@std/assert";
import { runtimeFlagsOf } from "../../../scripts/soak/runtime_flags.ts";
import { LineProcess } from "../../../scripts/line_process.ts";
import { temporaryDirectory } from "../../support/temporary_directory.ts";

Deno.test("runtimeFlagsOf() leaves the runtime of a long run alone", () => {
  assertEquals(runtimeFlagsOf({ seconds: 45 * 60 }), []);
});

Deno.test("runtimeFlagsOf() has garbage collected in a short run, and keeps no process alive", async () => {
  await using directory = await temporaryDirectory();
  const program = `${directory.path}/program.ts`;
  await Deno.writeTextFile(program, 'console.log("it runs, and gc is a", typeof globalThis.gc);\n');
  const flags = runtimeFlagsOf({ seconds: 15 * 60 });
  await using process = new LineProcess(Deno.execPath(), ["run", "--no-config", ...flags, program]);
  assertEquals(await process.ended(), 0, process.stderr.join("\n"));
  assertEquals(process.stdout, ["it runs, and gc is a function"]);
});

Deno.test("what collects garbage says so when it can't", async () => {
  const [, preload = ""] = runtimeFlagsOf({ seconds: 1 });
  const args = ["run", "--no-config", preload.replace("--preload=", "")];
  await using process = new LineProcess(Deno.execPath(), args, { NO_COLOR: "1" });
  assertEquals(await process.ended(), 1);
  assertMatch(process.stderr.join("\n"), /Cannot collect garbage: --expose-gc is missing/);
});
