import { assert, assertEquals, assertRejects } from "@std/assert";
import { ControlClient } from "../../src/control/control_client.ts";
import { ControlClientError } from "../../src/control/control_client_error.ts";
import { ControlLink } from "../../src/control/control_link.ts";
import { ServerFixture, until } from "./server_fixture.ts";

/** A server that accepts one connection and says fixed text; it closes when asked to. */
async function withPeer(
  text: string | undefined,
  test: (endpoint: { hostname: string; port: number }) => Promise<void>,
): Promise<void> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const testing = test(listener.addr);
  using conn = await listener.accept();
  if (text === undefined) return await testing;
  await conn.write(new TextEncoder().encode(text));
  await conn.closeWrite();
  await testing;
}

async function assertFails(promise: Promise<unknown>, code: string): Promise<ControlClientError> {
  const error = await assertRejects(() => promise, ControlClientError);
  assertEquals(error.code, code);
  return error;
}

Deno.test("ControlClient runs commands", async () => {
  await using fixture = new ServerFixture();
  await using client = await ControlClient.connect(fixture.endpoint);
  const good = await client.run("broadcast", ["hello", "all"]);
  assert(good.ok);
  assertEquals([good.lines, good.data], [["sent to 1 client"], { clients: 1 }]);
  const bad = await client.run("kick_client");
  assert(!bad.ok);
  assertEquals(bad.code, "BAD_ARGUMENTS");
});

Deno.test("ControlClient gives each of several commands at once its own reply", async () => {
  await using fixture = new ServerFixture();
  await using client = await ControlClient.connect(fixture.endpoint);
  const replies = await Promise.all(
    ["get_stats", "nope", "rotate_keys", "list_clients"].map((name) => client.run(name)),
  );
  assertEquals(replies.map(({ ok, object }) => [ok, object.command]), [
    [true, "get_stats"],
    [false, "nope"],
    [true, "rotate_keys"],
    [true, "list_clients"],
  ]);
});

Deno.test("ControlClient leaves the log alone unless asked", async () => {
  await using fixture = new ServerFixture();
  await using _client = await ControlClient.connect(fixture.endpoint);
  assertEquals(fixture.log.readerCount, 0);
});

Deno.test("ControlClient streams log lines and events while commands run", async () => {
  await using fixture = new ServerFixture();
  await using client = await ControlClient.connect({ ...fixture.endpoint, streams: true });
  fixture.log.write("one");
  fixture.server.publish({ event: "joined", id: "a", address: "127.0.0.1:1" });
  assert((await client.run("get_stats")).ok);
  fixture.log.write("two");
  const stream = client.stream();
  const items = [];
  for (let i = 0; i < 3; i++) items.push((await stream.next()).value);
  assertEquals(items.map((item) => item?.message ?? item?.event), ["one", "joined", "two"]);
  const [next, reply] = await Promise.all([
    stream.next(),
    client.run("get_stats").then((reply) => {
      fixture.log.write("three");
      return reply;
    }),
  ]);
  assertEquals([next.value?.message, reply.ok], ["three", true]);
  await fixture.server.close("bye");
  assertEquals((await stream.next()).value?.event, "shutdown");
  assertEquals(await stream.next(), { done: true, value: undefined });
});

Deno.test("ControlClient sends its token", async () => {
  await using fixture = new ServerFixture({ token: 'to "ken' });
  await using client = await ControlClient.connect({ ...fixture.endpoint, token: 'to "ken' });
  assert((await client.run("get_stats")).ok);
});

Deno.test("ControlClient is refused without a token", async () => {
  await using fixture = new ServerFixture({ token: "secret" });
  const error = await assertFails(ControlClient.connect(fixture.endpoint), "CONTROL_REFUSED");
  assertEquals(error.serverCode, "AUTH_REQUIRED");
});

Deno.test("ControlClient refuses mode, and a command past one line", async () => {
  await using fixture = new ServerFixture();
  await using client = await ControlClient.connect(fixture.endpoint);
  await assertRejects(() => client.run("mode", ["text"]), RangeError);
  await assertFails(client.run("broadcast", ["x".repeat(4_096)]), "CONTROL_COMMAND_TOO_LONG");
  assert((await client.run("broadcast", ["x".repeat(4_000)])).ok);
});

Deno.test("ControlClient fails what runs when the connection is lost", async () => {
  await using fixture = new ServerFixture();
  fixture.admin.rotation = () => new Promise(() => {});
  await using client = await ControlClient.connect(fixture.endpoint);
  const running = client.run("rotate_keys");
  await until(() => fixture.admin.calls.length === 1);
  await fixture.server.close("bye");
  await assertFails(running, "CONTROL_LOST");
});

