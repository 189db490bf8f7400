import { assertEquals, assertStringIncludes } from "@std/assert";
import { CommandError, type ControlCommand } from "../../src/control/command.ts";
import { type CommandOrigin, runCommand } from "../../src/control/run_command.ts";
import { RecordingLogger } from "./fake_log.ts";

const ADDRESS = "127.0.0.1:5555";

function command(run: ControlCommand["run"], changesServer = false): ControlCommand {
  const description = { name: "try", usage: "try", help: "Try", minArgs: 0, maxArgs: 1 };
  return { ...description, changesServer, run };
}

function originWith(logger: RecordingLogger, port: CommandOrigin["port"] = "http"): CommandOrigin {
  return { port, address: ADDRESS, logger };
}

Deno.test("runCommand() gives the reply, and logs the name without the arguments", async () => {
  const logger = new RecordingLogger();
  const reply = (args: readonly string[]) => ({ lines: args });
  const outcome = await runCommand(command(reply), ["secret"], originWith(logger));
  assertEquals(outcome, { isDone: true, reply: { lines: ["secret"] } });
  const fields = { command: "try", address: ADDRESS, done: true };
  assertEquals(logger.lines, [{ level: "debug", message: "http command", fields }]);
});

Deno.test("runCommand() logs what changes the server at level info", async () => {
  const logger = new RecordingLogger();
  await runCommand(command(() => ({ lines: [] }), true), [], originWith(logger, "control"));
  const fields = { command: "try", address: ADDRESS, done: true };
  assertEquals(logger.lines, [{ level: "info", message: "control command", fields }]);
});

Deno.test("runCommand() does not log a refusal as a fault", async () => {
  const logger = new RecordingLogger();
  const error = new CommandError("NO_SUCH_CLIENT", "No such client");
  const failing = command(() => Promise.reject(error), true);
  assertEquals(await runCommand(failing, [], originWith(logger)), { isDone: false, error });
  assertEquals(logger.lines.map(({ level, fields }) => [level, fields.done]), [["info", false]]);
});

Deno.test("runCommand() logs a fault of ours, thrown or rejected", async () => {
  for (const isThrown of [true, false]) {
    const logger = new RecordingLogger();
    const error = new Error("inner");
    const failing = command(() => {
      if (isThrown) throw error;
      return Promise.reject(error);
    });
    assertEquals(await runCommand(failing, [], originWith(logger)), { isDone: false, error });
    const [line] = logger.lines;
    assertEquals([line?.level, line?.message], ["error", "http command failed"]);
    assertStringIncludes(String(line?.fields.error), "inner");
  }
});
