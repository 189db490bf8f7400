import { assert, assertEquals } from "@std/assert";
import type { NetworkConditions } from "../support/fake_network.ts";
import { GroupStorm, type GroupStormClient } from "../support/client_group_storm.ts";

const STORM: NetworkConditions = { loss: 0.25, duplication: 0.05, minDelayMs: 1, maxDelayMs: 40 };

/** Nothing is lost, but things come twice and overtake each other. */
const MUDDLE: NetworkConditions = { duplication: 0.05, minDelayMs: 1, maxDelayMs: 40 };

const MODES = ["unicast", "multicast"] as const;

const MEMBER = { groupDelivery: true };
const RELIABLE = { reliable: true };
const RELIABLE_MEMBER = { ...MEMBER, ...RELIABLE };

/** A message now and then that needs fragments. */
function textOf(storm: GroupStorm, number: number): string {
  return `${number} ${"x".repeat(number % 7 === 3 ? storm.random.below(8_000) : 0)}`;
}

function linesOf({ heard }: GroupStormClient): string[] {
  return heard.map(({ line }) => line.split(" ", 2).join(" "));
}

function assertIn(storm: GroupStorm, clients: readonly GroupStormClient[]): void {
  assert(storm.runUntil(() => clients.every(({ isIn }) => isIn), 60_000), "not everyone got in");
}

/** Lets guests come and go, and be kicked, while something is said. Gives those who were kicked. */
function comingsAndGoings(
  storm: GroupStorm,
  round: number,
  guests: GroupStormClient[],
): KickedClient | undefined {
  if (round % 9 === 0) {
    const options = [MEMBER, RELIABLE_MEMBER, RELIABLE][(round / 9) % 3];
    guests.push(storm.client(`guest-${round}`, { ...options }));
  }
  if (round % 13 === 12) guests.find(({ isIn }) => isIn)?.client.close();
  if (round % 11 !== 10) return undefined;
  const victim = guests.findLast(({ isIn }) => isIn);
  return victim && kick(storm, victim);
}

interface KickedClient {
  readonly client: GroupStormClient;
  /** The newest number that the relay gave before. */
  readonly latest: bigint;
}

/** Kicks a client, which from then on can only listen: it can't register again. */
function kick(storm: GroupStorm, client: GroupStormClient): KickedClient {
  const { hostname, port } = client.client.endpoint;
  const before = storm.network.loses;
  storm.network.loses = (packet) =>
    (packet.from.hostname === hostname && packet.from.port === port) || before(packet);
  const latest = BigInt(Number(storm.relay.statistics().relay_sequence));
  storm.perform(storm.relay.kick(client.name, "enough", storm.clock.now));
  return { client, latest };
}

function assertHeardNothingAfter({ client, latest }: KickedClient): void {
  const after = client.heard.filter(({ sequence }) => sequence > latest);
  assertEquals(after, [], `${client.name} was kicked at ${latest}`);
}

