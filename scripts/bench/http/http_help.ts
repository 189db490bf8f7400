import { HTTP_SCENARIO_NAMES, HTTP_SCENARIOS } from "./http_cases.ts";

/** What a reader of the figures has to know. */
export const HTTP_NOTES: readonly string[] = [
  "CPU is user and system time of the relay's process, in top that of top: percent of one core, or " +
  "milliseconds. RSS is the memory of the same process. Means of all rounds.",
  ...Deno.build.os === "linux" ? [] : [
    "This system has no /proc: processor time and memory are left out.",
  ],
];

const LIST_WIDTH = 8;

/** What `--list` prints. */
export const HTTP_LIST = HTTP_SCENARIO_NAMES.map((name) =>
  `${name.padEnd(LIST_WIDTH)}${HTTP_SCENARIOS[name].about}\n`
).join("");

/** What `--help` prints. */
export const HTTP_HELP = `Usage: deno task bench:http [options]

Measures what it costs to watch a relay, in processes of their own on
127.0.0.1: --http itself, a scrape of /metrics, a reader of /events, the
dashboard's page, and hushcast top. All of it takes about ten minutes.

Options:
  --scenario NAME  Only this scenario; several can be given
  --clients N      N clients in place of what the scenario has, 10000 at most
  --rounds N       How often each is measured (3); the mean counts
  --seconds S      How long each measurement takes (10), after two to warm up
  --quick          Small and short: to see that all works, not for figures
  --json           Print JSON: every measurement, means and differences
  --list           Show the scenarios
  --help           Show this

Examples:
  deno task bench:http --quick
  deno task bench:http --scenario events --clients 1000 --rounds 10

Every client sends a keep-alive between two lists of clients, so each list has
news of all of them. Up to 1,000 clients a relay makes a list each second, with
10,000 one in ten seconds. events takes whole updates, two at least, and scrape
takes 300 requests a round, whatever --seconds says.

The system counts processor time in steps of 10 ms: in ten seconds 0.1 % of a
core. Where a difference is small beside what it is taken from, more --rounds
bring it out of the noise; --json has every round, which shows how far they lie
apart.

page needs chromium, top needs script of util-linux; without them they are left
out. 10,000 clients need as many sockets: see ulimit -n.

Exit codes: 0 all is measured that can be here, 1 a relay did not start or
something could not be measured, 2 wrong usage, 130 interrupted.
`;
