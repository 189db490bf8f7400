import { assertEquals } from "@std/assert";
import type { DirectHarnessOptions } from "../support/direct_harness.ts";
import { DirectHarness } from "../support/direct_harness.ts";
import type { DirectScriptedClient } from "../support/direct_scripted_client.ts";

const TIMEOUT_MS = 60_000;

/** Who is a client of the server, by address. */
function addresses(harness: DirectHarness): string[] {
  return harness.core.clients(harness.clock.now).map(({ address }) => address).sort();
}

/** Who was removed, and why. */
function removals(harness: DirectHarness): string[] {
  return harness.reported.flatMap((effect) =>
    effect.type === "client_removed"
      ? [`${effect.client.address} ${effect.reason} ${effect.detail}`.trim()]
      : []
  );
}

function harnessWith(
  count: number,
  options: DirectHarnessOptions,
): { harness: DirectHarness; clients: DirectScriptedClient[] } {
  const harness = new DirectHarness(options);
  const clients = Array.from({ length: count }, () => {
    harness.run(1);
    return harness.client();
  });
  return { harness, clients };
}

Deno.test("tick() forgets a client that was silent for client_timeout", () => {
  const { harness, clients: [client, talker] } = harnessWith(2, { clientTimeoutMs: TIMEOUT_MS });
  harness.run(TIMEOUT_MS - 2);
  talker?.send(new Uint8Array(1));
  assertEquals(removals(harness), []);
  harness.run(2);
  assertEquals(removals(harness), [`${client?.address} timed_out`]);
  assertEquals(addresses(harness), [talker?.address]);
  harness.run(TIMEOUT_MS);
  assertEquals([addresses(harness), harness.core.nextDeadline()], [[], undefined]);
});

Deno.test("tick() takes any datagram of a client for a sign of life", () => {
  const harness = new DirectHarness({ clientTimeoutMs: TIMEOUT_MS });
  const client = harness.client();
  const datagrams = [client.plain("hi"), new Uint8Array(1), client.key.pem];
  for (const datagram of datagrams) {
    harness.run(TIMEOUT_MS - 1);
    client.send(datagram);
  }
  harness.run(TIMEOUT_MS - 1);
  assertEquals(addresses(harness), [client.address]);
});

Deno.test("receive() answers in the clear when a client's key was forgotten", () => {
  const harness = new DirectHarness({ clientTimeoutMs: TIMEOUT_MS });
  const client = harness.client();
  harness.run(TIMEOUT_MS);
  client.send(client.plain("hi"));
  assertEquals([harness.texts(), client.heard()], [["hi"], ["ACK"]]);
  client.sendKey();
  client.send(client.plain("ho"));
  assertEquals(client.heard(), ["{ACK}"]);
});

Deno.test("receive() forgets the client that was quiet longest for one too many", () => {
  const { harness, clients } = harnessWith(3, { maxClients: 3 });
  clients[0]?.send(new Uint8Array(1));
  const newest = harness.client();
  assertEquals(addresses(harness), [clients[0], clients[2], newest].map((it) => it?.address));
});

Deno.test("receive() forgets clients that have delivered nothing before others", () => {
  const { harness, clients } = harnessWith(3, { maxClients: 3 });
  const [first, second] = clients;
  for (const client of [first, second]) client?.send(client.plain("hi"));
  harness.run(1_000);
  for (let count = 0; count < 5; count++) harness.client();
  const kept = addresses(harness);
  assertEquals([kept.includes(first?.address ?? ""), kept.includes(second?.address ?? "")], [
    true,
    true,
  ]);
});

Deno.test("receive() forgets one that has delivered when all have", () => {
  const { harness, clients } = harnessWith(2, { maxClients: 2 });
  for (const client of clients) client.send(client.plain("hi"));
  harness.stranger().sendKey();
  assertEquals(removals(harness), [`${clients[0]?.address} evicted`]);
});

Deno.test("receive() has a new key prove itself anew", () => {
  const { harness, clients } = harnessWith(3, { maxClients: 3 });
  for (const client of clients) client.send(client.plain("hi"));
  clients[2]?.send(harness.newKey(256).pem);
  harness.stranger().sendKey();
  assertEquals(removals(harness), [`${clients[2]?.address} evicted`]);
});

Deno.test("kick() forgets a client's key, and says why", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  harness.carryOut(harness.core.kick(client.address, "maintenance", harness.clock.now) ?? []);
  assertEquals(removals(harness), [`${client.address} kicked maintenance`]);
  assertEquals(harness.core.kick(client.address, "again", harness.clock.now), undefined);
  client.send(client.plain("hi"));
  assertEquals(client.heard(), ["ACK"]);
});

