import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { HushcastProcess, startDirect } from "../../scripts/hushcast_process.ts";
import { directControl, directSend, messagesOf } from "../support/direct_processes.ts";
import { runHushcast } from "../support/relay_clients.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

Deno.test("direct: prints the ready line, and then a line a message", async () => {
  await using direct = await startDirect(["--rsa-bits", "4096"]);
  const { code } = await directSend(direct, "--server-key", direct.key, "disk 2 is", "nearly full");
  assertEquals(code, 0);
  await direct.process.line(/^127\.0\.0\.1:\d+\tdisk 2 is nearly full$/);
  assertEquals(direct.process.stdout.length, 2);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`direct: ${signal} ends it cleanly`, async () => {
    await using direct = await startDirect();
    direct.process.kill(signal);
    assertEquals(await direct.process.ended(), 0);
    await direct.process.errorLine(/direct server stopped/);
  });
}

Deno.test("direct: without --state the key is made anew at each start", async () => {
  await using first = await startDirect();
  await using second = await startDirect();
  assertNotEquals(first.key, second.key);
});

Deno.test("direct: --state keeps the server's key and the clients' keys, also after a kill", async () => {
  await using state = await temporaryDirectory();
  const keys = new Set<string>();
  const clients: unknown[] = [];
  for (let start = 0; start < 2; start++) {
    await using direct = await startDirect(["--state", state.path]);
    keys.add(direct.key);
    if (start === 0) {
      assertEquals((await directSend(direct, "hello")).code, 0);
      await untilWritten(`${state.path}/direct_clients.json`);
    }
    const list = await directControl(direct, "list_clients") as { key: string; address: string }[];
    clients.push(list.map(({ key, address }) => ({ key, address })));
    direct.process.kill("SIGKILL");
  }
  assertEquals(keys.size, 1);
  assertEquals(clients[0], clients[1]);
  for (const name of ["direct_key.pem", "direct_clients.json"]) {
    const { mode } = await Deno.stat(`${state.path}/${name}`);
    assertEquals((mode ?? 0) & 0o777, 0o600, name);
  }
});

Deno.test("direct: the control port lists, sends, forgets and ends", async () => {
  await using direct = await startDirect(["--json"]);
  await using sender = new HushcastProcess(["direct-send", "--server", direct.server]);
  await sender.type("first");
  await direct.process.line(/"text":"first"/);
  const [client] = await directControl(direct, "list_clients") as { id: string; key: string }[];
  assertMatch(client?.id ?? "", /^127\.0\.0\.1:\d+$/);
  const sent = await runHushcast(
    ["control", "--port", `${direct.controlPort}`, "send", client?.key ?? "", "thank you"],
  );
  assertEquals([sent.code, ...sent.stdout], [0, `sent to ${client?.id}`]);
  await directControl(direct, "kick_client", client?.id ?? "", "enough");
  await direct.process.errorLine(/client removed .*reason=kicked detail=enough/);
  assertEquals(await directControl(direct, "list_clients"), []);
  await sender.type("second");
  await sender.endInput();
  assertEquals(await sender.ended(), 0, "it sends its key again");
  await directControl(direct, "exit");
  assertEquals(await direct.process.ended(), 0);
  assertEquals(messagesOf(direct).map(({ text }) => text), ["first", "second"]);
});

Deno.test("direct: a relay's control port does not keep it from starting", async () => {
  const listener = takeDefaultControlPort();
  try {
    await using direct = new HushcastProcess(
      ["direct", "--bind", "127.0.0.1", "--port", "0", "--rsa-bits", "2048"],
    );
    await direct.line(/^hushcast direct ready /);
    await direct.errorLine(/control port/);
    direct.kill("SIGTERM");
    assertEquals(await direct.ended(), 0);
  } finally {
    listener?.close();
  }
});

Deno.test("direct: --count ends it after so many messages, all acknowledged", async () => {
  await using direct = await startDirect(["--count", "2"]);
  assertEquals((await directSend(direct, "one")).code, 0);
  assertEquals((await directSend(direct, "two")).code, 0);
  assertEquals(await direct.process.ended(), 0);
  assertEquals(direct.process.stdout.length, 3);
});

/** What keeps a direct server from starting, the exit code, and what the one line has to name. */
const REFUSED: readonly { name: string; flags: string[]; code: number; says: RegExp }[] = [
  { name: "an unknown length of key", flags: ["--rsa-bits", "1024"], code: 2, says: /--rsa-bits/ },
  { name: "an unknown flag", flags: ["--exec", "sh"], code: 2, says: /--exec/ },
  {
    name: "an address of another machine",
    flags: ["--bind", "192.0.2.250"],
    code: 1,
    says: /192\.0\.2\.250/,
  },
  {
    name: "a fragment size without room",
    flags: ["--max-fragment-size", "3"],
    code: 2,
    says: /--max-fragment-size/,
  },
  {
    name: "a control port for all without a token",
    flags: ["--control-host", "0.0.0.0"],
    code: 2,
    says: /--control-token-file/,
  },
];

for (const { name, flags, code, says } of REFUSED) {
  Deno.test(`direct: refuses ${name} in one line with exit code ${code}`, async () => {
    const usual = ["--bind", "127.0.0.1", "--port", "0", "--control-port", "0"];
    await using direct = new HushcastProcess(
      ["direct", ...usual, "--rsa-bits", "2048", "--log-level", "error", ...flags],
    );
    assertEquals(await direct.ended(), code);
    assertEquals(direct.stdout, []);
    assertEquals(direct.stderr.length, 1, direct.stderr.join("\n"));
    assertMatch(direct.stderr[0] ?? "", says);
  });
}

Deno.test("direct: refuses a kept key that is none, and leaves it alone", async () => {
  await using state = await temporaryDirectory();
  const path = `${state.path}/direct_key.pem`;
  await Deno.writeTextFile(path, "no key");
  const usual = ["--bind", "127.0.0.1", "--port", "0", "--control-port", "0"];
  await using direct = new HushcastProcess(
    ["direct", ...usual, "--state", state.path, "--log-level", "error"],
  );
  assertEquals(await direct.ended(), 1);
  assertMatch(direct.stderr.join("\n"), /direct_key\.pem.*move it away/);
  assertEquals(await Deno.readTextFile(path), "no key");
});

/** Waits until a file with a client in it is there. */
async function untilWritten(path: string): Promise<void> {
  for (;;) {
    const text = await Deno.readTextFile(path).catch(() => "");
    if (text.includes('"address"')) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Takes the port if nobody else has it: it is taken then, either way. */
function takeDefaultControlPort(): Deno.TcpListener | undefined {
  try {
    return Deno.listen({ hostname: "127.0.0.1", port: 47701 });
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return undefined;
    throw error;
  }
}
