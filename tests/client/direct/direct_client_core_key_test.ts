import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { MAX_KEY_ANSWERS } from "../../../src/client/direct/direct_key_request.ts";
import { encodeSpkiPem } from "../../../src/crypto/spki_pem.ts";
import { isKeyRequest } from "../../../src/wire/direct_frame.ts";
import { DirectFakeKey } from "../../support/direct_fake_key.ts";
import { CLIENT, DirectWorld, SERVER } from "../../support/direct_client_world.ts";
import { SeededRandom } from "../../support/seeded_random.ts";

const STRANGER = { hostname: "10.0.0.9", port: SERVER.port };

/** A PEM that nobody can use. */
function strangePem(number: number): Uint8Array {
  return new TextEncoder().encode(encodeSpkiPem(Uint8Array.of(number, number, number)));
}

/** When requests for the key were sent, milliseconds after the first. */
function askedAt(world: DirectWorld): number[] {
  const requests = world.sent.filter(({ datagram }) => isKeyRequest(datagram));
  return requests.map(({ sentMs }) => sentMs - (requests[0]?.sentMs ?? 0));
}

Deno.test("DirectClientCore asks for the key with a request of 1,000 bytes", () => {
  const world = new DirectWorld();
  world.run(0);
  assertEquals(world.sent[0]?.datagram.byteLength, 1_000);
  assertEquals(world.core.state, "connected");
  assertEquals(world.toldOf("connected"), [
    { type: "connected", fingerprint: world.peer.key.fingerprint },
  ]);
});

Deno.test("DirectClientCore sends its own key as soon as it has the server's", () => {
  const world = new DirectWorld();
  world.run(0);
  assertEquals(world.sent.length, 2);
  assertEquals(world.sent[1]?.datagram, world.clientKey.pem);
});

Deno.test("DirectClientCore asks again after 500 ms, doubling to 2 s", () => {
  const world = new DirectWorld({ timeoutMs: 20_000 });
  world.peer.refuses.keyRequests = true;
  world.run(8_000);
  assertEquals(askedAt(world), [0, 500, 1_500, 3_500, 5_500, 7_500]);
});

Deno.test("DirectClientCore spreads its requests by chance", () => {
  const world = new DirectWorld({ random: () => 0 });
  world.peer.refuses.keyRequests = true;
  world.run(1_200);
  assertEquals(askedAt(world), [0, 375, 1_125]);
});

Deno.test("DirectClientCore gets over a key answer that is lost", () => {
  const world = new DirectWorld();
  world.network.loses = ({ to }) => to === CLIENT && world.clock.now.monotonicMs < 1_500;
  world.run(499);
  assertEquals(world.core.state, "asking");
  world.run(1);
  assertEquals(world.core.state, "connected");
});

Deno.test("DirectClientCore fails when no key comes in time", () => {
  const world = new DirectWorld({ timeoutMs: 3_000 });
  world.peer.refuses.keyRequests = true;
  world.run(2_999);
  assertEquals(world.core.state, "asking");
  world.run(1);
  assertEquals([world.core.state, world.failure().code], ["closed", "SERVER_SILENT"]);
  assertEquals(world.failure().message, "Cannot reach server 10.0.0.1:47710: no answer for 3 s");
});

Deno.test("DirectClientCore ignores keys that do not come from the server", () => {
  const world = new DirectWorld();
  world.peer.refuses.keyRequests = true;
  world.run(10);
  world.give(world.newKey(512).pem, STRANGER);
  world.give(world.newKey(512).pem, { ...SERVER, port: 1 });
  world.run(10);
  assertEquals(world.core.state, "asking");
  assertEquals(world.core.drops.of("foreign"), 2);
});

Deno.test("DirectClientCore ignores everything but keys while it asks", () => {
  const world = new DirectWorld();
  world.peer.refuses.keyRequests = true;
  world.run(10);
  world.giveSealed("ACK");
  world.give(new Uint8Array(3));
  assertEquals([world.core.state, world.core.drops.of("unexpected")], ["asking", 2]);
  assertEquals(world.core.incoming, { bodies: 0, fragmentBytes: 0 });
});

Deno.test("DirectClientCore goes on asking after a key that can't be used", () => {
  const world = new DirectWorld();
  world.network.loses = ({ to }) => to === CLIENT && world.clock.now.monotonicMs < 1_500;
  world.run(10);
  world.give(strangePem(1));
  assertEquals([world.core.state, world.core.drops.of("unusable_key")], ["asking", 1]);
  world.run(600);
  assertEquals(world.core.state, "connected");
});

