import { assertEquals, assertGreater, assertMatch } from "@std/assert";
import { HushcastProcess, startDirect } from "../../scripts/hushcast_process.ts";
import { directControl, directSend, messagesOf } from "../support/direct_processes.ts";
import { lossyNamespace, whyNoNamespaces } from "../support/lossy_namespace.ts";
import { assertSameBytes } from "../support/same_bytes.ts";
import { SeededRandom } from "../support/seeded_random.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const LOSS = 0.1;

/** The bytes of the message that a direct server with `--json` prints next. */
function bytesOf(line: string): Uint8Array {
  return Uint8Array.fromBase64(JSON.parse(line).base64);
}

Deno.test("direct-send: a file of 5 MB arrives whole and identical, as one message", async () => {
  await using directory = await temporaryDirectory();
  await using direct = await startDirect(["--json", "--rsa-bits", "4096"]);
  const file = `${directory.path}/image`;
  const bytes = new SeededRandom(5).bytes(5_000_000);
  await Deno.writeFile(file, bytes);
  const { code, stderr } = await directSend(direct, "--file", file);
  assertEquals(code, 0, stderr.join("\n"));
  const { input } = await direct.process.line(/"base64"/);
  assertSameBytes(bytesOf(input), bytes);
  assertEquals(messagesOf(direct).length, 1);
});

for (const form of ["hybrid", "plain"] as const) {
  Deno.test(`direct-send: ${form} messages of many lengths arrive as they were`, async () => {
    await using directory = await temporaryDirectory();
    await using direct = await startDirect(["--json"]);
    const flags = form === "plain" ? ["--plain-rsa"] : [];
    const random = new SeededRandom(7);
    for (const length of [0, 1, 190, 191, 380, 1_194, 40_000]) {
      const bytes = random.bytes(length);
      bytes.fill(0xff, 0, 1);
      const file = `${directory.path}/message`;
      await Deno.writeFile(file, bytes);
      const { code, stderr } = await directSend(direct, ...flags, "--file", file);
      assertEquals(code, 0, `${length} bytes: ${stderr.join("\n")}`);
      const message = messagesOf(direct).at(-1);
      assertEquals(message?.form, form);
      const got = typeof message?.base64 === "string"
        ? Uint8Array.fromBase64(message.base64)
        : new TextEncoder().encode(String(message?.text));
      assertSameBytes(got, bytes);
    }
  });
}

Deno.test("direct-send: each line of standard input is a message, in order", async () => {
  await using direct = await startDirect();
  await using send = new HushcastProcess(["direct-send", "--server", direct.server]);
  for (const line of ["one", "two", "", "three"]) await send.type(line);
  await send.endInput();
  assertEquals(await send.ended(), 0);
  await direct.process.line(/three/);
  const texts = direct.process.stdout.slice(1).map((line) => line.split("\t")[1]);
  assertEquals(texts, ["one", "two", "", "three"]);
});

Deno.test("direct-send: --key signs, with a key that is made when missing and lasts", async () => {
  await using directory = await temporaryDirectory();
  await using direct = await startDirect(["--json"]);
  const key = `${directory.path}/ann.pem`;
  const first = await directSend(direct, "--key", key, "one");
  assertMatch(first.stderr.join("\n"), /created a new key in .*ann\.pem: SHA256:/);
  assertEquals((await directSend(direct, "--key", key, "two")).code, 0);
  await direct.process.line(/"text":"two"/);
  const [one, two] = messagesOf(direct);
  assertMatch(String(one?.signed_by), /^SHA256:/);
  assertEquals(one?.signed_by, two?.signed_by);
  assertEquals(((await Deno.stat(key)).mode ?? 0) & 0o777, 0o600);
});

Deno.test("direct-send: another key than the pinned one ends it with 3, and sends nothing", async () => {
  await using direct = await startDirect();
  const pin = `SHA256:${"A".repeat(43)}`;
  const { code, stderr } = await directSend(
    direct,
    "--server-key",
    pin,
    "--timeout",
    "1",
    "secret",
  );
  assertEquals(code, 3);
  assertMatch(stderr.join("\n"), /expected key SHA256:A+, got SHA256:.*posing/);
  const { messages } = await directControl(direct, "get_stats") as { messages: { in: number } };
  assertEquals(messages.in, 0);
});

Deno.test("direct-send: nobody there ends it with 3", async () => {
  const { code, stderr } = await directSend({ server: "127.0.0.1:9" }, "--timeout", "0.5", "hello");
  assertEquals(code, 3);
  assertEquals(stderr.length, 1);
  assertMatch(stderr[0] ?? "", /127\.0\.0\.1:9/);
});

