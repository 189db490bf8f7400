import { assert, assertEquals, assertRejects } from "@std/assert";
import { RelayClient } from "../../src/client/relay_client.ts";
import { RelayClientError } from "../../src/client/relay_client_error.ts";
import { Identity } from "../../src/crypto/identity.ts";
import { MiniRelayServer } from "../support/mini_relay_server.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { nextEvent } from "../support/relay_client_events.ts";
import { textsAt } from "../support/reliable_world.ts";
import { SeededRandom } from "../support/seeded_random.ts";
import { waitFor } from "../support/wait_for.ts";

Deno.test("RelayClient talks with others through a relay", async () => {
  await using server = await MiniRelayServer.start();
  await using ada = await RelayClient.connect({ relay: server.address, name: "ada" });
  await using ben = await RelayClient.connect({ relay: server.address, name: "ben" });
  assertEquals((await nextEvent(ada, "joined")).id, "ben");
  await ben.send("hello");
  await ben.send(Uint8Array.of(0xff, 0));
  const messages = ada.messages();
  const first = (await messages.next()).value;
  assert(first !== undefined);
  const text = new TextDecoder().decode(first.payload);
  assertEquals([first.sender, text, first.relaySequence], ["ben", "hello", 1n]);
  assertEquals((await messages.next()).value?.payload, Uint8Array.of(0xff, 0));
  await messages.return();
  await ben.close();
  assertEquals((await nextEvent(ada, "left")).id, "ben");
  assertEquals(ada.relay, server.endpoint);
  assertEquals(ada.fingerprint, server.fingerprint);
});

Deno.test("RelayClient.send() tells progress, and flush() that the relay is there", async () => {
  await using server = await MiniRelayServer.start();
  await using client = await RelayClient.connect({ relay: server.address, name: "ada" });
  const payload = crypto.getRandomValues(new Uint8Array(60_000));
  const sent: number[] = [];
  let total = 0;
  await client.send(payload, {
    onProgress({ sentDatagrams, totalDatagrams }) {
      sent.push(sentDatagrams);
      total = totalDatagrams;
    },
  });
  assertEquals(sent, Array.from({ length: total }, (_, index) => index + 1));
  await client.flush();
  assertEquals(server.relay.messages[0]?.payload, payload);
});

Deno.test("RelayClient sends 1 MiB through loss", async () => {
  await using server = await MiniRelayServer.start();
  await using client = await RelayClient.connect({ relay: server.address, name: "ada" });
  using _ticking = startTicking(server);
  server.lose(0.02);
  const payload = new SeededRandom(1).bytes(1024 * 1024);
  await client.send(payload);
  await client.flush();
  await waitFor(() => server.relay.messages.length > 0);
  assertEquals(server.relay.messages[0]?.payload, payload);
});

Deno.test("RelayClient puts a message of 50 kB together through loss", async () => {
  await using server = await MiniRelayServer.start();
  await using client = await RelayClient.connect({ relay: server.address, name: "ada" });
  server.lose(0.05);
  const payload = new SeededRandom(1).bytes(50_000);
  server.relay.sendSealed(server.relay.session("ada"), ...server.relay.relayed("ben", payload));
  assertEquals((await nextEvent(client, "message")).payload, payload);
});

/** Lets a mini relay ask for fragments that it misses. */
function startTicking(server: MiniRelayServer): Disposable {
  const handle = setInterval(() => server.relay.tick(), 50);
  return { [Symbol.dispose]: () => clearInterval(handle) };
}

Deno.test("RelayClient.send() refuses what is too long, and goes on", async () => {
  await using server = await MiniRelayServer.start();
  await using client = await RelayClient.connect({
    relay: server.address,
    maxMessageBytes: 10,
  });
  const error = await assertRejects(() => client.send("x".repeat(11)), RelayClientError);
  assertEquals(error.code, "MESSAGE_TOO_LARGE");
  await client.send("x".repeat(10));
  await client.flush();
  assertEquals(server.relay.messages.length, 1);
});

Deno.test("RelayClient.send() fails alone when its listener throws", async () => {
  await using server = await MiniRelayServer.start();
  await using client = await RelayClient.connect({ relay: server.address });
  const onProgress = () => {
    throw new RangeError("no such column");
  };
  await assertRejects(() => client.send("hello", { onProgress }), RangeError);
  await client.send("hello again");
});

