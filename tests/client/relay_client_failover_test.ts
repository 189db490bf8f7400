import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { RelayClient } from "../../src/client/relay_client.ts";
import { RelayClientError } from "../../src/client/relay_client_error.ts";
import type { RelayClientEvent } from "../../src/client/relay_client_event.ts";
import { RelayIdentityError } from "../../src/client/relay_identity_error.ts";
import { decodeReplay } from "../../src/wire/replay.ts";
import { findTlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { fingerprint } from "../support/fingerprints.ts";
import { MiniRelayServer } from "../support/mini_relay_server.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

/** An address at which nobody answers. */
const NOBODY = "127.0.0.1:9";

/** Has ada's relay say that it shuts down. */
function shutDown({ relay }: MiniRelayServer): void {
  relay.sendSealed(relay.session("ada"), namedTlv("DISCONNECT", "relay is shutting down"));
}

/** Reads events until ada is registered again. */
async function comeBack(client: RelayClient): Promise<RelayClientEvent[]> {
  const events: RelayClientEvent[] = [];
  for await (const event of client.events()) {
    events.push(event);
    if (event.type === "registered" && event.isReconnect) return events;
  }
  throw new Error("The client ended before it came back");
}

Deno.test("RelayClient takes the next relay when its own is lost, and trusts each by itself", async () => {
  await using one = await MiniRelayServer.start();
  await using two = await MiniRelayServer.start();
  await using state = await temporaryDirectory();
  const relay = [one.address, two.endpoint];
  const options = { relay, name: "ada", stateDirectory: state.path };
  await using client = await RelayClient.connect(options);
  assertEquals([client.relay, client.fingerprint], [one.endpoint, one.fingerprint]);
  shutDown(one);
  const events = await comeBack(client);
  const lost = events.find((event) => event.type === "reconnecting");
  assert(lost?.type === "reconnecting");
  assertEquals([lost.relay, lost.next], [one.endpoint, two.endpoint]);
  assertEquals([client.relay, client.fingerprint], [two.endpoint, two.fingerprint]);
  await client.send("hello");
  await client.flush();
  assertEquals(two.relay.messages.length, 1);
  await client.close();
  const known = await Deno.readTextFile(join(state.path, "known_relays"));
  assert(known.includes(`${one.address} ${one.fingerprint}`), known);
  assert(known.includes(`${two.address} ${two.fingerprint}`), known);
});

Deno.test("RelayClient holds each of several relays to the identity that it is known by", async () => {
  await using one = await MiniRelayServer.start();
  await using two = await MiniRelayServer.start();
  await using state = await temporaryDirectory();
  const line = `${one.address} ${fingerprint(7)}\n`;
  await Deno.writeTextFile(join(state.path, "known_relays"), line, { mode: 0o600 });
  const relay = [one.address, two.address];
  await using client = await RelayClient.connect({ relay, stateDirectory: state.path });
  assertEquals([client.relay, one.relay.sessions.size], [two.endpoint, 0]);
});

Deno.test("RelayClient takes any of several pinned identities at any of its relays", async () => {
  await using one = await MiniRelayServer.start();
  await using two = await MiniRelayServer.start();
  await using forger = await MiniRelayServer.start();
  const identity = [two.fingerprint ?? "", one.fingerprint ?? ""];
  const relay = [forger.address, one.address, two.address];
  await using client = await RelayClient.connect({ relay, identity, name: "ada" });
  assertEquals(client.relay, one.endpoint);
  shutDown(one);
  await comeBack(client);
  assertEquals([client.relay, forger.relay.sessions.size], [two.endpoint, 0]);
  const connect = () => RelayClient.connect({ relay: forger.address, identity });
  const error = await assertRejects(connect, RelayIdentityError);
  assertEquals(error.code, "IDENTITY_MISMATCH");
});

Deno.test("RelayClient reaches relays by IPv4 and by IPv6 from one socket", async () => {
  await using one = await MiniRelayServer.start();
  await using two = await MiniRelayServer.start({ hostname: "::1" });
  for (const [first, second] of [[one, two], [two, one]] as const) {
    const relay = [first.address, second.address];
    await using client = await RelayClient.connect({ relay, name: "ada" });
    assertEquals(client.relay, first.endpoint);
    shutDown(first);
    await comeBack(client);
    assertEquals(client.relay, second.endpoint);
  }
});

Deno.test("RelayClient passes over relays whose names are unknown or that are silent", async () => {
  await using one = await MiniRelayServer.start();
  const relay = ["no-such-host.invalid", NOBODY, one.address];
  await using client = await RelayClient.connect({ relay, timeoutMs: 3_000 });
  assertEquals(client.relay, one.endpoint);
});

Deno.test("RelayClient.connect() fails when none of several names is known", async () => {
  const relay = ["no-such-host.invalid", "nor-this-one.invalid"];
  const error = await assertRejects(() => RelayClient.connect({ relay }), RelayClientError);
  assertEquals(error.code, "HOST_NOT_FOUND");
});

for (
  const { name, options, type } of [
    { name: "no relays", options: { relay: [] }, type: TypeError },
    { name: "17 relays", options: { relay: Array(17).fill(NOBODY) }, type: TypeError },
    { name: "a malformed one", options: { relay: [NOBODY, "h:x"] }, type: TypeError },
    { name: "a malformed pin", options: { relay: NOBODY, identity: ["x"] }, type: TypeError },
    {
      name: "a past of no messages",
      options: { relay: NOBODY, replay: { messages: 0 } },
      type: RangeError,
    },
    {
      name: "a past of half a second",
      options: { relay: NOBODY, replay: { seconds: 0.5 } },
      type: RangeError,
    },
  ]
) {
  Deno.test(`RelayClient.connect() refuses ${name}`, async () => {
    await assertRejects(() => RelayClient.connect(options), type);
  });
}

Deno.test("RelayClient asks for the past with reliable delivery, and tells when there is none", async () => {
  await using server = await MiniRelayServer.start();
  const options = { relay: server.address, replay: { seconds: 90 }, name: "ada" };
  await using client = await RelayClient.connect(options);
  const [tlvs = []] = server.relay.admission.applications;
  const replay = findTlv(tlvs, DEFAULT_TLV_TYPES.REPLAY);
  assertEquals(replay && decodeReplay(replay), { kind: "age", seconds: 90n });
  assertEquals(server.relay.session("ada").isReliable, true);
  const types: string[] = [];
  for await (const { type } of client.events()) {
    types.push(type);
    if (type === "no_replay") break;
  }
  assertEquals(types, ["trust", "registered", "no_replay"]);
});