for (const mode of MODES) {
  for (let seed = 1; seed <= 4; seed++) {
    Deno.test(`reliable members by ${mode} hear all once and in order, seed ${seed}`, () => {
      const storm = new GroupStorm({ seed, conditions: STORM, mode });
      const speakers = [
        storm.client("ada", RELIABLE_MEMBER),
        storm.client("ben", RELIABLE),
        storm.client("cleo", RELIABLE_MEMBER),
      ];
      const listeners = [
        storm.client("log-1", RELIABLE_MEMBER),
        storm.client("log-2", RELIABLE_MEMBER),
        storm.client("log-3", RELIABLE),
        storm.client("plain", MEMBER),
      ];
      assertIn(storm, [...speakers, ...listeners]);
      const guests: GroupStormClient[] = [];
      const kicked: KickedClient[] = [];
      const rounds = 60;
      for (let round = 0; round < rounds; round++) {
        for (const { client } of speakers) client.send(textOf(storm, round));
        const victim = comingsAndGoings(storm, round, guests);
        if (victim !== undefined) kicked.push(victim);
        storm.run(storm.random.below(400));
      }
      const reliable = [...speakers, ...listeners.slice(0, 3)];
      const missing = ({ name, heard }: GroupStormClient) => {
        const others = speakers.filter((speaker) => speaker.name !== name).length;
        return rounds * others - heard.length;
      };
      storm.runUntil(() => reliable.every((client) => missing(client) <= 0), 120_000);
      storm.run(5_000);
      assertEquals(reliable.map(missing), reliable.map(() => 0));
      const [log] = listeners;
      assert(log !== undefined);
      const order = linesOf(log);
      assertEquals(new Set(order).size, rounds * speakers.length);
      for (const client of reliable) {
        const expected = order.filter((line) => !line.startsWith(`${client.name} `));
        assertEquals(linesOf(client), expected, client.name);
        assertEquals(client.told.filter((type) => type === "gap" || type === "new_series"), []);
      }
      for (const client of [...listeners, ...guests]) {
        assertEquals(
          new Set(linesOf(client)).size,
          client.heard.length,
          `${client.name} heard twice`,
        );
      }
      assert(kicked.length > 0);
      for (const victim of kicked) assertHeardNothingAfter(victim);
    });

    Deno.test(`plain members by ${mode} hear all once when nothing is lost, seed ${seed}`, () => {
      const storm = new GroupStorm({ seed: 100 + seed, conditions: MUDDLE, mode });
      const speakers = [storm.client("ada", MEMBER), storm.client("ben", {})];
      const listeners = [
        storm.client("log-1", MEMBER),
        storm.client("log-2", MEMBER),
        storm.client("log-3", {}),
      ];
      assertIn(storm, [...speakers, ...listeners]);
      storm.run(2_000);
      const guests: GroupStormClient[] = [];
      const kicked: KickedClient[] = [];
      const rounds = 60;
      for (let round = 0; round < rounds; round++) {
        for (const { client } of speakers) client.send(textOf(storm, round));
        const victim = comingsAndGoings(storm, round, guests);
        if (victim !== undefined) kicked.push(victim);
        storm.run(storm.random.below(300));
      }
      storm.run(5_000);
      const rest = Array.from({ length: rounds }, (_, round) => `${round}`);
      for (const client of [...speakers, ...listeners]) {
        const expected = speakers.filter(({ name }) => name !== client.name)
          .flatMap(({ name }) => rest.map((number) => `${name} ${number}`));
        assertEquals(linesOf(client).sort(), expected.sort(), client.name);
      }
      // Who leaves may miss what was on its way.
      const staying = guests.filter(({ isIn }) => isIn);
      assert(staying.length > 0);
      for (const { name, heard } of staying) {
        const numbers = heard.map(({ sequence }) => sequence).sort((a, b) => Number(a - b));
        assertEquals(new Set(numbers).size, numbers.length, `${name} heard something twice`);
        const isWhole = numbers.every((number, index) =>
          number === (numbers[0] ?? 0n) + BigInt(index)
        );
        assert(isWhole, `${name} heard ${numbers}`);
      }
      assert(kicked.length > 0);
      for (const victim of kicked) assertHeardNothingAfter(victim);
    });
  }
}

Deno.test("a reliable member that multicast does not reach hears all once and in order", () => {
  const storm = new GroupStorm({ seed: 7, conditions: { ...STORM, loss: 0.1 }, mode: "multicast" });
  const ada = storm.client("ada", RELIABLE_MEMBER);
  const deaf = storm.client("deaf", RELIABLE_MEMBER);
  const log = storm.client("log", RELIABLE_MEMBER);
  assertIn(storm, [ada, deaf, log]);
  storm.network.loses = ({ to }) => storm.isEarOf(deaf, to);
  for (let round = 0; round < 100; round++) {
    ada.client.send(`${round}`);
    storm.run(100);
  }
  storm.run(30_000);
  const expected = Array.from({ length: 100 }, (_, round) => `ada ${round}`);
  assertEquals([linesOf(deaf), linesOf(log)], [expected, expected]);
  const gaveUp = [ada, deaf, log].filter(({ told }) => told.includes("group_unavailable"));
  assertEquals(gaveUp.map(({ name }) => name), ["deaf"]);
});

Deno.test("members kicked in quick succession hear nothing more, and the others hear all", () => {
  for (const mode of MODES) {
    const storm = new GroupStorm({ seed: 9, conditions: MUDDLE, mode });
    const ada = storm.client("ada", MEMBER);
    const log = storm.client("log", MEMBER);
    const victims = Array.from({ length: 12 }, (_, index) => storm.client(`v-${index}`, MEMBER));
    assertIn(storm, [ada, log, ...victims]);
    storm.run(3_000);
    const kicked = victims.map((victim, index) => {
      ada.client.send(`${index}`);
      storm.run(20);
      return kick(storm, victim);
    });
    storm.run(3_000);
    for (const victim of kicked) assertHeardNothingAfter(victim);
    const expected = Array.from({ length: 12 }, (_, index) => `ada ${index}`);
    assertEquals(linesOf(log).sort(), expected.sort(), mode);
  }
});
