/**
 * Runs the built executable as it is run on a machine without Deno and Node: by its file alone,
 * with no environment but `PATH`, an empty home and another working directory. What is about the
 * cache of the portable executable is in `executable_portable_test.ts`.
 */
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { basename, dirname, join } from "node:path";
import { PERMISSION_FLAGS } from "../../scripts/compile/program_flags.ts";
import { VERSION } from "../../src/cli/version.ts";
import { commitWarning } from "../support/executable_commit.ts";
import { childrenOf, commandLineOf, processesFrom } from "../support/executable_processes.ts";
import { readOnlyHome } from "../support/executable_read_only_home.ts";
import type { ExecutableStage } from "../support/executable_stage.ts";
import { executableSuite } from "../support/executable_suite.ts";
import { assertSameBytes } from "../support/same_bytes.ts";
import { SeededRandom } from "../support/seeded_random.ts";

const executableTest = executableSuite();

const UNLESS_LINUX = Deno.build.os === "linux" ? undefined : "needs Linux";

const VERSION_LINE =
  /^hushcast (\S+) \(commit ([0-9a-f]{12}(?:-dirty)?|unknown), Deno \S+, (\S+), (\w+)\)$/;

executableTest("says version, commit, target and kind", async (stage, context) => {
  const { code, stdout, stderr } = await stage.run(["--version"]);
  assertEquals([code, stdout.length, stderr], [0, 1, []]);
  const [, version, commit = "", target, kind] = VERSION_LINE.exec(stdout[0] ?? "") ?? [];
  assertEquals([version, target, kind], [VERSION, Deno.build.target, stage.installed.kind]);
  const warning = await commitWarning(commit);
  const lines = [`TESTED: ${basename(stage.installed.path)}`, `${kind}, commit ${commit}`];
  console.warn([...lines, warning ?? "which is that of this checkout"].join("\n        "));
  await context.step(`${kind}, commit ${commit}${warning ? `: ${warning}` : ""}`, () => undefined);
});

executableTest("runs where no Deno, Node or Python can be found", async (stage) => {
  for (const program of ["deno", "node", "nodejs", "npx", "python3"]) {
    const script = ["-c", `command -v ${program}`];
    const { code, stdout } = await stage.run(script, { executable: "sh" });
    assertNotEquals(code, 0, stdout.join("\n"));
  }
  const { stdout } = await stage.run([], { executable: "env" });
  const names = stdout.map((line) => line.split("=")[0]).sort();
  assertEquals(names, ["HOME", "HUSHCAST_CACHE", "PATH", "TMPDIR"]);
});

/** Command lines that ask for help, and how what they print begins. */
const HELP: readonly { args: readonly string[]; begins: RegExp }[] = [
  { args: ["help"], begins: /^hushcast .*: a secure multicast relay/ },
  { args: ["--help"], begins: /^hushcast .*: a secure multicast relay/ },
  { args: ["relay", "--help"], begins: /^Usage: hushcast relay / },
  { args: ["help", "direct-send"], begins: /^Usage: hushcast direct-send / },
];

executableTest("prints help to standard output", async (stage) => {
  for (const { args, begins } of HELP) {
    const { code, stdout, stderr } = await stage.run(args);
    assertEquals([code, stderr], [0, []]);
    assertMatch(stdout[0] ?? "", begins);
  }
});

executableTest("ends quietly when the reader of its output is gone", async (stage) => {
  const script = 'exec 3>&1; { "$0" help relay; echo "code $?" >&3; } | true';
  const { stdout, stderr } = await stage.run(["-c", script, stage.installed.path], {
    executable: "sh",
  });
  assertEquals([stdout, stderr], [["code 0"], []]);
});

/** What is wrong usage, and what the one line has to name. */
const WRONG: readonly {
  name: string;
  args: readonly string[];
  environment?: Record<string, string>;
  says: RegExp;
}[] = [
  { name: "an unknown option", args: ["--frobnicate"], says: /^hushcast: .*--frobnicate/ },
  { name: "an unknown command", args: ["run", "x.ts"], says: /^hushcast: unknown command run/ },
  { name: "an unknown flag", args: ["relay", "--prot", "5"], says: /^hushcast relay: .*--prot/ },
  // Flags of the runtime are none of the program's.
  { name: "a permission", args: ["--allow-run", "--version"], says: /^hushcast: .*--allow-run/ },
  {
    name: "a wrong setting by variable",
    args: ["relay"],
    environment: { HUSHCAST_PORT: "seventeen" },
    says: /^hushcast relay: .*HUSHCAST_PORT/,
  },
];

