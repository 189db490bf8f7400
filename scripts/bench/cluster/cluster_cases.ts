/** Where messages are kept, and how many relays share that. */
export interface ClusterSetting {
  readonly about: string;
  readonly relays: number;
  readonly history: "memory" | "sqlite" | "nats";
  /** NATS servers, each of which holds the stream; 0 without NATS. */
  readonly servers: number;
}

/** Every setting, in the order in which they are measured. */
export const CLUSTER_SETTINGS = {
  memory: { about: "one relay, history in memory", relays: 1, history: "memory", servers: 0 },
  sqlite: { about: "one relay, history in a file", relays: 1, history: "sqlite", servers: 0 },
  "nats-1": { about: "one relay, one NATS server", relays: 1, history: "nats", servers: 1 },
  "nats-2": { about: "two relays, one NATS server", relays: 2, history: "nats", servers: 1 },
  "nats-3": { about: "three relays, one NATS server", relays: 3, history: "nats", servers: 1 },
  "nats-10": { about: "ten relays, one NATS server", relays: 10, history: "nats", servers: 1 },
  "nats-3-r3": {
    about: "three relays, three NATS servers that hold the stream each",
    relays: 3,
    history: "nats",
    servers: 3,
  },
} as const satisfies Record<string, ClusterSetting>;

/** Name of a setting. */
export type ClusterSettingName = keyof typeof CLUSTER_SETTINGS;

/** Every name, in the order in which they are measured. */
export const CLUSTER_SETTING_NAMES: readonly ClusterSettingName[] = Object.keys(CLUSTER_SETTINGS)
  .filter(isClusterSettingName);

/** Whether a word is the name of a setting. */
export function isClusterSettingName(word: string): word is ClusterSettingName {
  return Object.hasOwn(CLUSTER_SETTINGS, word);
}

/** What clients do. */
export interface ClusterLoad {
  readonly senders: number;
  /** Those that only receive; all relays together. */
  readonly receivers: number;
  /** Length of a message. */
  readonly bytes: number;
  /**
   * `spread`: senders and receivers at all relays alike. `apart`: senders at the first, receivers at
   * the last, so that what either costs can be told apart.
   */
  readonly placement: "spread" | "apart";
  /** Messages a second of all senders together; without it as many as get through. */
  readonly perSecond?: number;
}

/** A setting, and what is done to it. */
export interface ClusterCase {
  readonly scenario: ClusterScenarioName;
  readonly setting: ClusterSettingName;
  readonly load: ClusterLoad;
}

/** How much is done: for figures that are to be published, or only to see that all works. */
export type ClusterScale = "full" | "quick";

interface ClusterScenario {
  readonly about: string;
  readonly settings: readonly ClusterSettingName[];
  loads(scale: ClusterScale): readonly ClusterLoad[];
}

const BYTES = 256;

/** Messages a second, so few that each is work of its own for all that it passes. */
const SLOW = 100;

const CROWD = { senders: 6, receivers: 60, bytes: BYTES, placement: "spread" } as const;
const SMALL_CROWD = { ...CROWD, senders: 3, receivers: 6 } as const;

/** Every scenario, in the order in which they run. */
export const CLUSTER_SCENARIOS = {
  capacity: {
    about: "As many messages as get through, from 6 senders to 60 receivers at all relays",
    settings: CLUSTER_SETTING_NAMES,
    loads: (scale) => [scale === "quick" ? SMALL_CROWD : CROWD],
  },
  paced: {
    about: "The same crowd at fixed rates: latency",
    settings: ["memory", "sqlite", "nats-1", "nats-2", "nats-3", "nats-3-r3"],
    loads: (scale) =>
      scale === "quick"
        ? [{ ...SMALL_CROWD, perSecond: 50 }]
        : [50, 200].map((perSecond) => ({ ...CROWD, perSecond })),
  },
  parts: {
    about: "Senders at one relay, receivers at the other: what each part of the work costs",
    settings: ["memory", "sqlite", "nats-2", "nats-3-r3"],
    loads: (scale) => {
      const apart = { ...CROWD, placement: "apart" } as const;
      const one = { ...apart, receivers: 1 };
      if (scale === "quick") return [one];
      const sizes = [64, BYTES, 700].map((bytes) => ({ ...one, bytes }));
      return [...sizes, apart, { ...one, senders: 1, perSecond: SLOW }];
    },
  },
  senders: {
    about: "As many messages as get through to 3 receivers, from 1, 4, 16 and 64 senders",
    settings: ["memory", "sqlite", "nats-1", "nats-3", "nats-3-r3"],
    loads: (scale) =>
      (scale === "quick" ? [4] : [1, 4, 16, 64]).map((senders) => ({
        ...{ senders, receivers: 3, bytes: BYTES, placement: "spread" as const },
      })),
  },
} as const satisfies Record<string, ClusterScenario>;

/** Name of a scenario. */
export type ClusterScenarioName = keyof typeof CLUSTER_SCENARIOS;

/** Every name, in the order in which they run. */
export const CLUSTER_SCENARIO_NAMES: readonly ClusterScenarioName[] = Object.keys(CLUSTER_SCENARIOS)
  .filter(isClusterScenarioName);

/** Whether a word is the name of a scenario. */
export function isClusterScenarioName(word: string): word is ClusterScenarioName {
  return Object.hasOwn(CLUSTER_SCENARIOS, word);
}

/** Which cases are wanted. */
export interface ClusterCaseFilter {
  /** None for all. */
  readonly scenarios: readonly ClusterScenarioName[];
  /** None for all. */
  readonly settings: readonly ClusterSettingName[];
  /** In place of what the scenario has. */
  readonly receivers: number | undefined;
  readonly senders: number | undefined;
  readonly bytes: number | undefined;
  readonly perSecond: number | undefined;
}

/**
 * The cases that are wanted, in the order in which they run: all settings side by side, so that each
 * load is measured with all of them one after the other.
 *
 * @param filter What is wanted.
 * @param scale How much is done.
 */
export function selectClusterCases(filter: ClusterCaseFilter, scale: ClusterScale): ClusterCase[] {
  return CLUSTER_SCENARIO_NAMES
    .filter((name) => filter.scenarios.length === 0 || filter.scenarios.includes(name))
    .flatMap((scenario) => {
      const { settings, loads }: ClusterScenario = CLUSTER_SCENARIOS[scenario];
      const wanted = settings.filter((name) =>
        filter.settings.length === 0 || filter.settings.includes(name)
      );
      return distinct(loads(scale).map((load) => withWishes(load, filter)))
        .flatMap((load) => wanted.map((setting) => ({ scenario, setting, load })));
    });
}

/** What a load is called in tables. */
export function clusterLoadLabel({ senders, receivers, bytes, perSecond }: ClusterLoad): string {
  const rate = perSecond === undefined ? [] : [`${perSecond}/s`];
  return [`${senders} to ${receivers}`, `${bytes} B`, ...rate].join(", ");
}

function withWishes(load: ClusterLoad, wishes: ClusterCaseFilter): ClusterLoad {
  const perSecond = wishes.perSecond ?? load.perSecond;
  return {
    senders: wishes.senders ?? load.senders,
    receivers: wishes.receivers ?? load.receivers,
    bytes: wishes.bytes ?? load.bytes,
    placement: load.placement,
    ...perSecond !== undefined && { perSecond },
  };
}

/** Wishes can make loads alike that the scenario tells apart. */
function distinct(loads: readonly ClusterLoad[]): ClusterLoad[] {
  return [...new Map(loads.map((load) => [JSON.stringify(load), load])).values()];
}
