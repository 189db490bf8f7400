import { type Finding, findingName } from "./finding.ts";
import {
  memoryByMinute,
  type MemorySample,
  type MemorySlope,
  memorySlope,
} from "./memory_slope.ts";
import type { MemoryByMinute } from "./soak_report.ts";

/** The most that memory may grow after warm-up, MiB an hour. */
const MAX_MIB_PER_HOUR = 2;

/**
 * What a process remembers for a time, it remembers for up to 15 minutes: message ids of clients that
 * have gone, points of the dashboard's curve. Until then memory in use has to grow.
 */
const REMEMBERED_MS = 15 * 60_000;

/** Memory is noted every ten seconds: of who was watched for longer than this there are notes. */
const UNNOTED_MS = 30_000;

/** A run this long is judged by its slope alone, where memory is known exactly. */
const LONG_RUN_MINUTES = 30;

/** In a shorter one than this the heap still grows to the size that it keeps: nothing follows from it. */
const SHORT_RUN_MINUTES = 5;

/** How each rule of a slope is told. */
const RULES = {
  "slope": "judged by the slope",
  "lower bound": "judged by the lower bound",
  "none": "not judged, being too short",
} as const;

/** What is known of the memory of a process, from its start on. */
export interface ProcessMemory {
  /** As it says at `/metrics`. */
  readonly resident: readonly MemorySample[];
  /** As it notes by itself; `undefined` where it can't tell. */
  readonly inUse: readonly MemorySample[] | undefined;
}

/**
 * What the memory of a watched process must keep to.
 *
 * @param memory What is known of it.
 * @param warmUpMs What came before this is left out.
 * @param of Its name, when there are several.
 */
export function memoryFindings(
  { resident, inUse }: ProcessMemory,
  warmUpMs: number,
  of = "",
): Finding[] {
  return [
    memoryFinding(findingName("RSS slope MiB/h", of), memorySlope(resident, warmUpMs)),
    inUseFinding(findingName("memory in use MiB/h", of), inUse, {
      warmUpMs,
      watchedMs: resident.at(-1)?.atMs ?? 0,
    }),
  ];
}

function inUseFinding(
  name: string,
  inUse: ProcessMemory["inUse"],
  { warmUpMs, watchedMs }: { readonly warmUpMs: number; readonly watchedMs: number },
): Finding {
  if (inUse === undefined) return unknownFinding(name, "can't be told here");
  if (watchedMs < UNNOTED_MS) return unknownFinding(name, RULES.none);
  const isYoung = watchedMs < REMEMBERED_MS + SHORT_RUN_MINUTES * 60_000;
  const fromMs = isYoung ? warmUpMs : Math.max(warmUpMs, REMEMBERED_MS);
  return memoryFinding(name, memorySlope(inUse, fromMs), { isExact: true, isYoung });
}

function unknownFinding(name: string, note: string): Finding {
  return { name, limit: MAX_MIB_PER_HOUR, measured: "not known", failed: false, note };
}

/**
 * Judges the growth of memory. Resident memory also swings with how what is in use lies scattered, so
 * it breaks the rule when growth beyond the limit is certain. Memory in use is known to the byte: of a
 * long run its slope decides, of a short one the lower bound as well. A run of a few minutes is not
 * judged at all, nor is memory in use while it has to grow; the finding says so.
 *
 * @param name What is looked at.
 * @param slope What was measured; where that is nothing, the rule is broken.
 * @param kind Whether it is memory in use (`isExact`), and still has to grow (`isYoung`).
 */
export function memoryFinding(
  name: string,
  slope: MemorySlope,
  { isExact = false, isYoung = false }: { isExact?: boolean; isYoung?: boolean } = {},
): Finding {
  const { mibPerHour, lowerMibPerHour, upperMibPerHour, measuredMinutes, minima } = slope;
  const rule = isYoung ? "none" : ruleFor(measuredMinutes, isExact);
  const judged = { "slope": mibPerHour, "lower bound": lowerMibPerHour, "none": NaN }[rule];
  const isKept = rule === "none" ? minima > 0 : judged <= MAX_MIB_PER_HOUR;
  const bounds = `95 % within ${lowerMibPerHour.toFixed(1)} to ${upperMibPerHour.toFixed(1)}`;
  const span = `${minima} minima in ${measuredMinutes.toFixed(1)} minutes`;
  return {
    name,
    limit: MAX_MIB_PER_HOUR,
    measured: mibPerHour,
    failed: !isKept,
    note: `${bounds}; ${span}; ${RULES[rule]}`,
  };
}

function ruleFor(minutes: number, isExact: boolean): keyof typeof RULES {
  if (minutes < SHORT_RUN_MINUTES) return "none";
  return isExact && minutes >= LONG_RUN_MINUTES ? "slope" : "lower bound";
}

/** For a report. */
export function memoryMib({ resident, inUse = [] }: ProcessMemory): MemoryByMinute {
  return { resident: memoryByMinute(resident), inUse: memoryByMinute(inUse) };
}
