import type { SoakTarget } from "./soak_target.ts";

/** What `--help` prints. @param targets What can be soaked; the first is the default. */
export function soakHelp(targets: readonly [SoakTarget, ...SoakTarget[]]): string {
  const width = Math.max(...targets.map(({ name }) => name.length));
  const lines = targets.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`);
  return `Usage: deno task soak [OPTIONS]

Runs a real system under strain for long: clients that talk, come, go, roam, lose
their network and crash, large messages, control connections that don't read, and
attackers. It fails if an acknowledged message is lost or comes twice, if memory
grows, if the event loop lags, or if the system counts an error of its own.
All traffic stays on this machine.

Options:
  --minutes N    How long each target runs [default: 60]
  --target NAME  What runs; may be given several times [default: ${targets[0].name}]
  --clients N    How many clients [default: 200]
  --seed N       What all chances are drawn from [default: another one each time]
  --json FILE    Write the reports as JSON too
  --keep DIR     Keep histories and logs in this directory
  -h, --help     Show this

Targets:
${lines.join("\n")}

Progress goes to standard error, a line a minute; the reports to standard output.

Exit codes:
  0    every rule was kept
  1    a rule was broken
  2    wrong usage
  130  interrupted; what was run until then is reported
`;
}
