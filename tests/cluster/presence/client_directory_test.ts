import { assertEquals } from "@std/assert";
import { ClientDirectory } from "../../../src/cluster/presence/client_directory.ts";
import type { LocatedClient } from "../../../src/cluster/presence/located_client.ts";
import { instanceOf, sessionOf } from "../../support/presence_world.ts";

const AMY: LocatedClient = {
  sessionId: sessionOf(0xa),
  id: "amy",
  name: "amy",
  instance: instanceOf(1),
  address: "192.0.2.1:5",
  sinceUnixMs: 0,
  token: undefined,
  relayId: sessionOf(101),
  relayName: "east",
  supersedes: [sessionOf(0xf)],
};
const AMY_ELSEWHERE: LocatedClient = {
  ...AMY,
  sessionId: sessionOf(0xb),
  instance: instanceOf(2),
  relayId: sessionOf(102),
  supersedes: [],
};

Deno.test("ClientDirectory finds a client by all that it goes by, as long as it is there", () => {
  const directory = new ClientDirectory();
  assertEquals(directory.add(AMY), true);
  const found = () => [
    directory.named("amy"),
    directory.withId("amy"),
    directory.withInstance(instanceOf(1)),
    directory.withSessionId(sessionOf(0xa)),
    directory.meantBy("192.0.2.1:5"),
    directory.meantBy(sessionOf(0xa).toUpperCase()),
    directory.superseding(sessionOf(0xf)),
    [...directory.clients()],
  ];
  assertEquals(found(), new Array(8).fill([AMY]));
  assertEquals([directory.has(AMY), directory.isSuperseded(sessionOf(0xf))], [true, true]);
  assertEquals([directory.remove(AMY), directory.remove(AMY)], [true, false]);
  assertEquals(found(), new Array(8).fill([]));
  assertEquals([directory.has(AMY), directory.isSuperseded(sessionOf(0xf))], [false, false]);
});

Deno.test("ClientDirectory says who comes first by an id, and who goes last", () => {
  const directory = new ClientDirectory();
  assertEquals([directory.add(AMY), directory.add(AMY_ELSEWHERE)], [true, false]);
  assertEquals([directory.remove(AMY), directory.remove(AMY_ELSEWHERE)], [false, true]);
});

Deno.test("ClientDirectory.rivalsOf() gives those with the same name or instance", () => {
  const directory = new ClientDirectory();
  const sameInstance = { ...AMY, sessionId: sessionOf(0xc), name: undefined, id: "192.0.2.1:5" };
  const unnamed = { ...sameInstance, sessionId: sessionOf(0xd), instance: undefined };
  for (const client of [AMY, AMY_ELSEWHERE, sameInstance, unnamed]) directory.add(client);
  assertEquals([...directory.rivalsOf(AMY)], [sameInstance, AMY_ELSEWHERE]);
  assertEquals([...directory.rivalsOf(unnamed)], []);
});