Deno.test("direct-send: without --server it is a usage error that names it", async () => {
  await using send = new HushcastProcess(["direct-send", "hello"]);
  assertEquals(await send.ended(), 2);
  assertMatch(send.stderr.join("\n"), /--server/);
});

Deno.test("direct-send: Ctrl-C ends it with 130", async () => {
  const silent = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  if (silent.addr.transport !== "udp") throw new TypeError("not a UDP socket");
  try {
    const server = `127.0.0.1:${silent.addr.port}`;
    await using send = new HushcastProcess(["direct-send", "--server", server, "hello"]);
    await silent.receive();
    send.kill("SIGINT");
    assertEquals(await send.ended(), 130);
  } finally {
    silent.close();
  }
});

Deno.test("direct-send: a server killed and started anew in mid-transfer loses and doubles nothing", async () => {
  await using directory = await temporaryDirectory();
  const file = `${directory.path}/image`;
  const bytes = new SeededRandom(6).bytes(4_000_000);
  await Deno.writeFile(file, bytes);
  const state = ["--state", directory.path, "--json"];
  await using first = await startDirect(state);
  await using send = new HushcastProcess(
    ["direct-send", "--server", first.server, "--file", file, "--timeout", "4"],
  );
  await first.process.errorLine(/client registered/);
  await new Promise((resolve) => setTimeout(resolve, 200));
  first.process.kill("SIGKILL");
  await first.process.ended();
  await using second = await startDirect([...state, "--port", `${first.port}`]);
  const code = await send.ended();
  const delivered = messagesOf(first).length + messagesOf(second).length;
  assertEquals(delivered, code === 0 ? 1 : 0, send.stderr.join("\n"));
});

Deno.test("direct: a flood of garbage blocks does not stop a client", async () => {
  await using direct = await startDirect(["--rsa-bits", "4096", "--json"]);
  const random = new SeededRandom(8);
  const garbage = Array.from({ length: 4_096 }, () => random.bytes(512));
  const sockets = Array.from(
    { length: 8 },
    () => Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 }),
  );
  const to = { transport: "udp", hostname: "127.0.0.1", port: direct.port } as const;
  let isOver = false;
  let sent = 0;
  const flood = Promise.all(sockets.map(async (socket) => {
    while (!isOver) {
      for (let count = 0; count < 5; count++) {
        await socket.send(garbage[sent++ % garbage.length] ?? new Uint8Array(512), to);
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }));
  try {
    for (const text of ["one", "two", "three"]) {
      const { code, stderr } = await directSend(direct, text);
      assertEquals(code, 0, stderr.join("\n"));
    }
    assertEquals((await directSend(direct, "--plain-rsa", "four")).code, 0);
  } finally {
    isOver = true;
    await flood;
    for (const socket of sockets) socket.close();
  }
  const { drops, rsa } = await directControl(direct, "get_stats") as {
    drops: Record<string, number>;
    rsa: Record<string, number>;
  };
  assertGreater(sent, 1_000);
  assertGreater((drops.rate_limited ?? 0) + (drops.overloaded ?? 0), 0);
  assertEquals(drops.internal_error, 0);
  assertGreater(1_000, rsa.decryptions ?? 0);
  assertEquals(messagesOf(direct).map(({ text }) => text), ["one", "two", "three", "four"]);
});

const reason = await whyNoNamespaces();
if (reason !== undefined) console.warn(`Ignored: direct test on a lossy link: ${reason}`);

Deno.test({
  name: `direct-send: 1 MB arrives whole on a link that loses ${100 * LOSS}% of all datagrams` +
    (reason === undefined ? "" : " (needs root, iproute2 and iptables)"),
  ignore: reason !== undefined,
  async fn() {
    await using directory = await temporaryDirectory();
    await using namespace = await lossyNamespace(LOSS);
    await using direct = await startDirect(["--json"], namespace);
    const file = `${directory.path}/image`;
    const bytes = new SeededRandom(9).bytes(1_000_000);
    await Deno.writeFile(file, bytes);
    await using send = new HushcastProcess(
      ["direct-send", "--server", direct.server, "--file", file],
      namespace,
    );
    assertEquals(await send.ended(), 0, send.stderr.join("\n"));
    const { input } = await direct.process.line(/"base64"/);
    assertSameBytes(bytesOf(input), bytes);
  },
});
