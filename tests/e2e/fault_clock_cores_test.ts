import { assert, assertEquals } from "@std/assert";
import { AdmissionTokens } from "../../src/session/admission_tokens.ts";
import { admissionToken } from "../support/admission_tokens.ts";
import { type ClockedClient, ClockWorld } from "../support/fault_clock_world.ts";
import { memoryHistory } from "../support/relay_defaults.ts";

const HOUR_MS = 3_600_000;

/** Whose wall clocks are set, of the relay, the one who speaks, and the one who listens. */
const SET_CLOCKS = [
  { who: "the relay", relay: true, speaker: false, listener: false },
  { who: "a client", relay: false, speaker: true, listener: false },
  { who: "the relay and a client", relay: true, speaker: true, listener: false },
  { who: "all", relay: true, speaker: true, listener: true },
];

/** Ada, who speaks, and Ben, who listens. */
function talk(reliable: boolean, groupDelivery: boolean) {
  const world = new ClockWorld(groupDelivery ? { groupDelivery: { mode: "unicast" } } : {});
  const ada = world.client("ada", { reliable, groupDelivery });
  const ben = world.client("ben", { reliable, groupDelivery });
  world.run(2);
  return { world, ada, ben };
}

function set(clocks: readonly [ClockedClient["clock"], boolean][], shiftMs: number): void {
  for (const [clock, isSet] of clocks) clock.shiftMs = isSet ? shiftMs : 0;
}

for (const { who, relay, speaker, listener } of SET_CLOCKS) {
  for (const shiftMs of [HOUR_MS, -HOUR_MS]) {
    for (const reliable of [true, false]) {
      const name = `set by ${shiftMs} ms for ${who}, ${reliable ? "reliable" : "plain"} clients`;
      Deno.test(`clock ${name} go on once it is right`, () => {
        for (const seconds of [10, 90]) {
          for (const groupDelivery of [false, true]) {
            const { world, ada, ben } = talk(reliable, groupDelivery);
            const clocks: [ClockedClient["clock"], boolean][] = [
              [world.relayClock, relay],
              [ada.clock, speaker],
              [ben.clock, listener],
            ];
            const said = Array.from({ length: 20 }, (_, index) => `text ${index}`);
            ada.client.say(said.slice(0, 10));
            world.run(1);
            set(clocks, shiftMs);
            ada.client.say(said.slice(10, 15));
            world.run(seconds);
            set(clocks, 0);
            world.run(reliable ? 2 : 10);
            ada.client.say(said.slice(15));
            world.run(reliable ? 10 : 2);
            const heard = ben.client.heard;
            assertEquals(new Set(heard).size, heard.length, "doubled");
            const isSure = reliable || (relay && speaker && listener);
            const expected = isSure ? said : [...said.slice(0, 10), ...said.slice(15)];
            const missed = expected.filter((text) => !heard.includes(`ada ${text}`));
            assertEquals(missed, [], `${seconds} s, group ${groupDelivery}`);
            assertEquals(world.clients, 2);
            const troubles = [...ada.client.told, ...ben.client.told];
            const lasting = ["failed", "not_acknowledged", "message_given_up", "gap", "new_series"];
            assertEquals(troubles.filter((type) => lasting.includes(type)), []);
          }
        }
      });
    }
  }
}

Deno.test("clock set by an hour ends no session while the client is heard without a date", () => {
  const world = new ClockWorld({ maxMessageAgeSeconds: 0 });
  const ada = world.client("ada", { maxMessageAgeSeconds: 0 });
  world.run(2);
  for (const shiftMs of [HOUR_MS, -HOUR_MS, 0]) {
    world.relayClock.shiftMs = shiftMs;
    world.run(120);
    assertEquals([world.clients, ada.client.told], [1, ["registered"]]);
  }
});

Deno.test("clock set ahead for a minute takes nothing out of a history that is bounded by age", () => {
  const history = memoryHistory({ maxAgeMs: HOUR_MS / 2 });
  const world = new ClockWorld({}, history);
  const ada = world.client("ada", { reliable: true });
  world.run(2);
  ada.client.say(["one", "two"]);
  world.run(2);
  world.relayClock.shiftMs = HOUR_MS;
  world.run(300);
  assertEquals(history.messages, 2);
  world.relayClock.shiftMs = 0;
  world.run(300);
  assertEquals(history.messages, 2);
  world.run(HOUR_MS / 2_000);
  assertEquals(history.messages, 0, "what is old goes all the same");
});

Deno.test("clock set ahead past the end of admission tokens ends sessions, and back lets them in", () => {
  const world = new ClockWorld();
  const token = "a token that ends in half an hour";
  const expiresUnixMs = world.clock.now.unixMs + HOUR_MS / 2;
  world.relay.setAuthTokens(
    new AdmissionTokens([admissionToken(token, "ada", expiresUnixMs)]),
    world.relayClock.now,
  );
  const ada = world.client("ada", { token, reliable: true });
  world.run(2);
  world.relayClock.shiftMs = HOUR_MS;
  world.run(60);
  assertEquals(world.clients, 0);
  const reasons = world.reported.flatMap((report) =>
    report.type === "client_removed" ? [report.detail] : []
  );
  assert(reasons.length === 1, reasons.join());
  world.relayClock.shiftMs = 0;
  world.run(30);
  assertEquals([world.clients, ada.client.told.at(-1)], [1, "registered"]);
});

Deno.test("clock set back lets no message of before through a second time", () => {
  for (const reliable of [true, false]) {
    const { world, ada, ben } = talk(reliable, false);
    ada.client.say(["once", "and again"]);
    world.run(1);
    const recorded = world.network.sent.map(({ datagram, from, to }) => ({ datagram, from, to }));
    assertEquals(ben.client.heard.length, 2);
    for (const shiftMs of [HOUR_MS, 0, -10_000, -HOUR_MS, 0]) {
      const all = [world.relayClock, ada.clock, ben.clock];
      for (const clock of all) clock.shiftMs = shiftMs;
      world.run(30);
      for (const packet of recorded) world.network.send(packet, world.clock.now.monotonicMs);
      world.run(5);
    }
    // All the time that has gone by is taken back: what was recorded is as fresh as ever.
    for (const clock of [world.relayClock, ada.clock, ben.clock]) clock.shiftMs = -175_000;
    for (const packet of recorded) world.network.send(packet, world.clock.now.monotonicMs);
    world.run(5);
    assertEquals(ben.client.heard, ["ada once", "ada and again"]);
  }
});
