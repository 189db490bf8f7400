/** What was done with a target so far. */
interface TargetTally {
  inputs: number;
  ms: number;
  failures: number;
  /** Whether it was told of since it had its last turn. */
  isTold: boolean;
}

/** How many inputs of each target were tried, how fast, and how many failed. */
export class FuzzTally {
  readonly #targets = new Map<string, TargetTally>();

  /** @param names The targets, in the order in which they are told of. */
  constructor(names: readonly string[]) {
    for (const name of names) {
      this.#targets.set(name, {
        inputs: 0,
        ms: 0,
        failures: 0,
        isTold: true,
      });
    }
  }

  /** Inputs that failed, of all targets. */
  get failures(): number {
    return [...this.#targets.values()].reduce((sum, { failures }) => sum + failures, 0);
  }

  /** Counts a turn: so many inputs in so many milliseconds, and whether the last one failed. */
  add(name: string, inputs: number, ms: number, hasFailed: boolean): void {
    const tally = this.#targets.get(name);
    if (tally === undefined) throw new RangeError(`No target is called ${name}`);
    tally.inputs += inputs;
    tally.ms += ms;
    tally.isTold = false;
    if (hasFailed) tally.failures++;
  }

  /** How often a target has failed. */
  failuresOf(name: string): number {
    return this.#targets.get(name)?.failures ?? 0;
  }

  /**
   * The targets that had a turn since the last line, with all that was done with them, and how many
   * inputs of all there were: `95120 inputs: relay-session 5120 (170/s), wire-codecs 90000 (9000/s)`.
   */
  line(): string {
    const tallies = [...this.#targets];
    const total = tallies.reduce((sum, [, { inputs }]) => sum + inputs, 0);
    const news = tallies.filter(([, { isTold }]) => !isTold);
    for (const [, tally] of news) tally.isTold = true;
    const told = news.map(([name, tally]) => {
      const failed = tally.failures === 0 ? "" : `, ${tally.failures} failed`;
      return `${name} ${tally.inputs} (${perSecond(tally)}/s${failed})`;
    });
    return `${total} inputs: ${told.join(", ")}`;
  }

  /** A line for each target, for the end. */
  report(): string[] {
    const width = Math.max(...[...this.#targets.keys()].map(({ length }) => length));
    return [...this.#targets].map(([name, tally]) =>
      `${name.padEnd(width)} ${`${tally.inputs}`.padStart(9)} inputs ` +
      `${`${perSecond(tally)}`.padStart(7)} a second ${`${tally.failures}`.padStart(3)} failed`
    );
  }
}

function perSecond({ inputs, ms }: TargetTally): number {
  return ms === 0 ? 0 : Math.round(inputs / ms * 1_000);
}
