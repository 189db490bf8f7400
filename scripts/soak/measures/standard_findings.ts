import { type DeliveryTally, faultText } from "./delivery_fault.ts";
import { atMost, type Finding } from "./finding.ts";
import { type MemorySample, type MemorySlope, memorySlope } from "./memory_slope.ts";
import type { MetricsWatch } from "./metrics_watch.ts";

/** The most that memory may grow after warm-up, MiB an hour. */
const MAX_MIB_PER_HOUR = 2;

/** The most that the 99th percentile of event-loop lag may be, milliseconds. */
const MAX_LAG_MS = 100;

/** What else is known of a watched process. */
export interface WatchedProcess {
  /** Its name, when there are several. */
  readonly of?: string;
  /** What it has noted about memory in use; nothing where that can't be told. */
  readonly inUse?: readonly MemorySample[];
}

/** What every watched process must keep to. */
export function processFindings(
  watch: MetricsWatch,
  { of = "", inUse = [] }: WatchedProcess = {},
): Finding[] {
  const named = (name: string) => of === "" ? name : `${of}: ${name}`;
  const lagMs = watch.lagSeconds() * 1000;
  return [
    memoryFinding(named("RSS slope MiB/h"), memorySlope(watch.memory, watch.warmUpMs)),
    ...inUse.length === 0
      ? []
      : [memoryFinding(named("memory in use MiB/h"), memorySlope(inUse, watch.warmUpMs), true)],
    atMost(named("event-loop lag p99 ms"), lagMs, MAX_LAG_MS, "upper bound of its bucket"),
    atMost(named("internal errors"), watch.internalErrors, 0),
    atMost(
      named("failed readings of /metrics"),
      watch.failedReadings,
      0,
      `of ${watch.readings + watch.failedReadings}${reasons(watch.failures)}`,
    ),
  ];
}

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

/**
 * Judges the growth of memory. Resident memory also swings with how what is in use lies scattered, so
 * it breaks the rule when growth beyond the limit is certain. Memory in use is known to the byte: of a
 * long run its slope decides, of a short one the lower bound as well. A run of a few minutes is not
 * judged at all, and the finding says so.
 *
 * @param name What is looked at.
 * @param slope What was measured; where that is nothing, the rule is broken.
 * @param isExact Whether it is memory in use.
 */
export function memoryFinding(name: string, slope: MemorySlope, isExact = false): Finding {
  const { mibPerHour, lowerMibPerHour, upperMibPerHour, measuredMinutes, minima } = slope;
  const rule = ruleFor(measuredMinutes, isExact);
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

/**
 * Judges what was delivered.
 *
 * @param tally What the ledger says, when all has come that can come.
 * @param options Whether order was promised at all.
 */
export function deliveryFindings(
  { lost, doubled, disordered, unsent, untracked, accepted, delivered, faults }: DeliveryTally,
  { ordered = true }: { readonly ordered?: boolean } = {},
): Finding[] {
  const rule = (kind: string, count: number) => {
    const cases = faults.filter((fault) => fault.kind === kind).slice(0, 5).map(faultText);
    return atMost(`messages ${kind}`, count, 0, cases.length === 0 ? undefined : cases.join(", "));
  };
  return [
    rule("lost", lost),
    rule("doubled", doubled),
    ...ordered ? [rule("disordered", disordered)] : [],
    rule("unsent", unsent),
    atMost("gaps without room in the ledger", untracked, 0),
    {
      name: "messages acknowledged and delivered",
      limit: "some",
      measured: `${accepted} and ${delivered}`,
      failed: accepted === 0 || delivered === 0,
    },
  ];
}

function reasons(failures: readonly string[]): string {
  return failures.length === 0 ? "" : `; ${failures.join("; ")}`;
}
