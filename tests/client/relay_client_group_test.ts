import { assert, assertEquals, assertRejects } from "@std/assert";
import { RelayClient } from "../../src/client/relay_client.ts";
import type { RelayClientEvent } from "../../src/client/relay_client_event.ts";
import { UdpSocket } from "../../src/session/udp_socket.ts";
import { freeGroupAddress } from "../support/client_group_address.ts";
import { MiniRelayServer } from "../support/mini_relay_server.ts";

/** Reads until a message comes that says something; gives what came until then. */
async function until(client: RelayClient, text: string): Promise<string[]> {
  const heard: string[] = [];
  for await (const event of client.events()) {
    const line = lineOf(event);
    heard.push(line);
    if (line.endsWith(text)) break;
  }
  return heard;
}

function lineOf(event: RelayClientEvent): string {
  if (event.type === "message") {
    return `${event.sender}: ${new TextDecoder().decode(event.payload)}`;
  }
  return event.type;
}

for (const way of ["unicast", "multicast"] as const) {
  Deno.test(`RelayClient talks in a group by ${way}`, async () => {
    const groupAddress = way === "multicast" ? await freeGroupAddress() : undefined;
    await using server = await MiniRelayServer.start({ groupAddress });
    const options = { relay: server.address, groupDelivery: true, reliable: true } as const;
    await using ada = await RelayClient.connect({ ...options, name: "ada" });
    await using ben = await RelayClient.connect({ ...options, name: "ben" });
    await using plain = await RelayClient.connect({ relay: server.address, name: "plain" });
    for (const text of ["one", "x".repeat(50_000), "three"]) await ben.send(text);
    assertEquals((await until(ada, "three")).filter((line) => line.startsWith("ben: ")), [
      "ben: one",
      `ben: ${"x".repeat(50_000)}`,
      "ben: three",
    ]);
    assertEquals((await until(plain, "three")).at(-1), "ben: three");
    await ada.send("four");
    const heard = await until(ben, "four");
    assertEquals(heard.filter((line) => line.includes(": ")), ["ada: four"]);
    assert(!heard.includes("group_unavailable"));
  });
}

Deno.test("RelayClient goes on one by one when it can't join the group", async () => {
  const groupAddress = await freeGroupAddress();
  await using _taken = UdpSocket.open(groupAddress);
  await using server = await MiniRelayServer.start({ groupAddress });
  const options = { relay: server.address, groupDelivery: true } as const;
  await using ada = await RelayClient.connect({ ...options, name: "ada" });
  for await (const event of ada.events()) {
    if (event.type === "registered" && event.isReconnect) break;
  }
  await using ben = await RelayClient.connect({ relay: server.address, name: "ben" });
  await ben.send("one by one");
  assertEquals(await until(ada, "one by one"), ["joined", "ben: one by one"]);
});

Deno.test("RelayClient.close() leaves a group that is just being joined, and is heard", async () => {
  const groupAddress = await freeGroupAddress();
  await using server = await MiniRelayServer.start({ groupAddress });
  const options = { relay: server.address, groupDelivery: true } as const;
  const ada = await RelayClient.connect({ ...options, name: "ada" });
  await Promise.all([ada.close(), ada.close()]);
  const ben = await RelayClient.connect({ ...options, name: "ben" });
  await ben.send("hello");
  await ben.close();
  assertEquals((await Array.fromAsync(ben.events())).map(({ type }) => type), [
    "trust",
    "registered",
  ]);
});

Deno.test("RelayClient ends by its signal while it hears a group", async () => {
  const groupAddress = await freeGroupAddress();
  await using server = await MiniRelayServer.start({ groupAddress });
  const controller = new AbortController();
  const options = { relay: server.address, groupDelivery: true, signal: controller.signal };
  await using ada = await RelayClient.connect({ ...options, name: "ada" });
  await using ben = await RelayClient.connect({ relay: server.address, name: "ben" });
  await ben.send("hello");
  await until(ada, "hello");
  controller.abort(new Error("enough"));
  await assertRejects(() => Array.fromAsync(ada.events()), Error, "enough");
});
