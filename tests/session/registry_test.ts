import { assertEquals, assertStrictEquals } from "@std/assert";
import { Registry } from "../../src/session/registry.ts";
import { fakeSession } from "../support/fake_session.ts";

const NAMED_ID = "00000000000000aa";

const named = fakeSession({
  sessionId: NAMED_ID,
  name: "pump-3",
  endpoint: { hostname: "127.0.0.1", port: 5_001 },
});
const nameless = fakeSession({
  sessionId: "00000000000000bb",
  endpoint: { hostname: "::1", port: 5_002 },
});

Deno.test("Registry.size counts the sessions", () => {
  const registry = new Registry();
  assertEquals(registry.size, 0);
  registry.add(named);
  registry.add(nameless);
  assertEquals(registry.size, 2);
  registry.remove(named);
  assertEquals(registry.size, 1);
});

Deno.test("Registry.sessions() gives them in the order of registration", () => {
  const registry = filled();
  assertEquals([...registry.sessions()].map(({ id }) => id), ["pump-3", "[::1]:5002"]);
});

Deno.test("Registry.at() finds by ip:port", () => {
  assertStrictEquals(filled().at("127.0.0.1:5001"), named);
  assertStrictEquals(filled().at("[::1]:5002"), nameless);
  assertEquals(filled().at("127.0.0.1:5002"), undefined);
});

Deno.test("Registry.named() finds by client name alone", () => {
  assertStrictEquals(filled().named("pump-3"), named);
  assertEquals(filled().named("Pump-3"), undefined);
  assertEquals(filled().named("[::1]:5002"), undefined);
});

Deno.test("Registry.withSessionId() finds by session id", () => {
  assertStrictEquals(filled().withSessionId(NAMED_ID), named);
  assertEquals(filled().withSessionId("00000000000000cc"), undefined);
});

for (const id of ["pump-3", "127.0.0.1:5001", NAMED_ID, NAMED_ID.toUpperCase()]) {
  Deno.test(`Registry.find() finds by ${id}`, () => assertStrictEquals(filled().find(id), named));
}

for (const id of ["", "pump", "127.0.0.1", "__proto__", "constructor", "undefined"]) {
  Deno.test(`Registry.find() finds nobody by ${JSON.stringify(id)}`, () => {
    assertEquals(filled().find(id), undefined);
  });
}

Deno.test("Registry.withSessionId() knows a session from one that replaced it", () => {
  const registry = new Registry();
  registry.add(named);
  registry.remove(named);
  const successor = fakeSession({ name: "pump-3", endpoint: named.endpoint });
  registry.add(successor);
  assertEquals(registry.withSessionId(named.sessionId), undefined);
  assertStrictEquals(registry.withSessionId(successor.sessionId), successor);
});

Deno.test("Registry.remove() leaves nothing of a session behind", () => {
  const registry = filled();
  registry.remove(named);
  const found = ["pump-3", "127.0.0.1:5001", NAMED_ID].map((id) => registry.find(id));
  assertEquals(found, [undefined, undefined, undefined]);
  assertEquals([...registry.sessions()].includes(named), false);
  assertStrictEquals(registry.find("[::1]:5002"), nameless);
});

Deno.test("Registry.move() has a session found at its new address alone", () => {
  const session = fakeSession({ name: "pump-4", endpoint: { hostname: "127.0.0.1", port: 5_003 } });
  const registry = filled();
  registry.add(session);
  const endpoint = { hostname: "2001:db8::7", port: 9 };
  registry.move(session, endpoint);
  endpoint.port = 10;
  assertEquals(session.endpoint, { hostname: "2001:db8::7", port: 9 });
  assertEquals(session.address, "[2001:db8::7]:9");
  assertStrictEquals(registry.at("[2001:db8::7]:9"), session);
  assertEquals(registry.at("127.0.0.1:5003"), undefined);
  assertStrictEquals(registry.withSessionId(session.sessionId), session);
});

Deno.test("Registry.move() changes the id of a session without a name, and of no other", () => {
  const registry = new Registry();
  const sessions = [
    fakeSession({ sessionId: "00000000000000dd", name: "pump-4" }),
    fakeSession({ sessionId: "00000000000000ee", endpoint: { hostname: "127.0.0.1", port: 1 } }),
  ];
  for (const session of sessions) registry.add(session);
  sessions.forEach((session, index) =>
    registry.move(session, { hostname: "127.0.0.2", port: 100 + index })
  );
  assertEquals(sessions.map(({ id }) => id), ["pump-4", "127.0.0.2:101"]);
  assertStrictEquals(registry.named("pump-4"), sessions[0]);
});

Deno.test("Registry.move() leaves the order of sessions and their number as they are", () => {
  const registry = new Registry();
  const sessions = [1, 2, 3].map((number) =>
    fakeSession({
      sessionId: `000000000000000${number}`,
      endpoint: { hostname: "127.0.0.1", port: number },
    })
  );
  for (const session of sessions) registry.add(session);
  const [first] = sessions;
  if (first !== undefined) registry.move(first, { hostname: "127.0.0.1", port: 4 });
  assertEquals([...registry.sessions()].map(({ address }) => address), [
    "127.0.0.1:4",
    "127.0.0.1:2",
    "127.0.0.1:3",
  ]);
  assertEquals(registry.size, 3);
  if (first !== undefined) registry.remove(first);
  assertEquals([registry.size, registry.at("127.0.0.1:4")], [2, undefined]);
});

function filled(): Registry {
  const registry = new Registry();
  registry.add(named);
  registry.add(nameless);
  return registry;
}
