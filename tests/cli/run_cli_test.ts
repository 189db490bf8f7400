import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { EXIT_CODE, type ExitCode } from "../../src/cli/exit_code.ts";
import { runCli } from "../../src/cli/run_cli.ts";
import { fakeCliIo } from "../support/fake_cli_io.ts";
import { fakeCommands } from "../support/fake_commands.ts";

Deno.test("runCli() runs a command with its settings and positionals", async () => {
  const { commands, runs, loaded } = fakeCommands();
  const io = fakeCliIo({ variables: { HOME: "/home/ada", HUSHCAST_NAME: "ada" } });
  const code = await runCli(["send", "--relay", "127.0.0.1:5000", "hello"], io, commands);
  assertEquals(code, EXIT_CODE.done);
  assertEquals(loaded, ["send"]);
  const [[name, context] = []] = runs;
  assertEquals(name, "send");
  assertEquals(context?.positionals, ["hello"]);
  assertEquals(context?.io, io);
  assertEquals(name === "send" && context?.settings.name, "ada");
  assertEquals(io.stdout.text + io.stderr.text, "");
});

Deno.test("runCli() hands the arguments of a control command on as they stand", async () => {
  const { commands, runs } = fakeCommands();
  const args = ["control", "--port", "5", "broadcast", "--json", "007", "-h"];
  assertEquals(await runCli(args, fakeCliIo(), commands), EXIT_CODE.done);
  assertEquals(runs[0]?.[1].positionals, ["broadcast", "--json", "007", "-h"]);
});

for (const code of Object.values(EXIT_CODE)) {
  Deno.test(`runCli() returns the command's exit code ${code}`, async () => {
    const { commands } = fakeCommands(() => code);
    assertEquals(await runCli(["listen"], fakeCliIo(), commands), code);
  });
}

