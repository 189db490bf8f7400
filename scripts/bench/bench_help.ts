import { wrapText } from "../../src/cli/wrap_text.ts";
import { DELIVERIES } from "./load_job.ts";
import { type BenchCase, SCENARIO_NAMES, SCENARIOS } from "./scenarios.ts";

const MULTICAST_NOTE =
  "group-multicast: all receivers of this machine share one socket, unless --group-sockets says " +
  "otherwise, for with one each the system would charge the sender for the copies that on a real " +
  "network the switch makes. A message that arrives there counts as a delivery to each receiver.";

const PROC_NOTE = "This system has no /proc: processor time and memory are left out.";

/** What a reader of the figures of these cases has to know. */
export function notesFor(cases: readonly BenchCase[]): string[] {
  const isMulticast = cases.some(({ delivery }) => delivery === "group-multicast");
  return [
    ...isMulticast ? [MULTICAST_NOTE] : [],
    ...Deno.build.os === "linux" ? [] : [PROC_NOTE],
  ];
}

/** What `--list` prints. */
export const BENCH_LIST = SCENARIO_NAMES.map((name) =>
  `${name.padEnd(15)}${SCENARIOS[name].about}\n`
).join("");

/** What `--help` prints. */
export const BENCH_HELP = `Usage: deno task bench [options]

Measures relays in processes of their own on 127.0.0.1: throughput, processor time, latency, loss
and memory. One process holds all clients, so two processors are enough.

Options:
  --relay COMMAND     Measure the relay that COMMAND starts; several are measured in turn, A B A B.
                      "this" is the relay of this checkout, which is measured by default
  --rounds N          How often each is measured (2 with several relays, else 1); the median counts
  --scenario NAME     Only this scenario; several can be given
  --receivers N       Only cases with N receivers; several can be given
  --bytes B           Only cases with messages of B bytes; several can be given
  --delivery D        Only ${DELIVERIES.join(", ")}; several can be given
  --seconds S         How long each measurement takes (3), after a second to warm up
  --group-sockets K   Sockets that share the receivers of group-multicast (1)
  --quick             Small and short: to see that all works, not for figures
  --json              Print JSON: every measurement, medians and ratios
  --list              Show the scenarios
  --help              Show this

A COMMAND is split as a shell does, but nothing in it is replaced save {state}, a directory of its
own, and {delivery}: off, unicast or multicast. One without {delivery} is measured per recipient
only. Paths in it are seen from the folder of deno.json when deno task runs it. The relay
must print "hushcast relay ready udp=HOST:PORT ..." on standard output, and the command must be the
relay itself (use exec in a shell), since its process is what is measured.

Ratios are against the relay given last; where that one knows no group delivery, against what it
did per recipient. A relay that lacks what a scenario needs is left out there.

Latency is from sending to receiving in the same process, with what that process needs to read
everything that came before. In fan-out and ingest it is mostly the wait behind the other messages
under way. "load CPU%" near 100 says that not the relay was the limit; CPU times hold all the same.

${wrapText(MULTICAST_NOTE, 100).join("\n")}

Exit codes: 0 all is measured, 1 a relay did not start or something could not be measured, 2 wrong
usage, 130 interrupted.
`;