Deno.test("RelayClient comes back to a relay that forgot it", async () => {
  await using server = await MiniRelayServer.start();
  await using client = await RelayClient.connect({ relay: server.address, name: "ada" });
  server.relay.crash();
  await client.send("anyone there?");
  assertEquals((await nextEvent(client, "reconnecting")).cause, "silence");
  assertEquals((await nextEvent(client, "registered")).isReconnect, true);
  await client.send("again");
  await client.flush();
  assertEquals(textsAt(server.relay), ["again"]);
});

Deno.test("RelayClient survives a restart of its relay, and sends what waited", async () => {
  const identity = await Identity.generate();
  await using stack = new AsyncDisposableStack();
  const first = stack.use(await MiniRelayServer.start({ provesIdentity: identity }));
  await using client = await RelayClient.connect({ relay: first.address, name: "ada" });
  const goodbye = namedTlv("DISCONNECT", "relay is shutting down");
  first.relay.sendSealed(first.relay.session("ada"), goodbye);
  const lost = await nextEvent(client, "reconnecting");
  assertEquals([lost.cause, lost.reason], ["shutdown", "relay is shutting down"]);
  await stack.disposeAsync();
  const sending = client.send("waited");
  const options = { port: first.endpoint.port, provesIdentity: identity };
  await using second = await MiniRelayServer.start(options);
  await sending;
  await client.flush();
  assertEquals(textsAt(second.relay), ["waited"]);
});

Deno.test("RelayClient ends with an error when it is kicked", async () => {
  await using server = await MiniRelayServer.start();
  await using client = await RelayClient.connect({ relay: server.address, name: "ada" });
  server.relay.sendSealed(server.relay.session("ada"), namedTlv("SERVER_NOTICE", "enough"));
  server.relay.sendSealed(server.relay.session("ada"), namedTlv("DISCONNECT", "too loud"));
  const seen: string[] = [];
  const error = await assertRejects(async () => {
    for await (const event of client.events()) seen.push(event.type);
  }, RelayClientError);
  assertEquals(error.code, "DISCONNECTED");
  assert(error.message.includes("too loud"));
  assertEquals(seen, ["trust", "registered", "notice"]);
  for (const action of [() => client.send("still here?"), () => client.flush()]) {
    assertEquals((await assertRejects(action, RelayClientError)).code, "DISCONNECTED");
  }
});

Deno.test("RelayClient.close() ends readers, refuses senders, and may be called twice", async () => {
  await using server = await MiniRelayServer.start();
  const client = await RelayClient.connect({ relay: server.address, name: "ada" });
  const reading = Array.fromAsync(client.messages());
  await Promise.all([client.close(), client.close()]);
  await client[Symbol.asyncDispose]();
  assertEquals(await reading, []);
  const error = await assertRejects(() => client.send("late"), RelayClientError);
  assertEquals(error.code, "CLIENT_CLOSED");
});

Deno.test("RelayClient.close() ends a send and a flush that wait", async () => {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await MiniRelayServer.start());
  const client = await RelayClient.connect({ relay: server.address, name: "ada" });
  const goodbye = namedTlv("DISCONNECT", "relay is shutting down");
  server.relay.sendSealed(server.relay.session("ada"), goodbye);
  await nextEvent(client, "reconnecting");
  await stack.disposeAsync();
  const waiting = Promise.allSettled([client.send("waits"), client.flush()]);
  await client.close();
  const codes = (await waiting).map((result) => result.status === "rejected" && result.reason.code);
  assertEquals(codes, ["CLIENT_CLOSED", "CLIENT_CLOSED"]);
});

Deno.test("RelayClient leaves the relay when its signal is aborted", async () => {
  await using server = await MiniRelayServer.start();
  const controller = new AbortController();
  const { signal } = controller;
  await using client = await RelayClient.connect({ relay: server.address, name: "ada", signal });
  const reason = new RangeError("enough");
  const reading = Array.fromAsync(client.messages());
  controller.abort(reason);
  assertEquals(await reading.catch((error) => error), reason);
  assertEquals(await client.send("late").catch((error) => error), reason);
  await client.close();
  await waitFor(() => server.relay.sessions.size === 0);
});

Deno.test("RelayClient reports events that nobody read in time", async () => {
  await using server = await MiniRelayServer.start();
  await using client = await RelayClient.connect({
    relay: server.address,
    name: "ada",
    maxBufferedEvents: 2,
  });
  const session = server.relay.session("ada");
  for (const number of [1, 2, 3]) {
    server.relay.sendSealed(session, namedTlv("SERVER_NOTICE", `${number}`));
  }
  await client.flush();
  await client.close();
  const events = await Array.fromAsync(client.events());
  assertEquals(events.map(({ type }) => type), ["overflow", "notice", "notice"]);
});