const informed: { args: string[]; output: RegExp }[] = [
  { args: ["--version"], output: /^hushcast 0\.0\.0 \(fake\)\n$/ },
  { args: ["-V"], output: /^hushcast 0\.0\.0 \(fake\)\n$/ },
  { args: ["--help"], output: /Usage: hushcast COMMAND/ },
  { args: ["-h"], output: /Usage: hushcast COMMAND/ },
  { args: ["help"], output: /Usage: hushcast COMMAND/ },
  { args: ["help", "help"], output: /Usage: hushcast COMMAND/ },
  { args: ["help", "--help"], output: /Usage: hushcast COMMAND/ },
  { args: ["-h", "-h"], output: /Usage: hushcast COMMAND/ },
  { args: ["help", "relay"], output: /^Usage: hushcast relay \[OPTIONS\]\n/ },
  { args: ["--help", "chat"], output: /^Usage: hushcast chat \[OPTIONS\]\n/ },
  { args: ["send", "--help"], output: /^Usage: hushcast send \[OPTIONS\] \[TEXT\.\.\.\]\n/ },
  {
    args: ["help", "direct-send"],
    output: /^Usage: hushcast direct-send \[OPTIONS\] \[TEXT\.\.\.\]\n/,
  },
  { args: ["help", "token"], output: /^Usage: hushcast token \[OPTIONS\] ACTION \[NAME\]\n/ },
  { args: ["control", "-h"], output: /^Usage: hushcast control \[OPTIONS\] \[COMMAND/ },
];

for (const { args, output } of informed) {
  Deno.test(`runCli() answers hushcast ${args.join(" ")} on standard output`, async () => {
    const { commands, loaded } = fakeCommands();
    const io = fakeCliIo();
    assertEquals(await runCli(args, io, commands), EXIT_CODE.done);
    assertMatch(io.stdout.text, output);
    assertEquals(io.stderr.text, "");
    assertEquals(loaded, []);
  });
}

const refused: { args: string[]; line: string }[] = [
  {
    args: ["relay", "--foo"],
    line: "hushcast relay: unknown option --foo; try 'hushcast relay --help'\n",
  },
  {
    args: ["relay", "--gruop", "x"],
    line: "hushcast relay: unknown option --gruop (did you mean --group?); " +
      "try 'hushcast relay --help'\n",
  },
  {
    args: ["relay", "--port"],
    line: "hushcast relay: missing value of --port: write --port=N; try 'hushcast relay --help'\n",
  },
  {
    args: ["relay", "--client-timeout", "0"],
    line: 'hushcast relay: cannot use "0" for --client-timeout: ' +
      "expected whole seconds from 1 to 65535; try 'hushcast relay --help'\n",
  },
  {
    args: ["relay", "now"],
    line: "hushcast relay: unexpected argument \"now\"; try 'hushcast relay --help'\n",
  },
  {
    args: ["listen", "now"],
    line: "hushcast listen: unexpected argument \"now\"; try 'hushcast listen --help'\n",
  },
  {
    args: ["listen", "hushcast://h:1?identity=SHA256:x&token=s3cret"],
    line: "hushcast listen: unexpected argument \"hushcast:...\"; try 'hushcast listen --help'\n",
  },
  {
    args: ["hushcast://h:1?token=s3cret"],
    line: "hushcast: unknown command hushcast:...; try 'hushcast help'\n",
  },
  {
    args: ["rely"],
    line: "hushcast: unknown command rely (did you mean relay?); try 'hushcast help'\n",
  },
  { args: ["toString"], line: "hushcast: unknown command toString; try 'hushcast help'\n" },
  { args: [""], line: "hushcast: unknown command \"\"; try 'hushcast help'\n" },
  {
    args: ["--versoin"],
    line: "hushcast: unknown option --versoin (did you mean --version?); try 'hushcast help'\n",
  },
  {
    args: ["version"],
    line: "hushcast: unknown command version (did you mean --version?); try 'hushcast help'\n",
  },
  {
    args: ["-v"],
    line: "hushcast: unknown option -v (did you mean --version?); try 'hushcast help'\n",
  },
  { args: ["--"], line: "hushcast: unknown option --; try 'hushcast help'\n" },
  {
    args: ["--version", "relay"],
    line: "hushcast: unexpected argument \"relay\"; try 'hushcast help'\n",
  },
  {
    args: ["-V", "--help"],
    line: "hushcast: unexpected argument \"--help\"; try 'hushcast help'\n",
  },
  {
    args: ["help", "--version"],
    line: "hushcast: unknown option --version; try 'hushcast help'\n",
  },
  {
    args: ["help", "caht"],
    line: "hushcast: unknown command caht (did you mean chat?); try 'hushcast help'\n",
  },
  {
    args: ["help", "chat", "send"],
    line: "hushcast: unexpected argument \"send\"; try 'hushcast help'\n",
  },
  {
    args: ["re\nlay\x1b[2J\0"],
    line: "hushcast: unknown command re\\u000alay\\u001b[2J\\u0000; try 'hushcast help'\n",
  },
];

for (const { args, line } of refused) {
  Deno.test(`runCli() refuses ${JSON.stringify(args.join(" "))} in one line`, async () => {
    const { commands, runs } = fakeCommands();
    const io = fakeCliIo();
    assertEquals(await runCli(args, io, commands), EXIT_CODE.usage);
    assertEquals(io.stderr.text, line);
    assertEquals(io.stdout.text, "");
    assertEquals(runs, []);
  });
}

for (const word of ["x", "-x", "--x", "漢", "\ud800"]) {
  Deno.test(`runCli() keeps its line short for a word of a million ${word}`, async () => {
    const io = fakeCliIo();
    const { commands } = fakeCommands();
    for (const args of [[word.repeat(1e6)], ["chat", word.repeat(1e6)]]) {
      assertEquals(await runCli(args, io, commands), EXIT_CODE.usage);
    }
    assertEquals(io.stderr.text.length < 2000, true);
    assertEquals(io.stderr.text.trimEnd().split("\n").length, 2);
  });
}

Deno.test("runCli() without a command shows the overview on standard error", async () => {
  const io = fakeCliIo();
  assertEquals(await runCli([], io, fakeCommands().commands), EXIT_CODE.usage);
  assertStringIncludes(io.stderr.text, "Usage: hushcast COMMAND");
  assertEquals(io.stdout.text, "");
});

Deno.test("runCli() names the configuration file that it can't use", async () => {
  const io = fakeCliIo({ files: { "relay.json": '{"port": 5,}' } });
  const { commands } = fakeCommands();
  assertEquals(await runCli(["relay", "--config", "relay.json"], io, commands), EXIT_CODE.usage);
  assertMatch(
    io.stderr.text,
    /^hushcast relay: cannot parse configuration file "relay\.json": .*\n$/,
  );
});

Deno.test("runCli() exits with 130 when a command lets the interruption through", async () => {
  const { commands } = fakeCommands(([, { io }]): ExitCode => {
    io.signal.throwIfAborted();
    return EXIT_CODE.done;
  });
  const io = fakeCliIo();
  io.interrupt();
  assertEquals(await runCli(["listen"], io, commands), EXIT_CODE.interrupted);
  assertEquals(io.stderr.text, "");
});

Deno.test("runCli() ends quietly when the reader of standard output is gone", async () => {
  const { commands } = fakeCommands(async ([, { io }]) => {
    await io.stdout.write("ada\thello\n");
    return EXIT_CODE.done;
  });
  const io = fakeCliIo();
  io.stdout.closed = true;
  assertEquals(await runCli(["listen"], io, commands), EXIT_CODE.done);
  assertEquals(await runCli(["help"], io, commands), EXIT_CODE.done);
  assertEquals(io.stderr.text, "");
});
