import { assert, assertEquals } from "@std/assert";
import { MAX_DOUBTED_REFUSALS, MAX_RESTARTS } from "../../src/client/admission_trouble.ts";
import { REJECTION_GRACE_MS } from "../../src/client/registration.ts";
import { encodeRegistrationRejected } from "../../src/wire/registration_rejected.ts";
import { encodeTlvs } from "../../src/wire/tlv.ts";
import { ClientWorld, RELAY } from "../support/client_world.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { packetsWith } from "../support/sent_names.ts";

function rejection(code: 1 | 2 | 3 | 4 | 5 | 6 | 7): Uint8Array {
  const value = encodeRegistrationRejected(code, "go away");
  return encodeTlvs([namedTlv("REGISTRATION_REJECTED", value)]);
}

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
  world.forge(rejection(4), { hostname: "10.6.6.6", port: 666 }, client.endpoint);
  world.run(2_000);
  assertEquals(client.heard(), []);
  assertEquals(client.core.drops.of("foreign"), 1);
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
