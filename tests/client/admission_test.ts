import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { DISTRUST_GRACE_MS } from "../../src/client/admission.ts";
import { MAX_DOUBTED_REFUSALS, MAX_RESTARTS } from "../../src/client/admission_trouble.ts";
import type { SealKeyResult } from "../../src/client/client_effect.ts";
import { MAX_KEY_ANSWERS } from "../../src/client/discovery.ts";
import { REJECTION_GRACE_MS } from "../../src/client/registration.ts";
import { RelayClientError } from "../../src/client/relay_client_error.ts";
import { encodeRegistrationRejected } from "../../src/wire/registration_rejected.ts";
import { encodeTlvs } from "../../src/wire/tlv.ts";
import { ClientWorld, GROUP, RELAY, type WorldClient } from "../support/client_world.ts";
import { FakeRsaKey } from "../support/fake_rsa_key.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { namesOf, packetsWith } from "../support/sent_names.ts";

const STRANGER = { hostname: "10.6.6.6", port: 666 };

function keyResponse(generation: number): Uint8Array {
  const { serverKey, identity } = new FakeRsaKey(generation);
  return encodeTlvs([
    namedTlv("SERVER_PUBLIC_KEY_RESPONSE", serverKey.pem),
    namedTlv("SERVER_IDENTITY", identity),
  ]);
}

function rejection(code: 1 | 2 | 3 | 4 | 5 | 6 | 7): Uint8Array {
  const value = encodeRegistrationRejected(code, "go away");
  return encodeTlvs([namedTlv("REGISTRATION_REJECTED", value)]);
}

/** Trusts relays by the number of their key alone. */
function trustOnly(client: WorldClient, generation: number): void {
  const { seal } = client;
  client.seal = (job): SealKeyResult => {
    if (job.answer.identity?.[0] === generation) return seal(job);
    const error = new RelayClientError("IDENTITY_CHANGED", "Cannot trust relay");
    return { outcome: "untrusted", error };
  };
}

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

for (const code of [1, 2, 3, 4, 6] as const) {
  Deno.test(`Admission fails for code ${code} when nothing better comes within 500 ms`, () => {
    const world = new ClientWorld();
    const relay = world.relay();
    relay.rejectsWith = { code, text: "go away" };
    const client = world.client();
    world.run(REJECTION_GRACE_MS - 1);
    assertEquals(client.heard(), []);
    world.run(1);
    const error = client.failure();
    assertEquals(error.code, "REGISTRATION_REFUSED");
    // Of the others there is no more to say than the code does.
    assertEquals(error.message.includes("go away"), code === 3 || code === 6, error.message);
  });
}

for (const code of [5, 7] as const) {
  Deno.test(`Admission starts over for code ${code}, with a bound`, () => {
    const world = new ClientWorld();
    const relay = world.relay();
    relay.rejectsWith = { code, text: "" };
    const client = world.client();
    world.run(MAX_RESTARTS * REJECTION_GRACE_MS + REJECTION_GRACE_MS - 1);
    assertEquals(client.heard(), []);
    world.run(1);
    assertEquals(client.failure().code, "REGISTRATION_REFUSED");
    const asked = packetsWith(world.network.sent, "PUBLIC_KEY_REQUEST").length;
    assertEquals(asked, MAX_RESTARTS + 1);
  });

  Deno.test(`Admission registers when code ${code} came once`, () => {
    const world = new ClientWorld();
    const relay = world.relay();
    relay.rejectsWith = { code, text: "" };
    const client = world.client();
    world.run(100);
    relay.rejectsWith = undefined;
    world.run(500);
    assertEquals(client.heard(), ["registered"]);
  });
}

for (const code of [1, 3, 4, 5, 6, 7] as const) {
  Deno.test(`Admission outlives a forged rejection with code ${code}`, () => {
    const world = new ClientWorld();
    const relay = world.relay();
    relay.answers.registration = false;
    const client = world.client();
    world.run(100);
    world.forge(rejection(code), RELAY, client.endpoint);
    world.run(100);
    relay.answers.registration = true; // its answer to the try at 250 ms is still in time
    world.run(300);
    assertEquals(client.heard(), ["registered"]);
  });
}

