/** How much memory a process had at a moment. */
export interface MemorySample {
  /** Since the run began, milliseconds. */
  readonly atMs: number;
  readonly bytes: number;
}

/** What the memory of a process tends to. */
export interface MemorySlope {
  /** MiB an hour; NaN when there was too little to go by. */
  readonly mibPerHour: number;
  /** Bounds between which it lies with 95 % confidence. */
  readonly lowerMibPerHour: number;
  readonly upperMibPerHour: number;
  /** How long was measured after warm-up, minutes. */
  readonly measuredMinutes: number;
  /** How many minima it goes by. */
  readonly minima: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const BYTES_PER_MIB = 1024 ** 2;

/**
 * Parts that a run is cut into. What bursts leave goes within minutes, so that the minima of single
 * minutes depend on each other, and bounds by them would promise too much; fewer parts than these
 * would make the bounds meaningless.
 */
const PARTS = 12;

/** With fewer minima there are no bounds of 95 %: even strictly rising ones could be chance. */
const LEAST_MINIMA = 5;

/** Of the normal distribution, for 95 % on both sides together. */
const Z_95 = 1.959964;

/**
 * Works out how fast memory grows: the slope by Theil and Sen, the median of the slopes between all
 * pairs, of the least memory of each twelfth of the time. The minimum leaves out what a garbage
 * collector has yet to collect; the median bears outliers, such as a burst. The bounds are those of
 * Sen (1968), by the variance of Kendall's S with its correction for ties.
 *
 * @param samples In order of time, as many as there are.
 * @param warmUpMs What came before this is left out.
 */
export function memorySlope(samples: readonly MemorySample[], warmUpMs: number): MemorySlope {
  const measured = samples.filter(({ atMs }) => atMs >= warmUpMs);
  const spanMs = (measured.at(-1)?.atMs ?? 0) - (measured[0]?.atMs ?? 0);
  const measuredMinutes = spanMs / MINUTE_MS;
  const minima = minimaOf(measured, spanMs / PARTS);
  const about = { measuredMinutes, minima: minima.length };
  if (minima.length < LEAST_MINIMA) {
    return { mibPerHour: NaN, lowerMibPerHour: NaN, upperMibPerHour: NaN, ...about };
  }
  const slopes = pairwiseSlopes(minima);
  const reach = Z_95 * Math.sqrt(kendallVariance(minima));
  // Ranks counted from 1, as in the paper; between two of them the line is drawn straight.
  const lower = valueAt(slopes, (slopes.length - reach) / 2 - 1);
  const upper = valueAt(slopes, (slopes.length + reach) / 2);
  return {
    mibPerHour: valueAt(slopes, (slopes.length - 1) / 2),
    lowerMibPerHour: lower,
    upperMibPerHour: upper,
    ...about,
  };
}

/** The least memory of each minute, MiB to a tenth. @param samples In order of time. */
export function memoryByMinute(samples: readonly MemorySample[]): number[] {
  return minimaOf(samples, MINUTE_MS).map(({ bytes }) =>
    Math.round(bytes / BYTES_PER_MIB * 10) / 10
  );
}

/** The sample with the least memory in each part of the time. */
function minimaOf(samples: readonly MemorySample[], partMs: number): MemorySample[] {
  const beginMs = samples[0]?.atMs ?? 0;
  const minima: MemorySample[] = [];
  let part = -1;
  for (const sample of samples) {
    // The very last moment ends the last part, and is none of its own.
    const passedMs = sample.atMs - beginMs;
    const isLast = sample === samples.at(-1);
    const index = partMs > 0 ? Math.floor(passedMs / partMs) - Number(isLast && passedMs > 0) : 0;
    const least = minima.at(-1);
    if (index > part || least === undefined) minima.push(sample);
    else if (sample.bytes < least.bytes) minima[minima.length - 1] = sample;
    part = Math.max(part, index);
  }
  return minima;
}

/** Rising, MiB an hour. */
function pairwiseSlopes(samples: readonly MemorySample[]): Float64Array {
  const slopes: number[] = [];
  samples.forEach((from, index) => {
    for (const to of samples.slice(index + 1)) {
      const hours = (to.atMs - from.atMs) / HOUR_MS;
      if (hours > 0) slopes.push((to.bytes - from.bytes) / BYTES_PER_MIB / hours);
    }
  });
  return Float64Array.from(slopes).sort();
}

function kendallVariance(samples: readonly MemorySample[]): number {
  const ties = new Map<number, number>();
  for (const { bytes } of samples) ties.set(bytes, (ties.get(bytes) ?? 0) + 1);
  const term = (count: number) => count * (count - 1) * (2 * count + 5);
  const tied = [...ties.values()].reduce((sum, count) => sum + term(count), 0);
  return Math.max(0, term(samples.length) - tied) / 18;
}

function valueAt(sorted: Float64Array, position: number): number {
  const index = Math.min(sorted.length - 1, Math.max(0, position));
  const below = sorted[Math.floor(index)] ?? NaN;
  const above = sorted[Math.ceil(index)] ?? NaN;
  return below + (above - below) * (index - Math.floor(index));
}
