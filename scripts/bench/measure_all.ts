import type { BenchPlan } from "./bench_options.ts";
import { MeasuredRelay } from "./measured_relay.ts";
import type { LoadOutcome } from "./load_job.ts";
import type { Measurement } from "./measurement.ts";
import { canDeliver, type RelayProgram } from "./relay_program.ts";
import { runGenerator } from "./run_generator.ts";
import { type BenchCase, caseLabel } from "./scenarios.ts";

/**
 * Makes all measurements, one after the other, each with a relay and a generator of its own: A B A B
 * in each case, so that whatever else the machine does meets all alike.
 *
 * @param plan What is measured.
 * @param say Is told what comes next.
 * @param signal Ends it, with all that it started.
 * @returns The measurements of one case after the other; those that failed among them.
 * @throws {BenchError} If a relay does not start.
 */
export async function* measureAll(
  plan: BenchPlan,
  say: (line: string) => void,
  signal: AbortSignal,
): AsyncGenerator<{ benchCase: BenchCase; measurements: Measurement[] }, void, void> {
  for (const benchCase of plan.cases) {
    const measurements: Measurement[] = [];
    for (let round = 1; round <= plan.rounds; round++) {
      for (const program of plan.programs) {
        const { letter } = program;
        const name = `${benchCase.scenario}, ${caseLabel(benchCase)}`;
        say(`${name}: relay ${letter}, round ${round} of ${plan.rounds}`);
        const result = await measure(plan, program, benchCase, signal);
        measurements.push({ benchCase, letter, round, result });
      }
    }
    yield { benchCase, measurements };
  }
}

async function measure(
  plan: BenchPlan,
  program: RelayProgram,
  { delivery, load }: BenchCase,
  signal: AbortSignal,
): Promise<LoadOutcome> {
  if (!canDeliver(program, delivery)) {
    return { outcome: "unsupported", reason: "its command has no {delivery}" };
  }
  signal.throwIfAborted();
  await using relay = await MeasuredRelay.start(program, delivery, signal);
  const { seconds, warmUpSeconds, groupSockets } = plan;
  const settings = { delivery, seconds, warmUpSeconds, groupSockets, load };
  return await runGenerator({ relay: relay.endpoint, relayPid: relay.pid, ...settings }, signal);
}