Deno.test("ControlClient can be disposed of twice", async () => {
  await using fixture = new ServerFixture();
  const client = await ControlClient.connect(fixture.endpoint);
  await client[Symbol.asyncDispose]();
  await client[Symbol.asyncDispose]();
  await assertFails(client.run("help"), "CONTROL_LOST");
});

for (
  const { name, text, code } of [
    { name: "another protocol", text: "SSH-2.0-x\r\n", code: "CONTROL_NOT_SPOKEN" },
    { name: "a later version", text: "# hushcast control 2\n", code: "CONTROL_NOT_SPOKEN" },
    { name: "no text", text: "\xff\xfe\n", code: "CONTROL_NOT_SPOKEN" },
    { name: "nothing", text: "", code: "CONTROL_UNREACHABLE" },
  ]
) {
  Deno.test(`ControlLink.connect() fails when the other side says ${name}`, async () => {
    await withPeer(text, (endpoint) => assertFails(ControlLink.connect(endpoint), code).then());
  });
}

for (
  const { name, text, code } of [
    { name: "nothing", text: "", code: "CONTROL_LOST" },
    { name: "that it is full", text: "ERR TOO_MANY_CONNECTIONS x\n", code: "CONTROL_REFUSED" },
    { name: "no mode json", text: "OK\nERR UNKNOWN_COMMAND x\n", code: "CONTROL_REFUSED" },
    { name: "bad JSON", text: "OK\nlog\n{bad\n", code: "CONTROL_NOT_SPOKEN" },
    { name: "other JSON", text: 'OK\n{"type":"log"}\n', code: "CONTROL_LOST" },
  ]
) {
  Deno.test(`ControlClient.connect() fails when the other side greets, then says ${name}`, async () => {
    await withPeer(`# hushcast control 1\n${text}`, async (endpoint) => {
      await assertFails(ControlClient.connect(endpoint), code);
    });
  });
}

const mode = '{"type":"reply","command":"mode","ok":true,"lines":[]}';

for (
  const { name, text, code } of [
    { name: "no reply", text: '{"type":"log"}\n[]\nx\n', code: "CONTROL_LOST" },
    {
      name: "a malformed reply",
      text: '{"type":"reply","id":1,"ok":true}\n',
      code: "CONTROL_LOST",
    },
    {
      name: "a malformed error",
      text: '{"type":"reply","id":1,"ok":false,"error":{}}\n{"type":"reply","id":1}\n',
      code: "CONTROL_LOST",
    },
    {
      name: "an error that no command caused",
      text: '{"type":"reply","ok":false,"error":{"code":"LINE_TOO_LONG","text":"x"}}\n',
      code: "CONTROL_REFUSED",
    },
  ]
) {
  Deno.test(`ControlClient.run() fails when the other side sends ${name}`, async () => {
    await withPeer(`# hushcast control 1\nOK\n${mode}\n${text}`, async (endpoint) => {
      await using client = await ControlClient.connect(endpoint);
      await assertFails(client.run("help"), code);
    });
  });
}

Deno.test("ControlLink.connect() gives up one who says nothing", async () => {
  await withPeer(undefined, async (endpoint) => {
    const connecting = ControlLink.connect({ ...endpoint, timeoutMs: 20 });
    await assertFails(connecting, "CONTROL_UNREACHABLE");
  });
});

Deno.test("ControlLink.connect() ends with its signal", async () => {
  await withPeer(undefined, async (endpoint) => {
    const controller = new AbortController();
    const { signal } = controller;
    const connecting = ControlLink.connect({ ...endpoint, signal });
    setTimeout(() => controller.abort(new RangeError("enough")), 5);
    await assertRejects(() => connecting, RangeError, "enough");
    await assertRejects(() => ControlLink.connect({ ...endpoint, signal }), RangeError, "enough");
  });
});

Deno.test("ControlLink reads no more once its signal aborts", async () => {
  await using fixture = new ServerFixture();
  const controller = new AbortController();
  const { signal } = controller;
  await using link = await ControlLink.connect({ ...fixture.endpoint, signal });
  const reading = link.readLine();
  controller.abort(new RangeError("enough"));
  await assertRejects(() => reading, RangeError, "enough");
  await assertRejects(() => link.send("help"), RangeError, "enough");
});

Deno.test("ControlLink refuses to send two lines as one", async () => {
  await using fixture = new ServerFixture();
  await using link = await ControlLink.connect(fixture.endpoint);
  await assertRejects(() => link.send("help\nexit"), RangeError);
});
