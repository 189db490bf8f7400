import {
  CLUSTER_SCENARIO_NAMES,
  CLUSTER_SCENARIOS,
  CLUSTER_SETTING_NAMES,
  CLUSTER_SETTINGS,
} from "./cluster_cases.ts";

/** What a reader of the figures has to know. */
export const CLUSTER_NOTES: readonly string[] = [
  "Relays, NATS servers and one process with all clients share this machine: messages a second are " +
  "what the machine does, not what relays on machines of their own would do. Processor time a " +
  "message holds all the same.",
  "relay 1, relay 2, relay 3 and NATS are microseconds of processor time for each message said " +
  "anywhere in the cluster, all NATS servers together; busiest is that NATS server which took most. " +
  "us/deliv is the time of all relays, also of those beyond the third, for each copy that they sent.",
  ...Deno.build.os === "linux" ? [] : [
    "This system has no /proc: processor time and memory are left out.",
  ],
];

const LIST_WIDTH = 15;

/** What `--list` prints. */
export const CLUSTER_LIST = [
  "Scenarios:",
  ...CLUSTER_SCENARIO_NAMES.map((name) => line(name, CLUSTER_SCENARIOS[name].about)),
  "",
  "Settings:",
  ...CLUSTER_SETTING_NAMES.map((name) => line(name, CLUSTER_SETTINGS[name].about)),
].join("\n");

/** What `--help` prints. */
export const CLUSTER_HELP = `Usage: deno task bench:cluster [options]

Measures relays with each kind of history, and relays that work as one, in processes of their own on
127.0.0.1: throughput, latency, processor time, memory. Needs nats-server. All settings of a load are
measured in turn, round by round; the median counts.

Options:
  --scenario NAME   Only this scenario; several can be given
  --setting NAME    Only this setting; several can be given
  --receivers N     N receivers in place of what the scenario has
  --senders N       N senders
  --bytes B         Messages of B bytes
  --rate N          N messages a second, all senders together
  --rounds N        How often each is measured (3)
  --seconds S       How long each measurement takes (3), after a second to warm up
  --quick           Small and short: to see that all works, not for figures
  --json            Print JSON: every measurement, and medians
  --list            Show scenarios and settings
  --help            Show this

Without a rate a message leaves whenever an earlier one has come to all receivers: 8 of each sender
are under way, 64 at most. Latency is then mostly the wait behind the others.

Exit codes: 0 all is measured, 1 something could not be measured, 2 wrong usage, 130 interrupted.
`;

function line(name: string, about: string): string {
  return `  ${name.padEnd(LIST_WIDTH)}${about}`;
}
