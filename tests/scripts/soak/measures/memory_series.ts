import type { MemorySample } from "../../../../scripts/soak/measures/memory_slope.ts";
import { SeededRandom } from "../../../support/seeded_random.ts";

const MIB = 1024 ** 2;

/** A sample a second; `mib` tells the memory by the time in hours. */
export function series(
  minutes: number,
  mib: (hours: number, second: number) => number,
): MemorySample[] {
  return Array.from({ length: minutes * 60 + 1 }, (_, second) => ({
    atMs: second * 1000,
    bytes: mib(second / 3600, second) * MIB,
  }));
}

/** Evenly between 0 and `mib`. */
export function noise(seed: number, mib: number): () => number {
  const random = new SeededRandom(seed);
  return () => mib * random.uint32() / 2 ** 32;
}
