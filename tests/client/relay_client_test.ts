import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { RelayClient } from "../../src/client/relay_client.ts";
import { RelayClientError } from "../../src/client/relay_client_error.ts";
import type { RelayClientEvent } from "../../src/client/relay_client_event.ts";
import { RelayIdentityError } from "../../src/client/relay_identity_error.ts";
import { Identity } from "../../src/crypto/identity.ts";
import { UdpSocket, UdpSocketError } from "../../src/session/udp_socket.ts";
import { StateFileError } from "../../src/settings/state_file.ts";
import { fingerprint } from "../support/fingerprints.ts";
import { MiniRelayServer } from "../support/mini_relay_server.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { SeededRandom } from "../support/seeded_random.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { waitFor } from "../support/wait_for.ts";

/** A group of no one: sent from 127.0.0.1, its datagrams stay on this machine. */
const GROUP = "239.255.77.99";

/** Reads events until one satisfies a test; the events that came before it are passed over. */
async function nextEvent<T extends RelayClientEvent["type"]>(
  client: RelayClient,
  type: T,
): Promise<Extract<RelayClientEvent, { type: T }>> {
  for await (const event of client.events()) {
    if (isOfType(event, type)) return event;
  }
  throw new Error(`The client ended without ${type}`);
}

function isOfType<T extends RelayClientEvent["type"]>(
  event: RelayClientEvent,
  type: T,
): event is Extract<RelayClientEvent, { type: T }> {
  return event.type === type;
}

function text(payload: Uint8Array): string {
  return new TextDecoder().decode(payload);
}

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
  assertEquals([first.sender, text(first.payload), first.relaySequence], ["ben", "hello", 1n]);
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
  assertEquals(server.relay.messages.map(({ payload }) => text(payload)), ["again"]);
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
  assertEquals(second.relay.messages.map(({ payload }) => text(payload)), ["waited"]);
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

Deno.test("RelayClient.connect() fails in time when no one answers", async () => {
  await using stack = new AsyncDisposableStack();
  const { address } = stack.use(await MiniRelayServer.start());
  await stack.disposeAsync();
  const error = await assertRejects(
    () => RelayClient.connect({ relay: address, timeoutMs: 300 }),
    RelayClientError,
  );
  assertEquals(error.code, "RELAY_UNREACHABLE");
});

Deno.test("RelayClient.connect() says that it is refused", async () => {
  await using server = await MiniRelayServer.start();
  server.relay.rejectsWith = { code: 6, text: "the name is taken" };
  const error = await assertRejects(
    () => RelayClient.connect({ relay: server.address, name: "ada" }),
    RelayClientError,
  );
  assertEquals(error.code, "REGISTRATION_REFUSED");
});

