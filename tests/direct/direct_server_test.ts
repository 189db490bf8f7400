import { assertEquals, assertGreater, assertMatch, assertRejects } from "@std/assert";
import { DirectClient } from "../../src/client/mod.ts";
import {
  type DirectClientEvent,
  DirectServer,
  DirectServerError,
  type DirectServerOptions,
  UdpSocketError,
} from "../../src/direct/mod.ts";
import type { RsaOperation } from "../../src/observe/rsa_meter.ts";
import { statisticAt } from "../../src/observe/statistics_tree.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const textOf = (payload: Uint8Array) => new TextDecoder().decode(payload);

async function start(options: DirectServerOptions = {}): Promise<DirectServer> {
  return await DirectServer.start({ rsaBits: 2048, ...options });
}

async function connect(server: DirectServer): Promise<DirectClient> {
  return await DirectClient.connect({ server: server.local, serverKey: server.fingerprint });
}

async function assertRefused(action: () => Promise<unknown>, code: string): Promise<void> {
  const error = await assertRejects(action, DirectServerError);
  assertEquals(error.code, code);
}

Deno.test("DirectServer.messages() gives what clients send, and where it came from", async () => {
  await using server = await start();
  await using client = await connect(server);
  await Promise.all(["one", "two", "three"].map((text) => client.send(text)));
  const got: string[] = [];
  for await (const { payload, sender, from, form, signedBy } of server.messages()) {
    got.push(textOf(payload));
    assertEquals([sender, form, signedBy], [`${from.hostname}:${from.port}`, "hybrid", undefined]);
    if (got.length === 3) break;
  }
  assertEquals(got, ["one", "two", "three"]);
});

Deno.test("DirectServer hands messages to onMessage, and survives what that throws", async () => {
  const got: string[] = [];
  await using server = await start({
    onMessage: ({ payload }) => {
      got.push(textOf(payload));
      throw new Error("a fault of the user");
    },
  });
  await using client = await connect(server);
  await client.send("one");
  await client.send("two");
  assertEquals(got, ["one", "two"]);
  assertMatch(JSON.stringify(server.stats()), /"internal_error":2/);
});

Deno.test("DirectServer survives an onMessage whose promise is rejected", async () => {
  await using server = await start({
    onMessage: async () => {
      await Promise.resolve();
      throw new Error("a fault of the user");
    },
  });
  await using client = await connect(server);
  await client.send("one");
  await client.send("two");
  assertMatch(JSON.stringify(server.stats()), /"internal_error":2/);
});

Deno.test("DirectServer.sendTo() reaches a client by address, text and fingerprint", async () => {
  await using server = await start({ onMessage: () => undefined });
  await using client = await connect(server);
  await client.send("hello");
  const [summary] = server.listClients();
  const endpoint = { hostname: "127.0.0.1", port: Number(summary?.address.split(":")[1]) };
  const long = "long ".repeat(2_000);
  await server.sendTo(endpoint, "one");
  await server.sendTo(summary?.address ?? "", new TextEncoder().encode("two"));
  await server.sendTo(summary?.key ?? "", long);
  const got: string[] = [];
  for await (const payload of client.messages()) {
    got.push(textOf(payload));
    if (got.length === 3) break;
  }
  assertEquals(got, ["one", "two", long]);
});

Deno.test("DirectServer.sendTo() refuses whom it has no key of, and what is too long", async () => {
  await using server = await start({ onMessage: () => undefined });
  await assertRefused(() => server.sendTo("127.0.0.1:9", "hi"), "NO_SUCH_CLIENT");
  await using client = await connect(server);
  await client.send("hello");
  const id = server.listClients()[0]?.id ?? "";
  const tooLong = new Uint8Array(1_000_000);
  await assertRefused(() => server.sendTo(id, tooLong), "MESSAGE_TOO_LARGE");
});

