import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { ClientWorld, RELAY } from "../support/client_world.ts";
import { namesOf, packetsWith } from "../support/sent_names.ts";

Deno.test("Admission pads PUBLIC_KEY_REQUEST to 1,000 bytes", () => {
  const world = new ClientWorld();
  world.client();
  world.run(0);
  const [request] = world.network.sent;
  assertEquals(request?.datagram.byteLength, 1_000);
  assertEquals(request && namesOf(request), "PUBLIC_KEY_REQUEST");
  assertEquals(request?.to, RELAY);
});

Deno.test("Admission asks again after 250 ms, doubling up to 2 s, until the time-out", () => {
  const world = new ClientWorld();
  const beganMs = world.clock.now.monotonicMs;
  world.client({ timeoutMs: 10_000 });
  world.run(20_000);
  const asked = world.network.sent.map(({ sentMs }) => sentMs - beganMs);
  assertEquals(asked, [0, 250, 750, 1_750, 3_750, 5_750, 7_750, 9_750]);
});

Deno.test("Admission fails at the time-out and not before", () => {
  const world = new ClientWorld();
  const client = world.client({ timeoutMs: 1_000 });
  world.run(999);
  assertEquals(client.heard(), []);
  world.run(1);
  assertEquals(client.heard(), ["failed RELAY_UNREACHABLE"]);
});

const HANDSHAKE = [
  "PUBLIC_KEY_REQUEST",
  "SERVER_PUBLIC_KEY_RESPONSE",
  "ENCRYPTED_SYMMETRIC_KEY",
  "SYMMETRICALLY_ENCRYPTED_MESSAGE",
];

for (const lost of HANDSHAKE) {
  Deno.test(`Admission registers although the first ${lost} is lost`, () => {
    const world = new ClientWorld();
    const relay = world.relay();
    let left = 1;
    world.network.loses = (packet) => namesOf(packet).startsWith(lost) && left-- > 0;
    const client = world.client();
    world.run(1_000);
    assertEquals(client.heard(), ["registered"]);
    assertEquals(relay.sessions.size, 1);
    assert(left < 0, "nothing was lost");
  });
}

Deno.test("Admission sends the same registration 6 times, then asks for the key again", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  relay.answers.registration = false;
  const client = world.client();
  world.run(4_700);
  const tries = packetsWith(world.network.sent, "ENCRYPTED_SYMMETRIC_KEY");
  assertEquals(tries.length, 6);
  for (const { datagram } of tries) assertEquals(datagram, tries[0]?.datagram);
  assertEquals(packetsWith(world.network.sent, "PUBLIC_KEY_REQUEST").length, 1);
  relay.answers.registration = true;
  world.run(2_100);
  assertEquals(client.heard(), ["registered"]);
  const last = packetsWith(world.network.sent, "ENCRYPTED_SYMMETRIC_KEY").at(-1);
  assertNotEquals(last?.datagram, tries[0]?.datagram);
});

Deno.test("Admission makes a fresh Fernet key for each registration", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  relay.answers.registration = false;
  const client = world.client();
  const keys = new Set<string>();
  const { seal } = client;
  client.seal = (job) => {
    keys.add(job.fernetKey);
    return seal(job);
  };
  world.run(9_000);
  assertEquals(keys.size, packetsWith(world.network.sent, "PUBLIC_KEY_REQUEST").length);
  assert(keys.size > 1);
});

Deno.test("Admission says at the time-out why no answer could be used", () => {
  const world = new ClientWorld();
  world.relay();
  const client = world.client();
  client.seal = () => ({ outcome: "unusable", reason: "the signature is wrong" });
  world.run(10_000);
  const error = client.failure();
  assertEquals(error.code, "RELAY_UNREACHABLE");
  assert(error.message.includes("the signature is wrong"), error.message);
});

Deno.test("Admission says at the time-out that the relay fell silent", () => {
  const world = new ClientWorld();
  world.relay().answers.registration = false;
  const client = world.client({ timeoutMs: 3_000 });
  world.run(3_000);
  const error = client.failure();
  assertEquals(error.code, "RELAY_UNREACHABLE");
  assert(error.message.includes("fell silent"), error.message);
});

for (const skewSeconds of [-3_600, 3_600]) {
  Deno.test(`Admission blames the clock when the relay's is ${skewSeconds} s ahead`, () => {
    const world = new ClientWorld();
    world.relay({ skewSeconds });
    const client = world.client();
    world.run(10_000);
    assertEquals(client.failure().code, "CLOCK_SKEW");
  });
}

Deno.test("Admission passes over the result of a job that it no longer waits for", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  const client = world.client({ timeoutMs: 1_000 });
  client.holdsJobs = true;
  world.run(1_000);
  assertEquals(client.heard(), ["failed RELAY_UNREACHABLE"]);
  for (const job of client.jobs) client.answer(job);
  world.run(1_000);
  assertEquals(client.heard(), []);
  assertEquals(relay.sessions.size, 0);
});

Deno.test("Admission hands on a message that overtakes the acceptance", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  let left = 1;
  world.network.loses = (packet) =>
    namesOf(packet) === "SYMMETRICALLY_ENCRYPTED_MESSAGE" && left-- > 0;
  const client = world.client({ name: "ada" });
  world.run(50);
  relay.sendSealed(relay.session("ada"), ...relay.relayed("ben", "early"));
  world.run(1_000);
  assertEquals(client.heard(), ["message ben: early", "registered"]);
});

Deno.test("Admission says goodbye when it is closed while the relay may have accepted", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  world.network.loses = (packet) => namesOf(packet) === "SYMMETRICALLY_ENCRYPTED_MESSAGE";
  const client = world.client();
  world.run(50);
  assertEquals(relay.sessions.size, 1);
  world.network.loses = () => false;
  client.close();
  world.run(50);
  assertEquals(relay.sessions.size, 0);
});

Deno.test("Admission asks for reliable delivery when it is wanted, and else for nothing", () => {
  for (const reliable of [true, false]) {
    const world = new ClientWorld();
    const relay = world.relay();
    world.registered({ name: "ada", reliable });
    assertEquals(relay.session("ada").isReliable, reliable);
  }
});
