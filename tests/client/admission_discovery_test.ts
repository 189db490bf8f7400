import { assert, assertEquals } from "@std/assert";
import { DISTRUST_GRACE_MS } from "../../src/client/admission.ts";
import type { SealKeyResult } from "../../src/client/client_effect.ts";
import { MAX_KEY_ANSWERS } from "../../src/client/discovery.ts";
import { RelayClientError } from "../../src/client/relay_client_error.ts";
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

/** Trusts relays by the number of their key alone. */
function trustOnly(client: WorldClient, generation: number): void {
  const { seal } = client;
  client.seal = (job): SealKeyResult => {
    if (job.answer.identity?.[0] === generation) return seal(job);
    const error = new RelayClientError("IDENTITY_CHANGED", "Cannot trust relay");
    return { outcome: "untrusted", error };
  };
}

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
