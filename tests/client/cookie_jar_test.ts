import { assert, assertEquals } from "@std/assert";
import { COOKIE_INTERVAL_MS, CookieJar } from "../../src/client/cookie_jar.ts";
import { encodeTlvs } from "../../src/wire/tlv.ts";
import { ClientWorld, GROUP, RELAY } from "../support/client_world.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { namesOf, packetsWith } from "../support/sent_names.ts";

const COOKIE = Uint8Array.from({ length: 16 }, (_, index) => index);

Deno.test("CookieJar.stamp() puts the newest cookie first", () => {
  const jar = new CookieJar(0x0111);
  assertEquals(jar.stamp(Uint8Array.of(9)), Uint8Array.of(9));
  jar.take(COOKIE.toReversed(), 0);
  jar.take(COOKIE, 1);
  const stamped = jar.stamp(Uint8Array.of(9));
  assertEquals(stamped, Uint8Array.of(1, 0x11, 0, 16, ...COOKIE, 9));
});

Deno.test("CookieJar.take() lets a request be sent again each 100 ms at most", () => {
  const jar = new CookieJar(0x0111);
  assertEquals(jar.take(COOKIE, 1_000), "again");
  assertEquals(jar.take(COOKIE, 1_000), "kept");
  assertEquals(jar.take(COOKIE, 999 + COOKIE_INTERVAL_MS), "kept");
  assertEquals(jar.take(COOKIE, 1_000 + COOKIE_INTERVAL_MS), "again");
});

for (const bytes of [0, 15, 17]) {
  Deno.test(`CookieJar.take() refuses a cookie of ${bytes} bytes`, () => {
    const jar = new CookieJar(0x0111);
    assertEquals(jar.take(new Uint8Array(bytes), 0), "malformed");
    assertEquals(jar.stamp(Uint8Array.of(9)), Uint8Array.of(9));
  });
}

Deno.test("Admission shows the cookie of a relay under load, at once", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  relay.admission.cookie = COOKIE;
  const client = world.client({ name: "ada" });
  world.run(1);
  assertEquals(client.core.state, "registered");
  assertEquals(world.network.sent.map(namesOf), [
    "PUBLIC_KEY_REQUEST",
    "COOKIE",
    "COOKIE+PUBLIC_KEY_REQUEST",
    "SERVER_PUBLIC_KEY_RESPONSE+SERVER_IDENTITY",
    "COOKIE+ENCRYPTED_SYMMETRIC_KEY+SYMMETRICALLY_ENCRYPTED_MESSAGE",
    "SYMMETRICALLY_ENCRYPTED_MESSAGE",
  ]);
});

Deno.test("Admission shows the newest cookie when the relay changes it while it registers", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  const client = world.client();
  client.holdsJobs = true;
  world.run(0);
  const [job] = client.jobs;
  assert(job !== undefined);
  relay.admission.cookie = COOKIE;
  client.answer(job);
  world.run(0);
  assertEquals(client.core.state, "registered");
  assertEquals(world.network.sent.slice(-4).map(namesOf), [
    "ENCRYPTED_SYMMETRIC_KEY+SYMMETRICALLY_ENCRYPTED_MESSAGE",
    "COOKIE",
    "COOKIE+ENCRYPTED_SYMMETRIC_KEY+SYMMETRICALLY_ENCRYPTED_MESSAGE",
    "SYMMETRICALLY_ENCRYPTED_MESSAGE",
  ]);
});

Deno.test("Admission shows the cookie to the relay of a group that asked for it", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  relay.admission.cookie = COOKIE;
  world.network.join(GROUP, RELAY);
  const client = world.client({ targets: [{ kind: "group", endpoint: GROUP }] });
  world.run(1);
  assertEquals(client.core.state, "registered");
});

for (const state of ["asking", "registering"] as const) {
  Deno.test(`Admission sends 10 more requests a second at most for forged cookies while ${state}`, () => {
    const world = new ClientWorld();
    const relay = world.relay();
    relay.answers.key = state === "registering";
    relay.answers.registration = false;
    const client = world.client({ timeoutMs: 60_000 });
    world.run(10_000);
    assertEquals(client.core.state, state);
    const before = world.network.sent.length;
    for (let ms = 0; ms < 2_000; ms++) {
      const cookie = namedTlv("COOKIE", world.random.bytes(16));
      world.forge(encodeTlvs([cookie]), RELAY, client.endpoint);
      world.run(1);
    }
    const sent = world.network.sent.slice(before)
      .filter(({ from }) => from.port === client.endpoint.port).length;
    assert(sent <= 20 + 4, `${sent} requests in 2 s`);
  });
}

Deno.test("Admission takes a cookie from the relay's address alone", () => {
  const world = new ClientWorld();
  const client = world.client();
  world.run(1);
  world.forge(
    encodeTlvs([namedTlv("COOKIE", COOKIE)]),
    { hostname: "10.6.6.6", port: 1 },
    client.endpoint,
  );
  world.run(300);
  assertEquals(packetsWith(world.network.sent, "COOKIE").length, 1, "the forged one");
  assertEquals(client.core.drops.toObject(), { foreign: 1 });
});