Deno.test("DirectServer tells of clients that come and go", async () => {
  const events: DirectClientEvent[] = [];
  await using server = await start({
    onMessage: () => undefined,
    onClientEvent: (event) => events.push(event),
  });
  await using client = await connect(server);
  await client.send("hello");
  const id = server.listClients()[0]?.id ?? "";
  assertEquals(server.findClient(client.fingerprint)?.id, id);
  assertEquals([server.kickClient(id, "enough"), server.kickClient(id, "enough")], [true, false]);
  assertEquals(events.map(({ event, client }) => [event, client.id]), [["joined", id], [
    "left",
    id,
  ]]);
});

Deno.test("DirectServer.shutdown() acknowledges what was handed over, and gives it to its reader", async () => {
  await using server = await start();
  await using client = await connect(server);
  const reading = Array.fromAsync(server.messages(), ({ payload }) => textOf(payload));
  await client.send("first");
  const sending = client.send("last words");
  // Handed over as soon as it is in the statistics, which is before its ACK is encrypted.
  while (!JSON.stringify(server.stats()).includes('"messages":{"in":2')) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  server.shutdown("enough");
  await sending;
  await server.finished;
  assertEquals(await reading, ["first", "last words"]);
  await assertRefused(() => server.sendTo("127.0.0.1:9", "hi"), "SERVER_CLOSED");
});

Deno.test("DirectServer disposes of itself twice without harm, and leaves the port", async () => {
  const server = await start();
  const { port } = server.local;
  await server[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await using again = await start({ port });
  assertEquals(again.local.port, port);
});

Deno.test("DirectServer.start() refuses a port that is in use", async () => {
  await using server = await start();
  await assertRejects(() => start({ port: server.local.port }), UdpSocketError, "in use");
});

Deno.test("DirectServer keeps its key and its clients in the state directory", async () => {
  await using directory = await temporaryDirectory();
  const options = { stateDirectory: directory.path, onMessage: () => undefined };
  const seen: string[] = [];
  for (let run = 0; run < 2; run++) {
    await using server = await start(options);
    seen.push(server.fingerprint);
    if (run > 0) {
      seen.push(...server.listClients().map(({ id }) => id));
      continue;
    }
    await using client = await connect(server);
    await client.send("hello");
    seen.push(...server.listClients().map(({ id }) => id));
  }
  assertEquals(seen.length, 4);
  assertEquals(seen.slice(2), seen.slice(0, 2));
});

Deno.test("DirectServer.start() refuses kept clients that are none", async () => {
  await using directory = await temporaryDirectory();
  await Deno.writeTextFile(`${directory.path}/direct_clients.json`, "{}");
  await assertRejects(
    () => start({ stateDirectory: directory.path }),
    DirectServerError,
    "direct_clients.json",
  );
});

Deno.test("DirectServer tells how long each RSA operation took, and sums up its decryptions", async () => {
  const told: [number, RsaOperation][] = [];
  await using server = await start({
    onMessage: () => undefined,
    onRsaTime: (seconds, operation) => told.push([seconds, operation]),
  });
  await using client = await connect(server);
  await client.send("hello");
  const secondsOf = (wanted: RsaOperation) =>
    told.filter(([, operation]) => operation === wanted).map(([seconds]) => seconds);
  const decryptions = secondsOf("decrypt");
  assertEquals(decryptions.length, 1);
  assertEquals(secondsOf("import").length, 1);
  assertGreater(secondsOf("encrypt").length, 0);
  assertEquals(told.every(([seconds]) => seconds > 0), true);
  assertEquals(statisticAt(server.stats(), "rsa.seconds"), decryptions[0]);
});

Deno.test("DirectServer.isClosing tells whether the shutdown has begun", async () => {
  await using server = await start();
  assertEquals(server.isClosing, false);
  server.shutdown("enough");
  assertEquals(server.isClosing, true);
  await server.finished;
  assertEquals(server.isClosing, true);
});

Deno.test("DirectServer.stats() tells how many clients are let in", async () => {
  await using server = await start({ maxClients: 12 });
  assertEquals(statisticAt(server.stats(), "max_clients"), 12);
});
