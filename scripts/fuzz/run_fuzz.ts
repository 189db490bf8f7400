import { relative } from "node:path";
import type { FuzzTurns } from "./core_turns.ts";
import { MAX_SEED } from "./fuzz_options.ts";
import { FuzzTally } from "./fuzz_tally.ts";
import type { FuzzFailure } from "./fuzz_turn.ts";
import { keepInput } from "./kept_inputs.ts";

/** How long a target of weight 1 is fuzzed before it is the next one's turn, milliseconds. */
const TURN_MS = 2_000;

/** How often progress is told, milliseconds. */
const PROGRESS_MS = 10_000;

/** A target that failed so often rests for the rest of the run. */
const MAX_FAILURES = 5;

/** What of a target the run has to know. */
export interface RunTarget {
  readonly name: string;
  /** Its share of the time beside the others'; 1 if left out. */
  readonly weight?: number;
}

/** What a run is made of. */
export interface FuzzRun {
  readonly targets: readonly RunTarget[];
  readonly turns: FuzzTurns;
  readonly seconds: number;
  /** The first seed of each target. */
  readonly seed: number;
  /** Folder of all kept inputs. */
  readonly folder: string;
  /** Words of the command line that choose the same kind of targets, as `--process`. */
  readonly flags: readonly string[];
  /** Takes a line for people. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Goes round the targets until time is up, and keeps what fails.
 *
 * @returns The exit code: 0 when nothing failed, 1 when something did, 130 when it was interrupted.
 */
export async function runFuzz(run: FuzzRun): Promise<number> {
  const { targets, seed, seconds, say, signal } = run;
  const tally = new FuzzTally(targets.map(({ name }) => name));
  say(`${targets.length} targets, ${seconds} seconds, from seed ${seed} on`);
  try {
    await goRound(run, tally);
  } catch (error) {
    // Whatever was under way may have failed of that.
    if (!signal.aborted) throw error;
  }
  for (const line of tally.report()) say(line);
  if (signal.aborted) return 130;
  say(tally.failures === 0 ? "nothing failed" : `${tally.failures} failed`);
  return tally.failures === 0 ? 0 : 1;
}

async function goRound(run: FuzzRun, tally: FuzzTally): Promise<void> {
  const { targets, turns, seconds, say, signal } = run;
  const untilMs = performance.now() + seconds * 1_000;
  const seeds = new Map(targets.map(({ name }) => [name, run.seed]));
  const faults = new Set<string>();
  let tellAtMs = performance.now() + PROGRESS_MS;
  // So that each has its turn in a short run as well.
  const turnMs = Math.min(TURN_MS, seconds * 1_000 / Math.max(1, targets.length));
  for (let round = 0; round === 0 || performance.now() < untilMs; round++) {
    const awake = targets.filter(({ name }) => tally.failuresOf(name) < MAX_FAILURES);
    if (awake.length === 0) return;
    for (const { name, weight = 1 } of awake) {
      const beginMs = performance.now();
      // The first round is made to its end: a busy machine may take long to begin.
      if (round > 0 && beginMs >= untilMs) return;
      const forMs = Math.max(0, Math.min(turnMs * weight, untilMs - beginMs));
      const result = await turns.take(name, seeds.get(name) ?? run.seed, forMs, signal);
      seeds.set(name, result.nextSeed % MAX_SEED);
      const { inputs, failure, note } = result;
      if (note !== undefined) say(note);
      tally.add(name, inputs, performance.now() - beginMs, failure !== undefined);
      if (failure !== undefined && isNewFault(faults, name, failure)) {
        await tellFailure(run, name, failure);
      }
      if (performance.now() < tellAtMs) continue;
      tellAtMs = performance.now() + PROGRESS_MS;
      say(tally.line());
    }
  }
}

/** Of a stack, where the functions that assert are: all that fails fails there. */
const ASSERTING = /\/src\/std\/assert\//;

/**
 * Whether a fault is another one than those before, as far as its first line tells, and where it was
 * thrown: the first lines of all that is asserted without words are the same.
 */
function isNewFault(faults: Set<string>, target: string, { error }: FuzzFailure): boolean {
  const [firstLine = "", ...others] = error.split("\n");
  const place = others.find((line) => /^\s+at /.test(line) && !ASSERTING.test(line)) ?? "";
  const fault = `${target} ${firstLine.replaceAll(/\d+/g, "0")} ${place.trim()}`;
  if (faults.has(fault)) return false;
  faults.add(fault);
  return true;
}

async function tellFailure(
  { folder, flags, say }: FuzzRun,
  target: string,
  { input, error, seed }: FuzzFailure,
): Promise<void> {
  const path = relative(Deno.cwd(), await keepInput(folder, target, input));
  say(`${target} FAILED under seed ${seed}; kept in ${path}`);
  for (const line of error.split("\n")) say(`  ${line}`);
  const words = ["deno task fuzz", ...flags, "--target", target, "--input", path];
  say(`try it again: ${words.join(" ")}`);
}