Deno.test("DirectClientCore fails with the reason when no key can be used", () => {
  const world = new DirectWorld();
  world.peer.refuses.keyRequests = true;
  world.run(10);
  world.give(strangePem(1));
  world.run(10_000);
  assertEquals(world.failure().code, "SERVER_KEY_UNUSABLE");
  assertStringIncludes(world.failure().message, "it is no RSA key");
});

for (
  const { name, pem } of [
    { name: "broken base64", pem: "-----BEGIN PUBLIC KEY-----\n?\n-----END PUBLIC KEY-----\n" },
    { name: "an endless PEM", pem: encodeSpkiPem(new Uint8Array(4_000)) },
  ]
) {
  Deno.test(`DirectClientCore refuses ${name} as a key`, () => {
    const world = new DirectWorld();
    world.peer.refuses.keyRequests = true;
    world.run(10);
    world.give(new TextEncoder().encode(pem));
    world.run(10_000);
    assertEquals(world.failure().code, "SERVER_KEY_UNUSABLE");
    assertStringIncludes(world.failure().message, "its answer holds no public key");
    assertEquals(world.asked, []);
  });
}

Deno.test("DirectClientCore takes the first good key when none is pinned", () => {
  const world = new DirectWorld();
  world.holdsJobs = true;
  world.run(0);
  const other = world.newKey(256);
  world.give(other.pem);
  assertEquals(world.jobs.length, 1);
  const [first] = world.jobs.splice(0);
  assert(first !== undefined);
  world.doJob(first);
  assertEquals(world.toldOf("connected")[0]?.fingerprint, world.peer.key.fingerprint);
  assertEquals(world.jobs, []);
});

Deno.test("DirectClientCore takes the pinned key", () => {
  const probe = new DirectWorld();
  const world = new DirectWorld({ serverKey: probe.peer.key.fingerprint });
  world.run(0);
  assertEquals(world.core.state, "connected");
});

Deno.test("DirectClientCore waits for the pinned key behind forged ones", () => {
  const probe = new DirectWorld();
  const world = new DirectWorld({ serverKey: probe.peer.key.fingerprint });
  world.network.loses = ({ to }) => to === CLIENT && world.clock.now.monotonicMs < 1_500;
  world.run(10);
  const random = new SeededRandom(7);
  for (let count = 0; count < 50; count++) world.give(new DirectFakeKey(random, 256).pem);
  assertEquals(world.asked, [], "a forged key costs no RSA");
  assertEquals(world.core.drops.of("foreign_key"), 50);
  world.run(600);
  assertEquals(world.core.state, "connected");
  assertEquals(world.toldOf("connected")[0]?.fingerprint, probe.peer.key.fingerprint);
});

Deno.test("DirectClientCore fails 3 s after a key that is not the pinned one", () => {
  const pinned = new DirectFakeKey(new SeededRandom(7), 256).fingerprint;
  const world = new DirectWorld({ serverKey: pinned });
  world.run(2_999);
  assertEquals(world.core.state, "asking");
  world.run(1);
  const { code, message } = world.failure();
  assertEquals(code, "SERVER_KEY_MISMATCH");
  assertStringIncludes(message, `expected key ${pinned}, got ${world.peer.key.fingerprint}`);
});

Deno.test("DirectClientCore looks at 8 keys for one request, one at a time", () => {
  const world = new DirectWorld();
  world.peer.refuses.keyRequests = true;
  world.holdsJobs = true;
  world.run(10);
  for (let number = 0; number <= MAX_KEY_ANSWERS; number++) world.give(strangePem(number));
  assertEquals(world.core.drops.of("surplus_key"), 1);
  for (let number = 0; number < MAX_KEY_ANSWERS; number++) {
    assertEquals(world.jobs.length, 1);
    const [job] = world.jobs.splice(0);
    assert(job !== undefined);
    world.doJob(job);
  }
  assertEquals([world.jobs.length, world.core.state], [0, "asking"]);
});

Deno.test("DirectClientCore looks at the same key once for one request", () => {
  const world = new DirectWorld();
  world.peer.refuses.keyRequests = true;
  world.run(10);
  for (let count = 0; count < 3; count++) world.give(strangePem(1));
  assertEquals(world.asked.length, 1);
  world.run(500);
  world.give(strangePem(1));
  assertEquals(world.asked.length, 2);
});

Deno.test("DirectClientCore passes over the result of a job that nobody waits for", () => {
  const world = new DirectWorld();
  world.run(0);
  const { now } = world.clock;
  const { key } = world.peer;
  world.core.keyImported(99, { outcome: "usable", key }, now);
  world.core.blocksEncrypted(99, [new Uint8Array(512)], now);
  world.core.signed(99, new Uint8Array(256), now);
  world.core.blockDecrypted(99, new Uint8Array(3), now);
  assertEquals(world.core.state, "connected");
});
