import { assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { openServerLog, type ServerLogSettings } from "../../src/cli/server_log.ts";
import { LogFileError } from "../../src/observe/log.ts";
import { LogHub } from "../../src/observe/log_hub.ts";
import { fakeCliIo } from "../support/fake_cli_io.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

function settings(logFile: string): ServerLogSettings {
  return {
    logLevel: "critical",
    logFormat: "json",
    logFile,
    logFileMaxBytes: 10_000,
    logFileBackups: 1,
  };
}

Deno.test("openServerLog() lets the control port hear more than its file gets", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "log");
  const hub = new LogHub();
  const heard: string[] = [];
  const subscription = hub.subscribe("INFO", (entry) => heard.push(String(entry.json().message)));
  {
    using logging = openServerLog(settings(path), hub, fakeCliIo());
    logging.logger.debug("too quiet");
    logging.logger.info("server started");
  }
  subscription.close();
  assertEquals(heard, ["server started"]);
  assertEquals(await Deno.readTextFile(path), "");
});

Deno.test("openServerLog() says that the log file can't be opened", () => {
  const open = () => openServerLog(settings("/nonexistent/log"), new LogHub(), fakeCliIo());
  assertThrows(open, LogFileError);
});
