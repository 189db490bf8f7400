import { assert, assertEquals } from "@std/assert";
import { RelayClient } from "../../src/client/relay_client.ts";
import { MiniRelayServer } from "../support/mini_relay_server.ts";
import { nextEvent } from "../support/relay_client_events.ts";
import { textsAt } from "../support/reliable_world.ts";

function text(payload: Uint8Array): string {
  return new TextDecoder().decode(payload);
}

Deno.test("RelayClient delivers reliably through loss, in order and once", async () => {
  await using server = await MiniRelayServer.start();
  const options = { relay: server.address, reliable: true, timeoutMs: 30_000 };
  await using ada = await RelayClient.connect({ ...options, name: "ada" });
  await using ben = await RelayClient.connect({ ...options, name: "ben" });
  server.lose(0.1);
  const texts = Array.from({ length: 100 }, (_, number) => `${number}`);
  for (const line of texts) await ada.send(line);
  await ada.flush();
  const heard: string[] = [];
  for await (const { payload } of ben.messages()) {
    if (heard.push(text(payload)) === texts.length) break;
  }
  assertEquals(heard, textsAt(server.relay));
  assertEquals(heard.toSorted(), texts.toSorted());
});

Deno.test("RelayClient loses no message for a slow reader when delivery is reliable", async () => {
  await using server = await MiniRelayServer.start();
  await using client = await RelayClient.connect({
    relay: server.address,
    name: "ada",
    reliable: true,
    maxBufferedEvents: 10,
  });
  const texts = Array.from({ length: 500 }, (_, number) => `${number}`);
  for (const line of texts) server.relay.say("ben", line);
  await client.flush();
  const heard: string[] = [];
  for await (const event of client.events()) {
    assert(event.type !== "overflow" && event.type !== "gap");
    if (event.type === "message" && heard.push(text(event.payload)) === texts.length) break;
  }
  assertEquals(heard, texts);
});

Deno.test("RelayClient tells that a relay does not deliver reliably", async () => {
  await using server = await MiniRelayServer.start();
  server.relay.admission.grantsReliable = false;
  await using client = await RelayClient.connect({ relay: server.address, reliable: true });
  await nextEvent(client, "unreliable");
  await client.send("all the same");
  await client.flush();
  assertEquals(server.relay.messages.length, 1);
});