Deno.test("Admission lets no one but the relay reject", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  relay.answers.registration = false;
  const client = world.client();
  world.run(100);
  world.forge(rejection(4), STRANGER, client.endpoint);
  world.run(2_000);
  assertEquals(client.heard(), []);
  assertEquals(client.core.drops.of("foreign"), 1);
});

Deno.test("Admission takes a public key from the relay's address alone", () => {
  const world = new ClientWorld();
  const client = world.client();
  world.run(10);
  world.forge(keyResponse(2), STRANGER, client.endpoint);
  world.forge(keyResponse(2), { ...RELAY, port: RELAY.port + 1 }, client.endpoint);
  world.run(10);
  assertEquals(client.core.state, "asking");
  assertEquals(client.core.drops.of("foreign"), 2);
});

Deno.test("Admission registers although someone forged the relay's key", () => {
  const world = new ClientWorld();
  world.relay();
  world.network.conditions = { minDelayMs: 20 };
  const client = world.client();
  world.forge(keyResponse(2), RELAY, client.endpoint);
  world.run(1_000); // the relay can't read what was encrypted for key 2, and says code 5
  assertEquals(client.heard(), ["registered"]);
});

Deno.test("Admission looks past answers without a usable key", () => {
  const world = new ClientWorld();
  const client = world.client();
  const { seal } = client;
  client.seal = (job) => {
    const isReal = job.answer.identity?.[0] === 1;
    return isReal ? seal(job) : { outcome: "unusable", reason: "the signature is wrong" };
  };
  world.run(10);
  world.forge(keyResponse(2), RELAY, client.endpoint);
  world.forge(encodeTlvs([namedTlv("SERVER_PUBLIC_KEY_RESPONSE")]), RELAY, client.endpoint);
  world.forge(
    encodeTlvs([namedTlv("SERVER_PUBLIC_KEY_RESPONSE", new Uint8Array(5_000))]),
    RELAY,
    client.endpoint,
  );
  world.forge(encodeTlvs([namedTlv("UNKNOWN_SESSION")]), RELAY, client.endpoint);
  world.run(10);
  assertEquals(client.core.drops.toObject(), { unusable_key: 3, unexpected: 1 });
  world.relay();
  world.run(1_000);
  assertEquals(client.heard(), ["registered"]);
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

Deno.test("Admission refuses a relay that is not trusted after 300 ms", () => {
  const world = new ClientWorld();
  world.relay({ generation: 2 });
  const client = world.client();
  trustOnly(client, 1);
  world.run(DISTRUST_GRACE_MS - 1);
  assertEquals(client.heard(), []);
  world.run(1);
  assertEquals(client.failure().code, "IDENTITY_CHANGED");
});

Deno.test("Admission takes the trusted relay although another one answered first", () => {
  const world = new ClientWorld();
  const client = world.client();
  trustOnly(client, 1);
  world.run(10);
  world.forge(keyResponse(2), RELAY, client.endpoint);
  world.run(200);
  world.relay();
  world.run(90); // the request at 250 ms is in time
  assertEquals(client.heard(), ["registered"]);
});

Deno.test("Admission looks at 16 answers for each request, and drops the next", () => {
  const world = new ClientWorld();
  const client = world.client();
  trustOnly(client, 255);
  world.run(10);
  for (let generation = 0; generation < MAX_KEY_ANSWERS; generation++) {
    world.forge(keyResponse(generation), RELAY, client.endpoint);
  }
  world.forge(keyResponse(3), RELAY, client.endpoint); // seen already
  world.run(0);
  assertEquals(client.core.drops.of("surplus_key"), 0);
  world.forge(keyResponse(255), RELAY, client.endpoint);
  world.run(0);
  assertEquals(client.core.drops.of("surplus_key"), 1);
  assertEquals(client.core.state, "asking");
  world.relay({ generation: 255 });
  world.run(250); // the next request begins a new count
  assertEquals(client.heard(), ["registered"]);
});

Deno.test("Admission decides on answers one after the other", () => {
  const world = new ClientWorld();
  const client = world.client();
  client.holdsJobs = true;
  world.run(10);
  for (const generation of [1, 2, 3]) {
    world.forge(keyResponse(generation), RELAY, client.endpoint);
  }
  world.run(0);
  assertEquals(client.jobs.length, 1);
  assertEquals(client.core.state, "sealing");
});

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

Deno.test("Admission finds a relay through its group, and talks with the one that answered", () => {
  const world = new ClientWorld();
  world.relay();
  world.network.join(GROUP, RELAY);
  const client = world.client({ targets: [{ kind: "group", endpoint: GROUP }] });
  world.run(100);
  const [registered] = client.told();
  assert(registered?.type === "registered");
  assertEquals(registered.relay, RELAY);
  const registrations = packetsWith(world.network.sent, "ENCRYPTED_SYMMETRIC_KEY");
  assertEquals(registrations.map(({ to }) => to), [RELAY]);
});

Deno.test("Admission finds the trusted relay among several of a group", () => {
  const other = { hostname: "10.0.0.9", port: 47_700 };
  const world = new ClientWorld();
  world.relay({ at: other, generation: 2 });
  const relay = world.relay();
  world.network.join(GROUP, other);
  world.network.join(GROUP, RELAY);
  const client = world.client({ targets: [{ kind: "group", endpoint: GROUP }] });
  trustOnly(client, 1);
  world.run(100);
  assertEquals(client.heard(), ["registered"]);
  assertEquals(relay.sessions.size, 1);
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

Deno.test("Admission shows the admission token in the sealed hello alone", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  relay.admission.token = "a secret that nobody may see";
  const client = world.client({ token: relay.admission.token, name: "ada" });
  world.run(100);
  assertEquals(client.heard(), ["registered"]);
  const needle = new TextEncoder().encode(relay.admission.token).toHex();
  assert(!world.network.sent.some(({ datagram }) => datagram.toHex().includes(needle)));
});

for (const [token, code] of [[undefined, 1], ["another one", 2]] as const) {
  Deno.test(`Admission is refused for good with code ${code}, and its error shows no token`, () => {
    const world = new ClientWorld();
    world.relay().admission.token = "a secret that nobody may see";
    const client = world.client({ token });
    world.run(1_000);
    const error = client.failure();
    assertEquals(error.code, "REGISTRATION_REFUSED");
    assert(!error.message.includes("another one") && !error.message.includes("secret"));
  });
}

Deno.test("Admission asks for reliable delivery when it is wanted, and else for nothing", () => {
  for (const reliable of [true, false]) {
    const world = new ClientWorld();
    const relay = world.relay();
    world.registered({ name: "ada", reliable });
    assertEquals(relay.session("ada").isReliable, reliable);
  }
});

Deno.test("Admission answers a COOKIE from a group with no more than three times its length", () => {
  const world = new ClientWorld();
  const client = world.client({ targets: [{ kind: "group", endpoint: GROUP }] });
  world.run(1);
  const cookie = encodeTlvs([namedTlv("COOKIE", new Uint8Array(16))]);
  world.forge(cookie, STRANGER, client.endpoint);
  world.run(1);
  const answers = world.network.sent.filter(({ to }) => to.hostname === STRANGER.hostname);
  assertEquals(answers.map(namesOf), ["COOKIE+PUBLIC_KEY_REQUEST"]);
  assertEquals(answers.map(({ datagram }) => datagram.byteLength), [3 * cookie.byteLength]);
});

Deno.test("Admission gets in through a group whose relay asks for cookies", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  relay.admission.cookie = new Uint8Array(16).fill(7);
  world.network.join(GROUP, RELAY);
  const client = world.client({ targets: [{ kind: "group", endpoint: GROUP }] });
  world.run(100);
  assertEquals(client.heard(), ["registered"]);
});

Deno.test("Admission asks twice more when a client that was in is refused for good", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  const client = world.registered({ name: "ada" });
  relay.crash();
  relay.rejectsWith = { code: 4, text: "banned" };
  world.run(60_000);
  assertEquals(client.failure().code, "REGISTRATION_REFUSED");
  const registrations = packetsWith(world.network.sent, "ENCRYPTED_SYMMETRIC_KEY");
  const blocks = registrations.map(({ datagram }) => datagram.subarray(4, 260).toHex());
  assertEquals(new Set(blocks).size, 1 + 1 + MAX_DOUBTED_REFUSALS);
});
