import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { KEY_IMPORT_LIMITS, MAX_KEY_IMPORTS } from "../../src/direct/key_desk.ts";
import { DirectHarness } from "../support/direct_harness.ts";

const NO_KEY = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";

Deno.test("receive() keeps a key for the address that it came from, and says so", () => {
  const harness = new DirectHarness();
  const [client, other] = [harness.stranger(), harness.stranger()];
  client.sendKey();
  const { key: { fingerprint }, address } = client;
  const summary = {
    id: address,
    address,
    key: fingerprint,
    sinceUnixMs: harness.clock.now.unixMs,
    idleMs: 0,
    messagesIn: 0,
    messagesOut: 0,
    bytesIn: 0,
    bytesOut: 0,
  };
  const registered = {
    type: "client_registered",
    client: summary,
    replacedKey: undefined,
  } as const;
  assertEquals(harness.reported, [registered]);
  assertEquals(harness.core.clients(harness.clock.now), [summary]);
  assertEquals(client.datagrams(), [], "a key is not answered");
  other.send(other.plain("hi"));
  assertEquals(other.heard(), ["ACK"]);
});

Deno.test("receive() refuses what is no key, counts it and says why", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  client.sendText(NO_KEY);
  assertEquals(harness.reported, [{
    type: "key_refused",
    from: client.endpoint,
    reason: "Cannot read RSA key: no such key",
  }]);
  assertEquals([harness.stat("keys.refused"), harness.drops()], [1, { malformed: 1 }]);
  assertEquals([harness.stat("clients"), client.datagrams()], [0, []]);
});

Deno.test("receive() keeps the key that it has when what comes next is none", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  client.sendText(NO_KEY);
  client.send(client.plain("hi"));
  assertEquals([harness.texts(), client.heard()], [["hi"], ["{ACK}"]]);
});

Deno.test("receive() keeps the newest key of an address", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  const other = harness.newKey(512);
  client.send(client.hybrid("hi"));
  client.forget();
  client.send(other.pem);
  assertEquals(
    harness.reported.map((effect) => "replacedKey" in effect ? effect.replacedKey : effect.type),
    [client.key.fingerprint],
  );
  assertEquals([harness.stat("clients"), harness.stat("keys.replaced")], [1, 1]);
  client.send(client.plain("hi"));
  const [answer = new Uint8Array()] = client.datagrams();
  assertEquals(new TextDecoder().decode(other.open(answer)), "ACK");
});

Deno.test("receive() reads a key once that comes again, also while it is read", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  harness.held.add("import_key");
  for (let round = 0; round < 3; round++) client.sendKey();
  assertEquals(harness.jobs.length, 1);
  harness.doJobs();
  for (let round = 0; round < 3; round++) client.sendKey();
  assertEquals([harness.jobs.length, harness.reported.length], [0, 1]);
  assertEquals([harness.stat("keys.accepted"), harness.drops()], [1, {}]);
});

Deno.test("receive() changes nothing for the same key in another PEM", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  client.send(client.hybrid("hi"));
  const { pem } = client.key;
  for (const again of [concat([pem, Uint8Array.of(10)]), pem]) client.send(again);
  assertEquals([harness.reported, harness.stat("keys.accepted")], [[], 1]);
  const { effects } = sendTo(harness, client.address);
  assertEquals(effects, 1, "it is still known to use hybrid messages");
});

/** How many blocks a message to a client takes: one in hybrid form. */
function sendTo(harness: DirectHarness, address: string): { effects: number } {
  const result = harness.core.sendTo(address, new Uint8Array(1_000), 1, harness.clock.now);
  const [effect] = "effects" in result ? result.effects : [];
  return { effects: effect?.type === "encrypt_blocks" ? effect.plaintexts.length : 0 };
}

