import { runJob } from "../run_generator.ts";
import { type HttpCase, httpCaseLabel } from "./http_cases.ts";
import type { HttpJob, HttpOutcome } from "./http_job.ts";
import type { HttpPlan } from "./http_options.ts";
import { WatchedRelay } from "./watched_relay.ts";

const GENERATOR = new URL("http_generator.ts", import.meta.url);

/**
 * Makes all measurements of a case.
 *
 * @param plan How often and how long.
 * @param httpCase The case.
 * @param say Is told what comes next.
 * @param signal Ends it, with all that it started.
 * @throws {BenchError} If a relay does not start.
 */
export async function measureHttpCase(
  plan: HttpPlan,
  httpCase: HttpCase,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<HttpOutcome[]> {
  if (httpCase.scenario === "idle") return await measureIdleInTurn(plan, say, signal);
  say(`${httpCase.scenario}, ${httpCaseLabel(httpCase)}`);
  return [await measure({ ...plan, httpCase }, { hasHttp: true }, signal)];
}

/** A B A B, a new relay each time: whatever else the machine does meets both alike. */
async function measureIdleInTurn(
  plan: HttpPlan,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<HttpOutcome[]> {
  const outcomes: HttpOutcome[] = [];
  for (let round = 1; round <= plan.rounds; round++) {
    for (const hasHttp of [false, true]) {
      say(`idle, ${hasHttp ? "with" : "without"} --http, round ${round} of ${plan.rounds}`);
      const settings = { ...plan, rounds: 1, httpCase: { scenario: "idle" } } as const;
      outcomes.push(await measure(settings, { hasHttp }, signal));
    }
  }
  return outcomes;
}

async function measure(
  { httpCase, rounds, seconds, warmUpSeconds }: Omit<HttpJob, "relay" | "directory">,
  { hasHttp }: { readonly hasHttp: boolean },
  signal: AbortSignal,
): Promise<HttpOutcome> {
  signal.throwIfAborted();
  await using watched = await WatchedRelay.start({ hasHttp }, signal);
  const { relay, directory } = watched;
  const job: HttpJob = { relay, directory, httpCase, rounds, seconds, warmUpSeconds };
  return await runJob<HttpOutcome>(GENERATOR, job, signal);
}
