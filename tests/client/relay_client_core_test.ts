import { assertEquals } from "@std/assert";
import { ClientWorld } from "../support/client_world.ts";

Deno.test("RelayClientCore registers, and hears the others", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  const ada = world.registered({ name: "ada" });
  const ben = world.registered({ name: "ben" });
  world.run(100);
  assertEquals(ada.heard(), ["joined ben"]);
  ben.send("hello");
  world.run(10);
  assertEquals(ben.heard(), ["left 1"]);
  assertEquals(ada.heard(), ["message ben: hello"]);
  ben.close();
  world.run(10);
  assertEquals(ada.heard(), ["left ben"]);
  assertEquals(relay.messages.length, 1);
});
