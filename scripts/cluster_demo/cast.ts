import type { LineProcess } from "../line_process.ts";

/** The demo was told to end before its end. */
export class CastDismissedError extends Error {
  override readonly name = "CastDismissedError";

  constructor() {
    super("Cannot go on: the processes were ended");
  }
}

/** All processes that were started, so that all can be ended at once, and none starts later. */
export class Cast {
  readonly #processes = new Set<LineProcess>();
  #isDismissed = false;

  /** Whether all were ended. */
  get isDismissed(): boolean {
    return this.#isDismissed;
  }

  /**
   * Takes one that has just started.
   *
   * @throws {CastDismissedError} If all were ended already; it is ended as well.
   */
  add(process: LineProcess): void {
    this.#processes.add(process);
    if (!this.#isDismissed) return;
    process.kill("SIGKILL");
    throw new CastDismissedError();
  }

  /** Ends all. Whoever waits for one of them then sees it end, and cleans up. */
  dismiss(): void {
    this.#isDismissed = true;
    for (const process of this.#processes) process.kill("SIGKILL");
  }
}
