import { assert, assertEquals } from "@std/assert";
import { encodeTlvs } from "../../src/wire/tlv.ts";
import { ClientWorld, RELAY } from "../support/client_world.ts";
import { namedTlv } from "../support/named_tlv.ts";

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

Deno.test("RelayClientCore asks for forged fragments by no more than 3 times what came", () => {
  const world = new ClientWorld();
  world.relay();
  const client = world.registered();
  const fragments = Array.from({ length: 1_024 }, (_, messageId) => {
    const value = new Uint8Array(9);
    const view = new DataView(value.buffer);
    view.setUint32(0, messageId);
    view.setUint16(6, 0xffff);
    return namedTlv("FRAGMENT", value);
  });
  const forged = encodeTlvs(fragments);
  const before = world.network.sent.length;
  world.forge(forged, RELAY, client.endpoint);
  world.run(5_000);
  const bytes = world.network.sent.slice(before)
    .filter(({ to }) => to.hostname === RELAY.hostname)
    .reduce((sum, { datagram }) => sum + datagram.byteLength, 0);
  assert(bytes <= 3 * forged.byteLength, `${forged.byteLength} bytes brought ${bytes}`);
});
