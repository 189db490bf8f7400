import type { SoakReport } from "./measures/soak_report.ts";

/** What a soak is asked for; the same for each target. */
export interface SoakOptions {
  /** How long it runs, from the first client's joining to the last one's leaving, seconds. */
  readonly seconds: number;
  /** How many clients the fleet has. */
  readonly clients: number;
  /** What all chances are drawn from. */
  readonly seed: number;
  /**
   * Where state directories, histories and the processes' outputs are kept afterwards; without it
   * they are in a temporary directory that is removed at the end.
   */
  readonly keep?: string;
  /** Told one line a minute, and a line when something out of the ordinary is seen. */
  readonly progress: (line: string) => void;
}

/** What a progress line says; see {@linkcode progressLine}. */
export interface SoakProgress {
  readonly elapsedSeconds: number;
  /** How many clients are registered now. */
  readonly clients: number;
  /** How many messages were acknowledged to their senders so far. */
  readonly acknowledged: number;
  /** How many messages receivers were given so far. */
  readonly delivered: number;
  readonly residentBytes: number;
  /** 99th percentile of event-loop lag so far (since warm-up, once it is over), seconds. */
  readonly lagSeconds: number;
  /** How many of each kind of trouble were made so far: `crash`, `roam`, `junk`, ... */
  readonly faults: Readonly<Record<string, number>>;
}

/** One system that is run under strain for long. */
export interface SoakTarget {
  /** `relay`, `direct` or `cluster`. */
  readonly name: string;
  /** One line for `--help`. */
  readonly about: string;
  /**
   * Runs it.
   *
   * @param options How long, how many, and where to.
   * @param signal Ends it early; it still resolves, to a report of what was run.
   * @returns What was measured, and what of it breaks a rule.
   * @throws {Error} If it could not be set up, as when a process does not start.
   */
  run(options: SoakOptions, signal: AbortSignal): Promise<SoakReport>;
}

/**
 * How long the start of a run is left out of what is measured, milliseconds: 15 minutes, or a third
 * of a run that is shorter than 45 minutes.
 */
export function warmUpMsOf({ seconds }: Pick<SoakOptions, "seconds">): number {
  return Math.min(15 * 60, seconds / 3) * 1000;
}

/**
 * Writes the line of progress that is shown once a minute.
 *
 * @returns As in `12:00 198 clients, 5210 acknowledged, 1031580 delivered, 71.3 MiB, lag p99 4.0 ms,
 *   crash 31, roam 60`.
 */
export function progressLine(progress: SoakProgress): string {
  const { elapsedSeconds, clients, acknowledged, delivered, residentBytes, lagSeconds, faults } =
    progress;
  const minutes = Math.floor(elapsedSeconds / 60);
  const seconds = String(Math.floor(elapsedSeconds % 60)).padStart(2, "0");
  const resident = (residentBytes / 1024 ** 2).toFixed(1);
  return [
    `${minutes}:${seconds} ${clients} clients`,
    `${acknowledged} acknowledged`,
    `${delivered} delivered`,
    `${resident} MiB`,
    `lag p99 ${(lagSeconds * 1000).toFixed(1)} ms`,
    ...Object.entries(faults).map(([name, count]) => `${name} ${count}`),
  ].join(", ");
}
