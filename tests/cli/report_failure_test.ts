import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { OutputClosedError, OutputFailedError } from "../../src/cli/cli_io.ts";
import { EXIT_CODE, type ExitCode } from "../../src/cli/exit_code.ts";
import { ExitCodeError } from "../../src/cli/exit_code_error.ts";
import { reportFailure } from "../../src/cli/report_failure.ts";
import { UsageError } from "../../src/cli/usage_error.ts";
import { HushcastError } from "../../src/errors.ts";
import { SettingsError } from "../../src/settings/settings_error.ts";
import { fakeCliIo } from "../support/fake_cli_io.ts";

class PortInUseError extends HushcastError {
  readonly code = "PORT_IN_USE";
}

const table: { name: string; error: unknown; exitCode: ExitCode; output: string }[] = [
  {
    name: "a SettingsError",
    error: new SettingsError("SETTINGS_BAD_VALUE", 'Cannot use "x" for --port: expected a port'),
    exitCode: EXIT_CODE.usage,
    output: 'hushcast relay: cannot use "x" for --port: expected a port; ' +
      "try 'hushcast relay --help'\n",
  },
  {
    name: "a UsageError",
    error: new UsageError("Cannot send both TEXT and --file"),
    exitCode: EXIT_CODE.usage,
    output: "hushcast relay: cannot send both TEXT and --file; try 'hushcast relay --help'\n",
  },
  {
    name: "any other HushcastError",
    error: new PortInUseError("UDP port 47700 is in use"),
    exitCode: EXIT_CODE.failed,
    output: "hushcast relay: UDP port 47700 is in use\n",
  },
  {
    name: "an error of several lines, in one",
    error: new PortInUseError("Cannot listen:\n\x1b[2Jin use"),
    exitCode: EXIT_CODE.failed,
    output: "hushcast relay: cannot listen:\\u000a\\u001b[2Jin use\n",
  },
  {
    name: "an ExitCodeError",
    error: new ExitCodeError(EXIT_CODE.unreachable, "No relay answered within 10 s"),
    exitCode: EXIT_CODE.unreachable,
    output: "hushcast relay: no relay answered within 10 s\n",
  },
  {
    name: "a missing permission",
    error: new Deno.errors.NotCapable('Requires net access to "0.0.0.0:47700"'),
    exitCode: EXIT_CODE.failed,
    output: 'hushcast relay: requires net access to "0.0.0.0:47700"\n',
  },
  {
    name: "a port in use",
    error: new Deno.errors.AddrInUse("Address already in use (os error 98)"),
    exitCode: EXIT_CODE.failed,
    output: "hushcast relay: address already in use (os error 98)\n",
  },
  {
    name: "a full disk",
    error: Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" }),
    exitCode: EXIT_CODE.failed,
    output: "hushcast relay: no space left on device (os error 28)\n",
  },
  {
    name: "something that is no error",
    error: "odd",
    exitCode: EXIT_CODE.failed,
    output: "hushcast relay: unexpected error\nodd\n",
  },
  {
    name: "nothing of a closed standard output",
    error: new OutputClosedError("Cannot write output"),
    exitCode: EXIT_CODE.done,
    output: "",
  },
];

for (const { name, error, exitCode, output } of table) {
  Deno.test(`reportFailure() tells ${name}`, async () => {
    const io = fakeCliIo();
    assertEquals(await reportFailure(error, "relay", io), exitCode);
    assertEquals(io.stderr.text, output);
  });
}

Deno.test("reportFailure() shows the stack of a bug", async () => {
  const io = fakeCliIo();
  assertEquals(await reportFailure(new RangeError("Oops"), "relay", io), EXIT_CODE.failed);
  assertMatch(io.stderr.text, /^hushcast relay: unexpected error\nRangeError: Oops\n +at /);
});

Deno.test("reportFailure() is silent about the interruption that it was told of", async () => {
  const io = fakeCliIo();
  io.interrupt();
  assertEquals(await reportFailure(io.signal.reason, "chat", io), EXIT_CODE.interrupted);
  assertEquals(io.stderr.text, "");
});

Deno.test("reportFailure() tells another error even after an interruption", async () => {
  const io = fakeCliIo();
  io.interrupt();
  assertEquals(await reportFailure(new UsageError("Odd"), undefined, io), EXIT_CODE.usage);
  assertEquals(io.stderr.text, "hushcast: Odd; try 'hushcast help'\n");
});

Deno.test("reportFailure() keeps the exit code when standard error is closed", async () => {
  const io = fakeCliIo();
  io.stderr.closed = true;
  assertEquals(await reportFailure(new UsageError("Odd"), "chat", io), EXIT_CODE.usage);
});

Deno.test("reportFailure() keeps the exit code when the disk of standard error is full", async () => {
  const { signal } = fakeCliIo();
  const full = new OutputFailedError("Cannot write output: no space left on device");
  const stderr = { isTerminal: false, write: () => Promise.reject(full) };
  const exitCode = await reportFailure(new UsageError("Odd"), "chat", { stderr, signal });
  assertEquals(exitCode, EXIT_CODE.usage);
});

Deno.test("reportFailure() lets other failures of standard error through", async () => {
  const { signal } = fakeCliIo();
  const stderr = { isTerminal: false, write: () => Promise.reject(new TypeError("bug")) };
  await assertRejects(() => reportFailure("odd", "chat", { stderr, signal }), TypeError);
});
