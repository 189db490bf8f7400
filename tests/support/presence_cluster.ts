import { instanceOf, PresenceWorld, sessionOf, type WorldRelay } from "./presence_world.ts";
import { SeededRandom } from "./seeded_random.ts";

/** A client with a name and an instance. */
export const AMY = { sessionId: sessionOf(0xa), name: "amy", instance: instanceOf(0xa) } as const;

/** Some relays that know each other, and where they live. */
export function clusterOf(count: number): { world: PresenceWorld; relays: WorldRelay[] } {
  const world = new PresenceWorld(new SeededRandom(1), { maxDelayMs: 5 });
  const relays = Array.from({ length: count }, () => world.start());
  world.run(1_000);
  return { world, relays };
}

/** A cluster of two relays. */
export function clusterOfTwo(): { world: PresenceWorld; a: WorldRelay; b: WorldRelay } {
  const { world, relays: [a, b] } = clusterOf(2);
  if (a === undefined || b === undefined) throw new Error("No relays");
  return { world, a, b };
}

/** A cluster of three relays. */
export function clusterOfThree(): {
  world: PresenceWorld;
  a: WorldRelay;
  b: WorldRelay;
  c: WorldRelay;
} {
  const { world, relays: [a, b, c] } = clusterOf(3);
  if (a === undefined || b === undefined || c === undefined) throw new Error("No relays");
  return { world, a, b, c };
}
