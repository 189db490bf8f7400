import { assert, assertEquals } from "@std/assert";
import { FailoverWorld, type FailoverWorldOptions } from "../support/failover_world.ts";
import { numberedTexts } from "../support/reliable_world.ts";

/** A relay that others have said `0`, `1` and so on at, one each second up to now. */
function relayWithPast(count: number, options: Partial<FailoverWorldOptions> = {}): FailoverWorld {
  const world = new FailoverWorld({ relays: 1, ...options });
  const { unixMs } = world.clock.now;
  for (let number = 0; number < count; number++) {
    world.series.say("ada", `${number}`, unixMs - 1_000 * (count - 1 - number));
  }
  return world;
}

const said = (from: number, to: number) =>
  numberedTexts(to).slice(from).map((text) => `ada ${text}`);

Deno.test("a client that asks for the last messages gets them, and then those that follow", () => {
  const world = relayWithPast(50);
  const ben = world.client("ben", { replay: { kind: "count", messages: 20n } });
  world.run(3_000);
  assertEquals(ben.heard, said(30, 50));
  const ada = world.client("ada");
  ada.say(["50", "51"]);
  world.run(3_000);
  assertEquals([ben.heard, ben.told], [said(30, 52), ["registered"]]);
  assertEquals(ada.heard, []);
});

Deno.test("a client that asks for the last seconds gets what was said in them", () => {
  const world = relayWithPast(50);
  const ben = world.client("ben", { replay: { kind: "age", seconds: 10n } });
  world.run(3_000);
  assertEquals([ben.heard, ben.told], [said(39, 50), ["registered"]]);
});

Deno.test("a client that asks for more than there is gets what there is, and no gap", () => {
  const world = relayWithPast(50, { maxMessages: 30 });
  const ben = world.client("ben", { replay: { kind: "count", messages: 2n ** 64n - 1n } });
  const cleo = world.client("cleo", { replay: { kind: "age", seconds: 1_000_000n } });
  world.run(3_000);
  assertEquals([ben.heard, cleo.heard], [said(20, 50), said(20, 50)]);
  assertEquals([ben.told, cleo.told], [["registered"], ["registered"]]);
});

Deno.test("a client that asks for the past of a relay where nothing was said gets what follows", () => {
  const world = relayWithPast(0);
  const ben = world.client("ben", { replay: { kind: "count", messages: 5n } });
  const ada = world.client("ada");
  world.run(1_000);
  ada.say(["0"]);
  world.run(1_000);
  assertEquals([ben.heard, ben.told], [said(0, 1), ["registered"]]);
});

Deno.test("a client that asks for the past is not given what it said itself", () => {
  const world = relayWithPast(3);
  const ben = world.client("ben");
  ben.say(["mine"]);
  world.run(1_000);
  world.series.say("ada", "3", world.clock.now.unixMs);
  ben.leave();
  world.run(1_000);
  const again = world.client("ben", { replay: { kind: "count", messages: 10n } });
  world.run(3_000);
  assertEquals([again.heard, again.told], [said(0, 4), ["registered"]]);
});

Deno.test("5,000 messages of the past arrive once and in order between new ones, with loss", () => {
  const conditions = { loss: 0.2, duplication: 0.05, minDelayMs: 1, maxDelayMs: 30 };
  const world = relayWithPast(5_000, { maxMessages: 10_000, conditions, seed: 3 });
  const ben = world.client("ben", { replay: { kind: "count", messages: 10_000n } });
  const ada = world.client("ada");
  ada.say(numberedTexts(200).map((text) => `${5_000 + Number(text)}`));
  assert(world.runUntil(() => ben.heard.length >= 5_200, 600_000), `heard ${ben.heard.length}`);
  world.run(5_000);
  assertEquals([ben.heard, ben.told], [said(0, 5_200), ["registered"]]);
});

Deno.test("20,000 messages of the past come at the pace of the relay", () => {
  const conditions = { minDelayMs: 5, maxDelayMs: 5 };
  const world = relayWithPast(20_000, { maxMessages: 20_000, conditions });
  const ben = world.client("ben", { replay: { kind: "count", messages: 20_000n } });
  assert(world.runUntil(() => ben.heard.length >= 20_000, 8_000), `heard ${ben.heard.length}`);
  assertEquals([ben.heard.at(0), ben.heard.at(-1)], ["ada 0", "ada 19999"]);
});

Deno.test("what the relay forgets while the past is on its way is reported as gaps", () => {
  const world = relayWithPast(1_000, { maxMessages: 1_000 });
  const ben = world.client("ben", { replay: { kind: "count", messages: 1_000n } });
  ben.pause();
  world.run(200);
  for (let number = 1_000; number < 6_000; number++) {
    world.series.say("ada", `${number}`, world.clock.now.unixMs);
  }
  world.run(20_000);
  ben.resume();
  world.run(20_000);
  assertEquals([...new Set(ben.told)], ["registered", "gap"]);
  assertEquals(ben.heard.at(-1), "ada 5999");
  const numbers = ben.heard.map((line) => Number(line.split(" ")[1]));
  assert(numbers.every((number, index) => number > (numbers[index - 1] ?? -1)), "out of order");
});

Deno.test("a client that asked for the past goes on after a failover where it was", () => {
  const world = relayWithPast(2_000, { relays: 2 });
  const ben = world.client("ben", { replay: { kind: "count", messages: 1_500n } });
  assert(world.runUntil(() => ben.heard.length >= 700, 10_000));
  assert(ben.heard.length < 1_500, "the relay is not to be done when it dies");
  world.kill(0);
  const ada = world.client("ada");
  ada.say(["2000"]);
  assert(world.runUntil(() => ben.heard.length >= 1_501, 60_000), `heard ${ben.heard.length}`);
  world.run(5_000);
  assertEquals(ben.heard, said(500, 2_001));
  assertEquals(ben.told, ["registered", "reconnecting", "registered"]);
});

Deno.test("a member of a group gets the past between new messages of the group", () => {
  const relay = { groupDelivery: { mode: "unicast" } } as const;
  const conditions = { loss: 0.05, minDelayMs: 1, maxDelayMs: 20 };
  const world = relayWithPast(6_000, { maxMessages: 10_000, relay, conditions });
  const ada = world.client("ada", { groupDelivery: true });
  world.run(2_000);
  const replay = { kind: "count", messages: 10_000n } as const;
  const ben = world.client("ben", { groupDelivery: true, replay });
  for (let number = 6_000; number < 6_100; number++) {
    ada.say([`${number}`]);
    world.run(20);
  }
  assert(world.runUntil(() => ben.heard.length >= 6_100, 600_000), `heard ${ben.heard.length}`);
  world.run(5_000);
  assertEquals([ben.heard, ben.told], [said(0, 6_100), ["registered"]]);
});
