import { type DeliveryTally, faultText } from "./delivery_fault.ts";
import { atMost, type Finding, findingName } from "./finding.ts";
import type { MetricsWatch } from "./metrics_watch.ts";

/** The most that the 99th percentile of event-loop lag may be, milliseconds. */
const MAX_LAG_MS = 100;

/**
 * What every watched process must keep to; its memory is judged by `memoryFindings`.
 *
 * @param watch What it said at `/metrics`.
 * @param of Its name, when there are several.
 */
export function processFindings(watch: MetricsWatch, of = ""): Finding[] {
  const named = (name: string) => findingName(name, of);
  const lagMs = watch.lagSeconds() * 1000;
  return [
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
