import { assert, assertEquals, assertRejects } from "@std/assert";
import { RelayClient } from "../../src/client/relay_client.ts";
import type { RelayClientOptions } from "../../src/client/relay_client_options.ts";
import { RelayClientError } from "../../src/client/relay_client_error.ts";
import { UdpSocket, UdpSocketError } from "../../src/session/udp_socket.ts";
import { MiniRelayServer } from "../support/mini_relay_server.ts";

/** A group of no one: sent from 127.0.0.1, its datagrams stay on this machine. */
const GROUP = "239.255.77.99";

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

for (
  const { name, options } of [
    { name: "an address that can't be read", options: { relay: "a b" } },
    { name: "a port that no relay can have", options: { relay: { hostname: "a", port: 70_000 } } },
    { name: "no address at all", options: {} as RelayClientOptions },
    { name: "an identity that is no fingerprint", options: { relay: "a", identity: "SHA256:x" } },
  ]
) {
  Deno.test(`RelayClient.connect() refuses ${name}`, async () => {
    await assertRejects(() => RelayClient.connect(options), TypeError);
  });
}

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
