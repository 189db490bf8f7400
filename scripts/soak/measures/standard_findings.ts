import { type DeliveryTally, faultText } from "./delivery_fault.ts";
import { atMost, type Finding } from "./finding.ts";
import type { MemorySlope } from "./memory_slope.ts";
import type { MetricsWatch } from "./metrics_watch.ts";

/** The most that memory may grow after warm-up, MiB an hour. */
const MAX_MIB_PER_HOUR = 2;

/** The most that the 99th percentile of event-loop lag may be, milliseconds. */
const MAX_LAG_MS = 100;

/** What every watched process must keep to. @param of Its name, when there are several. */
export function processFindings(watch: MetricsWatch, of = ""): Finding[] {
  const named = (name: string) => of === "" ? name : `${of}: ${name}`;
  const lagMs = watch.lagSeconds() * 1000;
  return [
    memoryFinding(watch.memorySlope(), named("RSS slope MiB/h")),
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

/** How each rule of a slope is told. */
const RULES = {
  "slope": "judged by the slope",
  "lower bound": "judged by the lower bound, being short",
  "none": "not judged, being too short",
} as const;

/**
 * Judges the growth of memory: of a long run by its slope; of a short one only when growth beyond
 * the limit is certain, since a slope over minutes is mostly noise; of one of a few minutes not at
 * all, and the finding says so.
 *
 * @param slope What was measured; where that is nothing, the rule is broken.
 */
export function memoryFinding(slope: MemorySlope, name = "RSS slope MiB/h"): Finding {
  const { mibPerHour, lowerMibPerHour, upperMibPerHour, measuredMinutes, minima, rule } = slope;
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
