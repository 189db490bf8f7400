/** Longest line that is shown, characters. */
const MAX_LINE = 180;

/** Prints what happens, behind the seconds since the start. */
export class DemoLog {
  readonly #startedMs = performance.now();

  /** Prints a line. */
  say(text: string): void {
    const seconds = ((performance.now() - this.#startedMs) / 1000).toFixed(1).padStart(4);
    console.log(`${seconds} s  ${text}`);
  }

  /** Prints an empty line, between what belongs together. */
  pause(): void {
    console.log();
  }

  /** Prints what processes have said. */
  indent(lines: readonly string[]): void {
    for (const line of lines) console.log(`          ${line.slice(0, MAX_LINE)}`);
  }
}