Deno.test("kick() finds a client by the fingerprint of its key, and no stranger", () => {
  const harness = new DirectHarness();
  const [client, stranger] = [harness.client(), harness.stranger()];
  stranger.send(new Uint8Array(1));
  const { now } = harness.clock;
  assertEquals(harness.core.kick(stranger.address, "", now), undefined);
  assertEquals(harness.core.kick(stranger.key.fingerprint, "", now), undefined);
  harness.carryOut(harness.core.kick(client.key.fingerprint, "", now) ?? []);
  assertEquals(addresses(harness), []);
});

Deno.test("client() finds the one that was heard last of several with one key", () => {
  const harness = new DirectHarness();
  const [before, after] = [harness.client(), harness.stranger()];
  harness.run(10);
  after.send(before.key.pem);
  const { now } = harness.clock;
  assertEquals(harness.core.client(before.key.fingerprint, now)?.address, after.address);
  assertEquals(harness.core.client(before.address, now)?.address, before.address);
});

Deno.test("kick() ends what waits for a client, and lets what is under way end", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  harness.held.add("decrypt_block");
  client.send(client.plain("under way"), client.plain("waits"));
  harness.core.kick(client.address, "", harness.clock.now);
  assertEquals([harness.stat("rsa.waiting"), harness.stat("rsa.waiting_bytes")], [0, 0]);
  assertEquals(harness.drops(), { forgotten: 1 });
  harness.doJobs();
  assertEquals([harness.texts(), client.heard()], [["under way"], ["ACK"]]);
});

Deno.test("clients() counts what each has sent and was sent", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  client.send(client.plain("1234"), client.hybrid("12345"));
  const result = harness.core.sendTo(client.address, new Uint8Array(7), 1, harness.clock.now);
  harness.carryOut("effects" in result ? result.effects : []);
  harness.run(250);
  const [summary] = harness.core.clients(harness.clock.now);
  const { messagesIn, bytesIn, messagesOut, bytesOut, idleMs } = summary ?? {};
  assertEquals([messagesIn, bytesIn, messagesOut, bytesOut, idleMs], [2, 9, 1, 7, 250]);
});

Deno.test("restore() takes clients back with all that records() tells", () => {
  const harness = new DirectHarness();
  const [plain, hybrid, silent] = [harness.client(), harness.client(), harness.client()];
  plain.send(plain.plain("hi"));
  hybrid.send(hybrid.hybrid("hi"));
  harness.run(10_000);
  const records = harness.core.records();
  harness.restart();
  for (const record of records) harness.core.restore(record, harness.clock.now);
  assertEquals(harness.core.records(), records);
  assertEquals(harness.core.clients(harness.clock.now).map(({ idleMs }) => idleMs), [
    10_000,
    10_000,
    10_000,
  ]);
  for (const client of [plain, hybrid, silent]) {
    client.forget();
    client.send(client.plain("still here"));
    assertEquals(client.heard(), ["{ACK}"]);
  }
});

Deno.test("restore() passes over clients whose time is over, the time without a server included", () => {
  const harness = new DirectHarness({ clientTimeoutMs: TIMEOUT_MS });
  const first = harness.client();
  harness.run(30_000);
  const second = harness.client();
  const records = harness.core.records();
  harness.restart();
  harness.clock.advance(30_000);
  for (const record of records) harness.core.restore(record, harness.clock.now);
  assertEquals(addresses(harness), [second.address]);
  harness.run(30_000);
  assertEquals([addresses(harness), removals(harness)], [[], [`${second.address} timed_out`]]);
  assertEquals(first.heard(), []);
});

Deno.test("restore() takes nobody for heard in the future when the clock was set back", () => {
  const harness = new DirectHarness({ clientTimeoutMs: TIMEOUT_MS });
  const client = harness.client();
  const records = harness.core.records();
  harness.restart();
  harness.clock.setUnixMs(harness.clock.now.unixMs - 1_000_000);
  for (const record of records) harness.core.restore(record, harness.clock.now);
  harness.run(TIMEOUT_MS);
  assertEquals(removals(harness), [`${client.address} timed_out`]);
});

Deno.test("restore() keeps those that were heard last when there are too many", () => {
  const { harness, clients } = harnessWith(4, { maxClients: 4 });
  const records = harness.core.records();
  harness.restart({ maxClients: 2 });
  for (const record of records) harness.core.restore(record, harness.clock.now);
  assertEquals(addresses(harness), [clients[2]?.address, clients[3]?.address]);
});
