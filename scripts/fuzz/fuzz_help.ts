import { DEFAULT_SECONDS } from "./fuzz_options.ts";

/** What is shown of a target. */
export interface ListedTarget {
  readonly name: string;
  readonly about: string;
}

/** What `--help` prints. */
export const FUZZ_HELP = `Usage: deno task fuzz [options]

Makes inputs that are nearly right, and tries hushcast with them: valid sessions, of which one layer
is spoilt and those above it are made whole again, so that what is wrong gets deep. What must hold
of each input is checked; nothing may be thrown, no table may grow past its bound, no message may
come twice or from the wrong one, and whoever keeps to the rules must be served all the while.

Options:
  --seconds N      How long (${DEFAULT_SECONDS})
  --target NAME    Only this target; several can be given
  --process        Fuzz running servers over sockets of this machine, in place of the cores
  --seed N         The first seed; each turn tells it, and by the same seed come the same inputs
  --input FILE     Try one kept input again; needs its --target
  --list           Show the targets
  --help           Show this

The targets take turns, each one at least. Every 10 seconds a line tells how many inputs were tried and how many a
second. An input that fails is made as small as it can be, is kept in
tests/testdata/fuzz/TARGET, and the line that tries it again is printed. Kept inputs are tests from
then on: fix the fault, and leave the file where it is. If an input never ends, it is given up after
a while and kept as well. Ctrl-C ends all at once and tells what was done until then.

Examples:
  deno task fuzz --seconds 600
  deno task fuzz --target relay-session --seed 7
  deno task fuzz --target relay-session --input tests/testdata/fuzz/relay-session/0a1b2c3d.json

Exit codes: 0 nothing failed, 1 something did, 2 wrong usage, 130 interrupted.
`;

/** What `--list` prints. */
export function fuzzList(
  cores: readonly ListedTarget[],
  processes: readonly ListedTarget[],
): string {
  const width = Math.max(...[...cores, ...processes].map(({ name }) => name.length)) + 2;
  const linesOf = (targets: readonly ListedTarget[]) =>
    targets.map(({ name, about }) => `  ${name.padEnd(width)}${about}`);
  return ["Cores:", ...linesOf(cores), "", "With --process:", ...linesOf(processes)].join("\n");
}
