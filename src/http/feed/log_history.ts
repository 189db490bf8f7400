import { getLevelByName, type LevelName } from "@std/log";

/** How many lines are kept. */
export const MAX_LOG_LINES = 500;

/** How long they may be together, UTF-16 units of JSON. */
export const MAX_LOG_LENGTH = 1 << 20;

interface KeptLine {
  readonly level: number;
  readonly json: string;
}

/** The last lines of the log. */
export class LogHistory {
  readonly #lines: KeptLine[] = [];
  #length = 0;

  /** How many lines are kept. */
  get size(): number {
    return this.#lines.length;
  }

  /**
   * Adds a line; the oldest are forgotten.
   *
   * @param level Its level.
   * @param json The line as JSON.
   */
  add(level: LevelName, json: string): void {
    this.#lines.push({ level: getLevelByName(level), json });
    this.#length += json.length;
    while (this.#lines.length > MAX_LOG_LINES || this.#length > MAX_LOG_LENGTH) {
      this.#length -= this.#lines.shift()?.json.length ?? 0;
    }
  }

  /**
   * Writes the lines down.
   *
   * @param level Those below it are left out.
   * @returns A JSON array, the oldest first.
   */
  toJson(level: LevelName): string {
    const least = getLevelByName(level);
    const lines = this.#lines.filter((line) => line.level >= least);
    return `[${lines.map(({ json }) => json).join(",")}]`;
  }
}