Deno.test("RelayClient.connect() ends with the reason of its signal", async () => {
  await using server = await MiniRelayServer.start();
  server.relay.answers.key = false;
  const controller = new AbortController();
  const connecting = RelayClient.connect({ relay: server.address, signal: controller.signal });
  const reason = new RangeError("enough");
  setTimeout(() => controller.abort(reason), 50);
  assertEquals(await connecting.catch((error) => error), reason);
  const late = RelayClient.connect({ relay: server.address, signal: controller.signal });
  assertEquals(await late.catch((error) => error), reason);
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

for (
  const { name, options } of [
    { name: "an address that can't be read", options: { relay: "a b" } },
    { name: "an identity that is no fingerprint", options: { relay: "a", identity: "SHA256:x" } },
  ]
) {
  Deno.test(`RelayClient.connect() refuses ${name}`, async () => {
    await assertRejects(() => RelayClient.connect(options), TypeError);
  });
}

Deno.test("RelayClient.connect() trusts on first use, and from then on expects the same", async () => {
  await using directory = await temporaryDirectory();
  const stateDirectory = directory.path;
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await MiniRelayServer.start());
  const relay = server.address;
  await using first = await RelayClient.connect({ relay, stateDirectory });
  const trust = await nextEvent(first, "trust");
  assertEquals([trust.news, trust.relay, trust.fingerprint], [
    "first_use",
    relay,
    server.fingerprint,
  ]);
  await using second = await RelayClient.connect({ relay, stateDirectory });
  await second.close();
  const seen = (await Array.fromAsync(second.events())).map(({ type }) => type);
  assertEquals(seen.includes("trust"), false);
  await stack.disposeAsync();
  await using _impostor = await MiniRelayServer.start({ port: server.endpoint.port });
  const error = await assertRejects(
    () => RelayClient.connect({ relay, stateDirectory }),
    RelayIdentityError,
  );
  assertEquals(error.code, "IDENTITY_CHANGED");
  assertEquals(error.dispute.place, { path: join(stateDirectory, "known_relays"), lineNumber: 1 });
});

Deno.test("RelayClient.connect() refuses another relay than the pinned one", async () => {
  await using server = await MiniRelayServer.start();
  const { address: relay, fingerprint: identity = "" } = server;
  await using client = await RelayClient.connect({ relay, identity });
  assertEquals(client.fingerprint, identity);
  const error = await assertRejects(
    () => RelayClient.connect({ relay, identity: fingerprint(1) }),
    RelayIdentityError,
  );
  assertEquals(error.code, "IDENTITY_MISMATCH");
});

Deno.test("RelayClient tells that a relay proves no identity", async () => {
  await using server = await MiniRelayServer.start({ provesIdentity: null });
  await using client = await RelayClient.connect({ relay: server.address });
  assertEquals((await nextEvent(client, "trust")).news, "no_identity");
  assertEquals(client.fingerprint, undefined);
});

Deno.test("RelayClient.connect() fails when the known relays can't be read", async () => {
  await using directory = await temporaryDirectory();
  await Deno.mkdir(join(directory.path, "known_relays"));
  await using server = await MiniRelayServer.start();
  await assertRejects(
    () => RelayClient.connect({ relay: server.address, stateDirectory: directory.path }),
    StateFileError,
  );
});

Deno.test("RelayClient finds a relay through its group", async () => {
  await using server = await MiniRelayServer.start({ group: GROUP });
  const group = `${GROUP}:${server.endpoint.port}`;
  await using client = await RelayClient.connect({ group, interface: "127.0.0.1", name: "ada" });
  assertEquals(client.relay, server.endpoint);
  assertEquals(server.relay.session("ada").endpoint.hostname, "127.0.0.1");
});

Deno.test({
  name: "RelayClient reaches a relay by its IPv6 address",
  ignore: !await hasIpv6(), // containers often have none
  async fn() {
    await using server = await MiniRelayServer.start({ hostname: "::1" });
    const relay = `[0:0:0:0:0:0:0:1]:${server.endpoint.port}`;
    await using client = await RelayClient.connect({ relay });
    await client.send("hello");
    await client.flush();
    assertEquals(server.relay.messages.length, 1);
    assertEquals(client.relay, server.endpoint);
  },
});

async function hasIpv6(): Promise<boolean> {
  try {
    await using _socket = UdpSocket.open({ hostname: "::1", port: 0 });
    return true;
  } catch (error) {
    if (error instanceof UdpSocketError) return false;
    throw error;
  }
}

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

Deno.test("RelayClient delivers reliably through loss, in order and once", async () => {
  await using server = await MiniRelayServer.start();
  const options = { relay: server.address, reliable: true, timeoutMs: 30_000 };
  await using ada = await RelayClient.connect({ ...options, name: "ada" });
  await using ben = await RelayClient.connect({ ...options, name: "ben" });
  server.lose(0.1);
  const texts = Array.from({ length: 100 }, (_, number) => `${number}`);
  for (const line of texts) await ada.send(line);
  await ada.flush();
  const heard: string[] = [];
  for await (const { payload } of ben.messages()) {
    if (heard.push(text(payload)) === texts.length) break;
  }
  assertEquals(heard, server.relay.messages.map(({ payload }) => text(payload)));
  assertEquals(heard.toSorted(), texts.toSorted());
});

Deno.test("RelayClient loses no message for a slow reader when delivery is reliable", async () => {
  await using server = await MiniRelayServer.start();
  await using client = await RelayClient.connect({
    relay: server.address,
    name: "ada",
    reliable: true,
    maxBufferedEvents: 10,
  });
  const texts = Array.from({ length: 500 }, (_, number) => `${number}`);
  for (const line of texts) server.relay.say("ben", line);
  await client.flush();
  const heard: string[] = [];
  for await (const event of client.events()) {
    assert(event.type !== "overflow" && event.type !== "gap");
    if (event.type === "message" && heard.push(text(event.payload)) === texts.length) break;
  }
  assertEquals(heard, texts);
});

Deno.test("RelayClient tells that a relay does not deliver reliably", async () => {
  await using server = await MiniRelayServer.start();
  server.relay.admission.grantsReliable = false;
  await using client = await RelayClient.connect({ relay: server.address, reliable: true });
  await nextEvent(client, "unreliable");
  await client.send("all the same");
  await client.flush();
  assertEquals(server.relay.messages.length, 1);
});

Deno.test("RelayClient.connect() shows its admission token", async () => {
  await using server = await MiniRelayServer.start();
  server.relay.admission.token = "tökén";
  await using _client = await RelayClient.connect({ relay: server.address, token: "tökén" });
});

for (
  const { name, token } of [
    { name: "no bytes", token: "" },
    { name: "513 bytes", token: `${"secret".repeat(85)}xyz` },
  ]
) {
  Deno.test(`RelayClient.connect() refuses an admission token of ${name}, and does not quote it`, async () => {
    const connecting = () => RelayClient.connect({ relay: "127.0.0.1:9", token });
    const error = await assertRejects(connecting, TypeError, "admission token");
    assert(!error.message.includes("secret"));
  });
}

Deno.test("RelayClient.connect() takes an admission token of 512 bytes", async () => {
  await using server = await MiniRelayServer.start();
  const token = "é".repeat(256);
  server.relay.admission.token = token;
  await using _client = await RelayClient.connect({ relay: server.address, token });
});
