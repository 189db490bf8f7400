import { assertEquals, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../src/cli/commands.ts";
import { runCli } from "../../src/cli/run_cli.ts";
import { FIRST_DELAY_MS } from "../../src/control/auth_penalties.ts";
import { clientSummary } from "../control/fake_admin.ts";
import { FakeClock } from "../control/fake_clock.ts";
import { ServerFixture, until } from "../control/server_fixture.ts";
import { type FakeCliIo, fakeCliIo } from "../support/fake_cli_io.ts";

/** What a run of `hushcast control` left. */
interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `hushcast control` against a server. */
async function control(
  { endpoint }: ServerFixture,
  args: readonly string[],
  io: FakeCliIo = fakeCliIo(),
): Promise<Result> {
  const code = await runCli(["control", "--port", `${endpoint.port}`, ...args], io, COMMANDS);
  return { code, stdout: io.stdout.text, stderr: io.stderr.text };
}

/** A file with a token, deleted with the stack. */
async function tokenFile(stack: AsyncDisposableStack, content: string): Promise<string> {
  const path = await Deno.makeTempFile();
  stack.defer(() => Deno.remove(path));
  await Deno.writeTextFile(path, content);
  return path;
}

Deno.test("control prints the lines of a reply", async () => {
  await using fixture = new ServerFixture();
  assertEquals(await control(fixture, ["get_stats"]), {
    code: 0,
    stdout: "uptime_ms 5\ndrops.malformed 3\ndrops.stale 0\n",
    stderr: "",
  });
});

Deno.test("control joins the words of the last argument", async () => {
  await using fixture = new ServerFixture();
  await control(fixture, ["kick_client", "pump-3", "too", "noisy"]);
  await control(fixture, ["broadcast", "hello", "--all"]);
  assertEquals(fixture.admin.calls, ["kick pump-3: too noisy", "broadcast hello --all"]);
});

Deno.test("control leaves spaces and quotes of an argument alone", async () => {
  await using fixture = new ServerFixture();
  fixture.admin.clients = [clientSummary({ id: 'pump "3" x' })];
  assertEquals((await control(fixture, ["get_client", 'pump "3" x'])).code, 0);
});

Deno.test("control says why a command was refused", async () => {
  await using fixture = new ServerFixture();
  assertEquals(await control(fixture, ["get_client", "nobody"]), {
    code: 1,
    stdout: "",
    stderr: "hushcast control: no client has this name, address or session: nobody " +
      "(NO_SUCH_CLIENT)\n",
  });
});

Deno.test("control says where an option has to stand", async () => {
  await using fixture = new ServerFixture();
  const { code, stderr } = await control(fixture, ["get_stats", "--json=true"]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "(BAD_ARGUMENTS); --json has to stand before the command\n");
});

Deno.test("control --json prints the reply as it came", async () => {
  await using fixture = new ServerFixture();
  const good = await control(fixture, ["--json", "broadcast", "hi"]);
  assertEquals([good.code, good.stderr], [0, ""]);
  assertEquals(JSON.parse(good.stdout), {
    type: "reply",
    id: 1,
    command: "broadcast",
    ok: true,
    lines: ["sent to 1 client"],
    data: { clients: 1 },
  });
  const bad = await control(fixture, ["--json", "nonsense"]);
  assertEquals([bad.code, bad.stderr], [1, ""]);
  assertEquals(JSON.parse(bad.stdout).error.code, "UNKNOWN_COMMAND");
});

Deno.test("control prints a reply of 10,000 clients whole", async () => {
  await using fixture = new ServerFixture();
  fixture.admin.clients = Array.from({ length: 10_000 }, (_, i) => clientSummary({ id: `c${i}` }));
  const { code, stdout } = await control(fixture, ["list_clients"]);
  assertEquals([code, stdout.split("\n").length], [0, 10_001]);
});

Deno.test("control ignores the log while it waits for a reply", async () => {
  await using fixture = new ServerFixture();
  fixture.admin.rotation = () => {
    for (let i = 0; i < 100; i++) fixture.log.write("noise");
    return Promise.resolve("SHA256:abc");
  };
  assertEquals((await control(fixture, ["rotate_keys"])).stdout, "key SHA256:abc\n");
});

Deno.test("control exit gets its reply before the relay goes", async () => {
  await using fixture = new ServerFixture();
  fixture.admin.shutdown = (reason) => void fixture.server.close(reason);
  assertEquals(await control(fixture, ["exit"]), {
    code: 0,
    stdout: "shutting down\n",
    stderr: "",
  });
});

for (const [command, instead] of [["mode", "--json"], ["auth", "--token-file"]] as const) {
  Deno.test(`control takes ${command} in a session only`, async () => {
    await using fixture = new ServerFixture();
    const { code, stderr } = await control(fixture, [command, "json"]);
    assertEquals(code, 2);
    assertStringIncludes(stderr, instead);
  });
}

Deno.test("control says that no relay is there", async () => {
  const fixture = new ServerFixture();
  await fixture.server.close("gone");
  const { port } = fixture.endpoint;
  for (const args of [["get_stats"], []]) {
    const { code, stdout, stderr } = await control(fixture, args);
    assertEquals([code, stdout], [3, ""]);
    assertStringIncludes(stderr, `hushcast control: cannot reach control port 127.0.0.1:${port}: `);
    assertStringIncludes(stderr, "; does the server run there");
    assertEquals(stderr.split("\n").length, 2);
  }
});

Deno.test("control sends the token of a file", async () => {
  await using stack = new AsyncDisposableStack();
  const fixture = stack.use(new ServerFixture({ token: 's e"cret' }));
  const path = await tokenFile(stack, 's e"cret\n');
  assertEquals((await control(fixture, ["--token-file", path, "broadcast", "x"])).code, 0);
  const io = fakeCliIo({ input: "broadcast y\n" });
  assertEquals((await control(fixture, ["--token-file", path], io)).code, 0);
  assertEquals(fixture.admin.calls, ["broadcast x", "broadcast y"]);
});

Deno.test("control without a needed token, or with a wrong one, exits with 3", async () => {
  await using stack = new AsyncDisposableStack();
  const clock = new FakeClock();
  const fixture = stack.use(new ServerFixture({ token: "secret", clock }));
  const path = await tokenFile(stack, "wrong");
  for (const args of [["exit"], []]) {
    const none = await control(fixture, args);
    assertEquals([none.code, none.stdout], [3, ""]);
    assertEquals(
      none.stderr,
      "hushcast control: server refused: Send auth TOKEN first (AUTH_REQUIRED); " +
        "give its token with --token-file\n",
    );
  }
  const run = control(fixture, ["--token-file", path, "exit"]);
  await until(() => clock.nextMs === clock.nowMs() + FIRST_DELAY_MS);
  clock.advance(FIRST_DELAY_MS);
  const wrong = await run;
  assertEquals(wrong.code, 3);
  assertEquals(wrong.stderr, "hushcast control: server refused: Wrong token (AUTH_FAILED)\n");
  assertEquals(fixture.admin.calls, []);
});

for (
  const { name, content } of [
    { name: "is empty", content: " \n" },
    { name: "holds two lines", content: "a\nb" },
    { name: "is too long", content: "x".repeat(1_025) },
  ]
) {
  Deno.test(`control refuses a token file that ${name}`, async () => {
    await using stack = new AsyncDisposableStack();
    const path = await tokenFile(stack, content);
    const io = fakeCliIo();
    assertEquals(await runCli(["control", "--token-file", path, "help"], io, COMMANDS), 1);
    assertStringIncludes(io.stderr.text, path);
  });
}

Deno.test("control gives up one who takes all its connections", async () => {
  await using fixture = new ServerFixture({ maxConnections: 0 });
  for (const args of [["help"], []]) {
    const { code, stderr } = await control(fixture, args);
    assertEquals(code, 3);
    assertStringIncludes(stderr, "hushcast control: ");
  }
});

Deno.test("control refuses a command that fits no line", async () => {
  await using fixture = new ServerFixture();
  const { code, stderr } = await control(fixture, ["broadcast", "x".repeat(5_000)]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "at most 4096 bytes");
});
