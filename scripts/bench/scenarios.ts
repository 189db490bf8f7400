import { DELIVERIES, type Delivery, type Load } from "./load_job.ts";

/** One thing that is measured. */
export interface BenchCase {
  readonly scenario: ScenarioName;
  readonly delivery: Delivery;
  readonly load: Load;
}

/** How much is done: for figures that are to be published, or only to see that all works. */
export type Scale = "full" | "quick";

/** What sets the cases of a scenario apart, and what it is about. */
interface Scenario {
  readonly about: string;
  cases(scale: Scale): readonly Omit<BenchCase, "scenario">[];
}

const MESSAGE_BYTES = 256;

/** Every scenario, in the order in which they run. */
export const SCENARIOS = {
  "fan-out": {
    about: "As many messages as get through: N receivers, sizes, and ways of delivery",
    cases: (scale) =>
      DELIVERIES.flatMap((delivery) =>
        (scale === "quick" ? [1, 10] : [1, 10, 50, 200]).flatMap((receivers) =>
          (scale === "quick" ? [256] : [64, 256, 1_024]).map((bytes) => ({
            delivery,
            load: { kind: "fan-out", receivers, bytes } as const,
          }))
        )
      ),
  },
  ingest: {
    about: "As many messages as get through from one sender to one receiver",
    cases: () => [{
      delivery: "per-recipient",
      load: { kind: "fan-out", receivers: 1, bytes: MESSAGE_BYTES },
    }],
  },
  paced: {
    about: "1,000 messages a second to 10 receivers: latency",
    cases: (scale) => eachDelivery(10, scale === "quick" ? 200 : 1_000),
  },
  registrations: {
    about: "As many registrations as get through; each client leaves at once",
    cases: () => [{ delivery: "per-recipient", load: { kind: "registrations" } }],
  },
  idle: {
    about: "10,000 clients that only keep themselves alive: memory",
    cases: (scale) => [{
      delivery: "per-recipient",
      load: scale === "quick"
        ? { kind: "idle", receivers: 100, holdSeconds: 0.5 }
        : { kind: "idle", receivers: 10_000, holdSeconds: 15 },
    }],
  },
  large: {
    about: "One message of 1 MiB after the other",
    cases: (scale) =>
      (scale === "quick" ? [1] : [1, 10]).map((receivers) => ({
        delivery: "per-recipient",
        load: { kind: "large", receivers, bytes: scale === "quick" ? 1 << 16 : 1 << 20 },
      })),
  },
  reliable: {
    about: "200 messages a second to 10 receivers with reliable delivery, at 0 and 5 % loss",
    cases: () =>
      [0, 5].map((lossPercent) => ({
        delivery: "per-recipient",
        load: {
          ...{ kind: "reliable", receivers: 10, bytes: MESSAGE_BYTES },
          ...{ perSecond: 200, lossPercent },
        },
      })),
  },
  churn: {
    about: "Latency of 200 messages a second while 150 clients a second register and leave",
    cases: (scale) => eachDelivery(10, 200, { perSecond: scale === "quick" ? 20 : 150, stayMs: 0 }),
  },
  crowd: {
    about: "Latency of messages to 1,000 clients while 50 a second join, and 50 a second leave",
    cases: (scale) =>
      DELIVERIES.map((delivery) => ({
        delivery,
        load: {
          ...{ kind: "paced", receivers: scale === "quick" ? 20 : 1_000, bytes: MESSAGE_BYTES },
          perSecond: CROWD_RATES[delivery],
          visitors: { perSecond: scale === "quick" ? 10 : 50, stayMs: 1_000 },
        },
      })),
  },
} as const satisfies Record<string, Scenario>;

/** Messages a second: what one core can send and one can receive, a datagram a delivery. */
const CROWD_RATES: Readonly<Record<Delivery, number>> = {
  "per-recipient": 10,
  "group-unicast": 10,
  "group-multicast": 100,
};

/** Name of a scenario. */
export type ScenarioName = keyof typeof SCENARIOS;

/** Every name, in the order in which they run. */
export const SCENARIO_NAMES: readonly ScenarioName[] = Object.keys(SCENARIOS).filter(
  isScenarioName,
);

/** Whether a word is the name of a scenario. */
export function isScenarioName(word: string): word is ScenarioName {
  return Object.hasOwn(SCENARIOS, word);
}

/** Which of all cases are wanted; an empty list wants all. */
export interface CaseFilter {
  readonly scenarios: readonly ScenarioName[];
  readonly receivers: readonly number[];
  readonly bytes: readonly number[];
  readonly deliveries: readonly Delivery[];
}

/**
 * The cases that are wanted, in the order in which they run.
 *
 * @param filter What is wanted; a case without receivers or bytes is left out when those are named.
 * @param scale How much is done.
 */
export function selectCases(filter: CaseFilter, scale: Scale): BenchCase[] {
  const { scenarios, receivers, bytes, deliveries } = filter;
  return SCENARIO_NAMES
    .filter((scenario) => isWanted(scenarios, scenario))
    .flatMap((scenario) => {
      const cases: readonly Omit<BenchCase, "scenario">[] = SCENARIOS[scenario].cases(scale);
      return cases.map((each) => ({ scenario, ...each }));
    })
    .filter(({ delivery }) => isWanted(deliveries, delivery))
    .filter(({ load }) => isWanted(receivers, "receivers" in load ? load.receivers : undefined))
    .filter(({ load }) => isWanted(bytes, "bytes" in load ? load.bytes : undefined));
}

/** What a case is called in tables, without its scenario. */
export function caseLabel({ delivery, load }: BenchCase): string {
  const parts: string[] = [];
  if ("receivers" in load) parts.push(`N=${load.receivers}`);
  if ("bytes" in load) parts.push(`${load.bytes} B`);
  if ("perSecond" in load) parts.push(`${load.perSecond}/s`);
  if (load.kind === "reliable") parts.push(`loss ${load.lossPercent} %`);
  return [...parts, delivery].join(", ");
}

function isWanted<Item>(wanted: readonly Item[], item: Item | undefined): boolean {
  return wanted.length === 0 || (item !== undefined && wanted.includes(item));
}

function eachDelivery(
  receivers: number,
  perSecond: number,
  visitors?: { readonly perSecond: number; readonly stayMs: number },
): Omit<BenchCase, "scenario">[] {
  const load = { kind: "paced", receivers, bytes: MESSAGE_BYTES, perSecond } as const;
  return DELIVERIES.map((delivery) => ({
    delivery,
    load: visitors === undefined ? load : { ...load, visitors },
  }));
}