for (const { name, args, environment, says } of WRONG) {
  executableTest(`refuses ${name} in one line with exit code 2`, async (stage) => {
    const { code, stdout, stderr } = await stage.run(args, { environment });
    assertEquals([code, stdout, stderr.length], [2, [], 1], stderr.join("\n"));
    assertMatch(stderr[0] ?? "", says);
  });
}

/** Arguments that a shell takes apart when a quote is missing, or a parser when it looks at them. */
const ODD_WORDS = [
  "",
  "a  b",
  'it\'s "so"',
  "new\nline",
  "--",
  "--version",
  "*",
  "$HOME `id` \\",
  "",
];

/** Runs `hushcast send` to its end. */
async function send(
  stage: ExecutableStage,
  args: readonly string[],
  lines: readonly string[] = [],
): Promise<void> {
  const sent = await stage.run(["send", "--state", stage.state, ...args], {}, lines);
  assertEquals([sent.code, sent.stdout], [0, []], sent.stderr.join("\n"));
}

executableTest("arguments and standard input arrive as they are", async (stage) => {
  await using relay = await stage.relay();
  const way = ["--relay", relay.relay];
  await using ann = await stage.client(relay, "listen", "ann", [...way, "--json"]);
  await send(stage, [...way, "--", ...ODD_WORDS]);
  assertEquals(JSON.parse((await ann.line(/"text":" a /)).input).text, ODD_WORDS.join(" "));
  const long = "Grüße, Ωμέγα, 🐟 ".repeat(8_000);
  await send(stage, way, [long, "the last line"]);
  assertEquals(JSON.parse((await ann.line(/"text":"Gr/)).input).text, long);
  await ann.line(/"text":"the last line"/);
});

executableTest("a file arrives byte for byte, by multicast", async (stage) => {
  await using relay = await stage.relay();
  const way = ["--group", relay.group, "--interface", "127.0.0.1"];
  await using ann = await stage.client(relay, "listen", "ann", [...way, "--json"]);
  const bytes = new SeededRandom(11).bytes(200_000);
  await Deno.writeFile(`${stage.state}/file`, bytes);
  await send(stage, [...way, "--file", `${stage.state}/file`]);
  const { input } = await ann.line(/"base64"/);
  assertSameBytes(Uint8Array.fromBase64(JSON.parse(input).base64), bytes);
});

executableTest("clients talk by pipes, and the operator sees them", async (stage) => {
  await using relay = await stage.relay();
  await using ann = await stage.client(relay, "listen", "ann", [
    ...["--relay", relay.relay, "--json", "--count", "1"],
  ]);
  await using bob = await stage.client(relay, "chat", "bob");
  const control = ["control", "--port", `${relay.controlPort}`];
  const clients = await stage.run([...control, "list_clients"]);
  assertEquals(clients.code, 0, clients.stderr.join("\n"));
  assertEquals(clients.stdout.map((line) => line.split(" ")[0]).sort(), ["ann", "bob"]);
  const stats = await stage.run([...control, "--json", "get_stats"]);
  assertEquals(JSON.parse(stats.stdout.join("\n")).data.clients, 2);
  await bob.type("Wie geht's, «Ann»?");
  await bob.endInput();
  assertEquals([await bob.ended(), await ann.ended()], [0, 0]);
  const messages = ann.stdout.map((line) => JSON.parse(line)).filter((m) => m.type === "message");
  assertEquals(messages.map(({ sender, text }) => [sender, text]), [["bob", "Wie geht's, «Ann»?"]]);
});

executableTest("a direct server prints what direct-send sends", async (stage) => {
  await using direct = await stage.direct();
  const send = ["direct-send", "--server", direct.server, "--server-key", direct.key];
  const sent = await stage.run(send, {}, ["erste Zeile", "zweite: Ω"]);
  assertEquals([sent.code, sent.stdout], [0, []], sent.stderr.join("\n"));
  await direct.process.line(/^127\.0\.0\.1:\d+\terste Zeile$/);
  await direct.process.line(/^127\.0\.0\.1:\d+\tzweite: Ω$/);
  direct.process.kill("SIGTERM");
  assertEquals(await direct.process.ended(), 0);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  executableTest(`a relay ends cleanly on ${signal}, and tells its clients`, async (stage) => {
    await using relay = await stage.relay();
    await using ann = await stage.client(relay, "listen", "ann");
    relay.process.kill(signal);
    assertEquals(await relay.process.ended(), 0);
    await relay.process.errorLine(/relay stopped/);
    await ann.errorLine(/shutting down|reconnecting/);
    ann.kill("SIGINT");
    assertEquals(await ann.ended(), 130);
  });
}

executableTest("a relay is one process, the one that was started", async (stage) => {
  const { installed } = stage;
  await using relay = await stage.relay();
  const { pid } = relay.process;
  assertEquals(childrenOf(pid), []);
  const folder = installed.kind === "portable" ? installed.cache : dirname(installed.path);
  assertEquals(processesFrom(folder), [pid]);
  if (installed.kind === "portable") {
    const allowed = commandLineOf(pid).filter((word) =>
      /^-A|^--allow|^--(?:no-)?prompt/.test(word)
    );
    assertEquals(allowed, ["--no-prompt", ...PERMISSION_FLAGS]);
  }
  relay.process.kill("SIGTERM");
  assertEquals(await relay.process.ended(), 0);
  assertEquals(processesFrom(folder), []);
}, UNLESS_LINUX);

executableTest("a relay outlives a killed client, and its identity the relay", async (stage) => {
  await using first = await stage.relay();
  await using ann = await stage.client(first, "listen", "ann");
  ann.kill("SIGKILL");
  await ann.ended();
  await using ben = await stage.client(first, "listen", "ben");
  first.process.kill("SIGKILL");
  await first.process.ended();
  ben.kill("SIGINT");
  assertEquals(await ben.ended(), 130);
  await using second = await stage.relay();
  assertEquals(second.identity, first.identity);
  const pinned = ["--relay", second.relay, "--identity", first.identity];
  await using _ann = await stage.client(second, "listen", "ann", pinned);
});

executableTest("a relay that is not there gives exit code 3", async (stage) => {
  const nobody = ["--relay", "127.0.0.1:9", "--timeout", "0.5", "--state", stage.state];
  const { code, stdout, stderr } = await stage.run(["send", ...nobody, "hello"]);
  assertEquals([code, stdout, stderr.length], [3, [], 1], stderr.join("\n"));
  assertMatch(stderr[0] ?? "", /127\.0\.0\.1:9/);
});

executableTest("runs with a home that it cannot write to, and without one", async (stage) => {
  const readOnly = await readOnlyHome(stage);
  const environment = { ...readOnly.environment, HOME: undefined };
  for (const options of [readOnly, { ...readOnly, environment }]) {
    const { code, stdout, stderr } = await stage.run(["--version"], options);
    assertEquals([code, stdout.length, stderr], [0, 1, []]);
    await using relay = await stage.relay([], options);
    relay.process.kill("SIGTERM");
    assertEquals(await relay.process.ended(), 0);
  }
});

/** Files of other tools, which a runtime might take for its own; all of them wrong. */
const FOREIGN = ["deno.json", "deno.lock", "package.json", "tsconfig.json", ".npmrc"];

executableTest("reads no file of another tool in its working directory", async (stage) => {
  const path = (name: string) => join(stage.work, name);
  for (const name of FOREIGN) await Deno.writeTextFile(path(name), "{ registry=none");
  await Deno.writeTextFile(path(".env"), "HUSHCAST_LOG_LEVEL=none\n");
  await using relay = await stage.relay();
  relay.process.kill("SIGTERM");
  assertEquals(await relay.process.ended(), 0);
  for (const name of [...FOREIGN, ".env"]) await Deno.remove(path(name));
});

executableTest("needs no .npmrc of its user, and keeps its state in his home", async (stage) => {
  const path = (name: string) => join(stage.home, name);
  await Deno.writeTextFile(path(".npmrc"), "registry=${NO_SUCH_VARIABLE}\n");
  const { code, stdout } = await stage.run(["identity"]);
  assertEquals(code, 0);
  assertMatch(stdout.join(), /^SHA256:/);
  assertEquals((await Deno.stat(path(".local/state/hushcast/identity.pk8"))).isFile, true);
  await Deno.remove(path(".npmrc"));
  await Deno.remove(path(".local"), { recursive: true });
}, UNLESS_LINUX);

executableTest("asks nothing on a terminal, and Ctrl-C ends it", async (stage) => {
  const loopback = "--bind 127.0.0.1 --interface 127.0.0.1 --port 0 --control-port 0";
  const command = `exec "$PROGRAM" relay ${loopback} --state "$STATE"`;
  const environment = { PROGRAM: stage.installed.path, STATE: stage.state };
  await using terminal = stage.start(["-qefc", command, "/dev/null"], {
    executable: "script",
    environment,
  });
  await terminal.line(/^hushcast relay ready /);
  await terminal.type("\x03");
  assertEquals(await terminal.ended(), 0);
  const output = terminal.stdout.join("\n");
  assert(!/Deno|Allow|\[y\/n/.test(output), output);
}, UNLESS_LINUX);
