import { assert, assertEquals } from "@std/assert";
import type { RelayClientCoreOptions } from "../../src/client/relay_client_core_options.ts";
import { Feature } from "../../src/wire/features.ts";
import { encodeRegistrationAccepted } from "../../src/wire/registration_accepted.ts";
import { encodeReplay, type Replay } from "../../src/wire/replay.ts";
import { encodeSequenceRanges } from "../../src/wire/sequence_ranges.ts";
import { findTlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import { ClientWorld } from "../support/client_world.ts";
import type { MiniRelay } from "../support/mini_relay.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { nacksAt } from "../support/reliable_world.ts";

const LAST_TEN: Replay = { kind: "count", messages: 10n };

/** A client that asks for the past, of a relay that accepts it as the test says. */
function askForPast(options: Partial<RelayClientCoreOptions> = {}) {
  const world = new ClientWorld();
  const relay = world.relay();
  relay.answers.acceptance = false;
  const client = world.client({ name: "ada", reliable: true, replay: LAST_TEN, ...options });
  world.run(10);
  return { world, relay, client };
}

/** Accepts ada, with a newest number and perhaps a REPLAY_FROM. */
function accept(relay: MiniRelay, latest: bigint, from?: bigint): void {
  const session = relay.session("ada");
  const value = encodeRegistrationAccepted({
    sessionId: Uint8Array.fromHex(session.sessionId),
    keepAliveSeconds: 20,
    clientTimeoutSeconds: 60,
    features: session.isReliable ? Feature.RELIABLE_DELIVERY : 0,
    latestRelaySequence: latest,
  });
  const accepted = namedTlv("REGISTRATION_ACCEPTED", value);
  const series = namedTlv("SERIES_ID", relay.history.seriesId);
  if (from === undefined) relay.sendSealed(session, accepted, series);
  else relay.sendSealed(session, accepted, series, namedTlv("REPLAY_FROM", encodeU64(from)));
}

/** REPLAY of each registration that came to a relay, in hexadecimal digits. */
function wishesAt(relay: MiniRelay): (string | undefined)[] {
  return relay.admission.applications.map((tlvs) =>
    findTlv(tlvs, DEFAULT_TLV_TYPES.REPLAY)?.toHex()
  );
}

Deno.test("a client asks for the past until a relay accepts it, and never again", () => {
  const { world, relay, client } = askForPast();
  // Six tries of the first registration, and the second one.
  world.run(5_500);
  accept(relay, 0n, 0n);
  world.run(10);
  relay.answers.acceptance = true;
  relay.crash();
  client.send("hello");
  world.run(3_000);
  assertEquals(client.heard().filter((event) => event.startsWith("reg")), [
    "registered",
    "registered again",
  ]);
  const wish = encodeReplay(LAST_TEN).toHex();
  assertEquals(wishesAt(relay), [wish, wish, undefined]);
});

Deno.test("a client gets the past from REPLAY_FROM on", () => {
  const { world, relay, client } = askForPast();
  for (const text of ["1", "2", "3", "4"]) relay.relayed("ben", text);
  accept(relay, 4n, 1n);
  world.run(1_000);
  assertEquals(client.heard(), [
    "registered",
    "message ben: 2",
    "message ben: 3",
    "message ben: 4",
  ]);
  assertEquals(nacksAt(relay), ["2-4"]);
});

Deno.test("a client is told once that an older relay keeps no past, and goes on from now", () => {
  const { world, relay, client } = askForPast();
  relay.relayed("ben", "1");
  accept(relay, 1n);
  relay.say("ben", "2");
  world.run(1_000);
  assertEquals(client.heard(), ["registered", "no_replay", "message ben: 2"]);
  relay.answers.acceptance = true;
  relay.crash();
  client.send("hello");
  world.run(3_000);
  assertEquals(client.heard().includes("no_replay"), false);
});

Deno.test("a client is told that a relay without reliable delivery gives no past", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  relay.admission.grantsReliable = false;
  const asked = world.client({ name: "ada", reliable: true, replay: LAST_TEN });
  world.run(100);
  assertEquals(asked.heard(), ["registered", "no_replay", "unreliable"]);
});

Deno.test("a client without reliable delivery asks for no past", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  world.registered({ reliable: false, replay: LAST_TEN });
  assertEquals(wishesAt(relay), [undefined]);
});

Deno.test("a client takes a REPLAY_FROM above the latest number for the latest", () => {
  const { world, relay, client } = askForPast();
  relay.relayed("ben", "1");
  accept(relay, 1n, 0xffff_ffff_ffff_ffffn);
  world.run(100);
  relay.say("ben", "2");
  world.run(100);
  assertEquals([client.heard(), nacksAt(relay)], [["registered", "message ben: 2"], []]);
});

Deno.test("a client takes a REPLAY_FROM absurdly far back, and what is lost is a gap", () => {
  const { world, relay, client } = askForPast();
  relay.delivery.answers.nack = false;
  const latest = 2n ** 63n;
  accept(relay, latest, 0n);
  world.run(100);
  const [first] = nacksAt(relay);
  assertEquals(first, `1-${latest}`);
  const lost = encodeSequenceRanges([{ first: 1n, last: latest - 1n }]);
  relay.sendSealed(relay.session("ada"), namedTlv("LOST", lost));
  world.run(100);
  assertEquals(client.heard(), ["registered", `gap 1-${latest - 1n}`]);
});

Deno.test("a client counts messages that overtook the acceptance to the past", () => {
  const { world, relay, client } = askForPast();
  const messages = ["1", "2", "3", "4"].map((text) => relay.relayed("ben", text));
  const [, , third = [], fourth = []] = messages;
  relay.sendSealed(relay.session("ada"), ...third);
  relay.sendSealed(relay.session("ada"), ...fourth);
  world.run(10);
  accept(relay, 4n, 1n);
  world.run(1_000);
  assertEquals(client.heard(), [
    "registered",
    "message ben: 2",
    "message ben: 3",
    "message ben: 4",
  ]);
  assertEquals(nacksAt(relay), ["2-2"]);
});

Deno.test("a client that is given a REPLAY_FROM it did not ask for begins with the latest", () => {
  const { world, relay, client } = askForPast({ replay: undefined });
  relay.relayed("ben", "1");
  accept(relay, 1n, 0n);
  world.run(1_000);
  assertEquals([client.heard(), nacksAt(relay)], [["registered"], []]);
  assert(client.core.state === "registered");
});