for (const order of [[0, 1], [1, 0]]) {
  Deno.test(`keyImported() keeps the newer of two keys that are read in the order ${order}`, () => {
    const harness = new DirectHarness();
    const client = harness.stranger();
    const [older, newer] = [harness.newKey(256), harness.newKey(256)];
    harness.held.add("import_key");
    client.send(older.pem, newer.pem);
    const jobs = [...harness.jobs];
    for (const index of order) harness.doJob(harness.jobs.findIndex((job) => job === jobs[index]));
    const summary = harness.core.client(client.address, harness.clock.now);
    assertEquals([summary?.key, harness.stat("keys.accepted")], [newer.fingerprint, 1]);
  });
}

Deno.test("keyImported() keeps no key whose client was kicked meanwhile", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  harness.held.add("import_key");
  client.send(harness.newKey(256).pem);
  harness.core.kick(client.address, "", harness.clock.now);
  harness.doJobs();
  assertEquals(harness.stat("clients"), 0);
});

Deno.test("receive() lets what a client says wait for its key, in order", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  harness.held.add("import_key");
  client.send(client.plain("before"));
  client.sendKey();
  client.send(client.plain("one"), client.hybrid("two"));
  client.send(...client.fragments(client.plain("three"), { messageId: 7 }));
  assertEquals([harness.texts(), client.heard()], [["before"], ["ACK"]]);
  assertEquals(harness.stat("rsa.waiting"), 3);
  harness.doJobs();
  assertEquals(harness.texts(), ["one", "two", "three"]);
  assertEquals(client.heard(), ["{ACK}", "{ACK}", "{7: ACK}"]);
});

Deno.test("receive() goes on without a key when it is refused", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  harness.held.add("import_key");
  client.sendText(NO_KEY);
  client.send(client.plain("hi"));
  harness.doJobs();
  assertEquals([harness.texts(), client.heard()], [["hi"], ["ACK"]]);
});

Deno.test("receive() reads 300 keys at once of an IP address, then 50 a second", () => {
  const harness = new DirectHarness();
  const { burst, perSecond } = KEY_IMPORT_LIMITS.perSource;
  const clients = Array.from({ length: burst + perSecond + 2 }, () => harness.stranger("10.0.0.1"));
  for (const client of clients.slice(0, burst + 1)) client.sendKey();
  assertEquals([harness.stat("clients"), harness.drops()], [burst, { rate_limited: 1 }]);
  harness.stranger("10.0.0.2").sendKey();
  assertEquals(harness.stat("clients"), burst + 1);
  harness.run(1_000);
  for (const client of clients.slice(burst + 1)) client.sendKey();
  assertEquals(harness.stat("clients"), burst + 1 + perSecond);
  assertEquals(harness.drops(), { rate_limited: 2 });
});

Deno.test("receive() reads 600 keys at once of all IP addresses", () => {
  const harness = new DirectHarness();
  for (let count = 0; count <= KEY_IMPORT_LIMITS.global.burst; count++) {
    harness.stranger(`10.0.${count >> 8}.${count & 0xff}`).sendKey();
  }
  const { burst } = KEY_IMPORT_LIMITS.global;
  assertEquals([harness.stat("clients"), harness.drops()], [burst, { rate_limited: 1 }]);
});

Deno.test("receive() has 512 keys read at once, and drops one more", () => {
  const harness = new DirectHarness();
  harness.held.add("import_key");
  for (let count = 0; count <= MAX_KEY_IMPORTS; count++) {
    harness.stranger(`10.0.${count >> 8}.${count & 0xff}`).sendKey();
  }
  assertEquals([harness.jobs.length, harness.drops()], [MAX_KEY_IMPORTS, { overloaded: 1 }]);
  harness.doJob();
  harness.stranger().sendKey();
  assertEquals(harness.drops(), { overloaded: 1 });
});

Deno.test("receive() refuses a key of more than 4,096 bytes at once", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  harness.held.add("import_key");
  const text = new TextDecoder().decode(client.key.pem);
  client.sendText(text.padEnd(4_097));
  assertEquals([harness.jobs.length, harness.drops()], [0, { malformed: 1 }]);
  assertEquals(harness.reported.map(({ type }) => type), ["key_refused"]);
  client.sendText(text.padEnd(4_096));
  assertEquals(harness.jobs.length, 1);
});
