import { assertEquals } from "@std/assert";
import { MAX_EARLY_MESSAGES, OrderedDelivery } from "../../src/client/ordered_delivery.ts";
import { SHUTDOWN_REASON } from "../../src/session/shutdown_reason.ts";
import { decodeTlvs } from "../../src/wire/tlv.ts";
import { ClientWorld } from "../support/client_world.ts";
import { MiniHistory } from "../support/mini_history.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { numberMessages, sendSome } from "../support/numbered_messages.ts";
import { meetReliably, numberedTexts, textsTold } from "../support/reliable_world.ts";

Deno.test("OrderedDelivery goes on in the same series, and asks for what it missed", () => {
  const { world, relay, client } = meetReliably();
  relay.say("ben", "0");
  world.run(10);
  relay.crash();
  numberMessages(relay, ["1", "2"]);
  const next = world.relay({ generation: 2, history: relay.history });
  world.run(30_000);
  relay.history.add("ben", new Uint8Array(), { sessionId: "", clientSequence: 0n });
  next.say("ben", "4");
  world.run(1_000);
  assertEquals(client.heard(), [
    "message ben: 0",
    "reconnecting: silence",
    "registered again",
    "message ben: 1",
    "message ben: 2",
    "message ben: ",
    "message ben: 4",
  ]);
});

Deno.test("OrderedDelivery starts afresh in a new series, and says so", () => {
  const { world, relay, client, session } = meetReliably();
  const messages = numberMessages(relay, numberedTexts(3));
  sendSome(relay, session, messages, [0, 2]);
  world.run(10);
  relay.sendSealed(session, namedTlv("DISCONNECT", SHUTDOWN_REASON));
  world.run(0);
  const next = world.relay({ generation: 2, history: new MiniHistory(new Uint8Array(8), 1_000n) });
  next.relayed("ben", "before its time");
  world.run(10_000);
  next.say("ben", "new");
  world.run(1_000);
  assertEquals(client.heard(), [
    "message ben: 0",
    "reconnecting: shutdown",
    "registered again",
    "gap 2-2",
    "message ben: 2",
    "new_series",
    "message ben: new",
  ]);
});

Deno.test("OrderedDelivery starts afresh when the series stands lower than it did", () => {
  const { world, relay, client, session } = meetReliably();
  for (const text of numberedTexts(5)) relay.say("ben", text);
  world.run(10);
  relay.sendSealed(session, namedTlv("DISCONNECT", SHUTDOWN_REASON));
  const next = world.relay({ generation: 2, history: new MiniHistory(relay.history.seriesId) });
  world.run(10_000);
  next.say("ben", "first again");
  world.run(100);
  assertEquals(client.heard().slice(-3), [
    "registered again",
    "new_series",
    "message ben: first again",
  ]);
});

Deno.test("OrderedDelivery hands on a message that overtakes the acceptance, in its order", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  for (const text of numberedTexts(9)) relay.relayed("ben", text);
  const client = world.client({ name: "ada", reliable: true });
  world.network.loses = ({ datagram, to }) =>
    to.port === client.endpoint.port && decodeTlvs(datagram)[0]?.type === 4 &&
    relay.history.latest < 11n;
  world.run(100);
  assertEquals(client.core.state, "registering");
  relay.say("ben", "ten");
  relay.say("ben", "eleven");
  assertEquals(client.heard(), []);
  world.run(1_000);
  assertEquals(client.heard(), ["registered", "message ben: ten", "message ben: eleven"]);
});

Deno.test("OrderedDelivery keeps 256 messages that overtake the acceptance, and drops the next", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  const client = world.client({ name: "ada", reliable: true });
  world.network.loses = ({ to }) =>
    to.port === client.endpoint.port && relay.sessions.size > 0 && relay.history.latest === 0n;
  world.run(100);
  for (const text of numberedTexts(MAX_EARLY_MESSAGES + 1)) relay.say("ben", text);
  world.run(0);
  assertEquals(client.core.drops.of("no_room"), 1);
  world.run(3_000);
  assertEquals(textsTold(client), numberedTexts(MAX_EARLY_MESSAGES + 1));
});

Deno.test("OrderedDelivery holds little of series that come and go while its reader is away", () => {
  const ordered = new OrderedDelivery(() => 0.5);
  ordered.begin({ seriesId: "0", latest: 0n, replayFrom: undefined }, 0);
  ordered.pause();
  const payload = new Uint8Array(1);
  ordered.add({ sender: "ben", payload, relaySequence: 1n }, 0);
  for (let series = 1; series <= 1_000; series++) {
    ordered.begin({ seriesId: `${series}`, latest: 0n, replayFrom: undefined }, 0);
    ordered.add({ sender: "ben", payload, relaySequence: 1n }, 0);
  }
  ordered.resume();
  assertEquals(ordered.release(0).map(({ type }) => type), ["message", "new_series", "message"]);
});
