import { assertEquals } from "@std/assert";
import { RUNTIME_FLAGS } from "../../../scripts/soak/runtime_flags.ts";
import { LineProcess } from "../../../scripts/line_process.ts";
import { temporaryDirectory } from "../../support/temporary_directory.ts";

Deno.test("RUNTIME_FLAGS have memory returned, and keep no process alive", async () => {
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
