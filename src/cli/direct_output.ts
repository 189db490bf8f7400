import type { DirectMessage } from "../direct/direct_effects.ts";
import type { TextOutput } from "./cli_io.ts";
import type { ServerClientEvent } from "./control_event_of.ts";
import {
  directEventJson,
  directGapJson,
  directMessageJson,
  directMessageText,
} from "./direct_line.ts";

/** Joins and leaves that wait for a slow reader; nobody who causes one waits until it is read. */
export const MAX_WAITING_EVENTS = 1_000;

/** Prints what a direct server hears, in the order in which it is handed over. */
export class DirectOutput {
  readonly #output: TextOutput;
  readonly #json: boolean;
  readonly #broken = Promise.withResolvers<never>();
  #waitingEvents = 0;
  #droppedEvents = 0;

  /**
   * @param output Standard output.
   * @param options.json Whether lines are JSON objects, joins and leaves included.
   */
  constructor(output: TextOutput, { json }: { readonly json: boolean }) {
    this.#output = output;
    this.#json = json;
    // Nobody may look at it before the server ends.
    this.#broken.promise.catch(() => undefined);
  }

  /** Rejects when an event can't be printed, with what its write was rejected with. */
  get broken(): Promise<never> {
    return this.#broken.promise;
  }

  /**
   * Prints a message.
   *
   * @returns When it was handed to the system.
   * @throws {OutputClosedError} If the reader is gone.
   */
  async message(message: DirectMessage): Promise<void> {
    await this.#write(this.#json ? directMessageJson(message) : directMessageText(message));
  }

  /** Prints in JSON mode what happened to a client, without waiting for the reader. */
  event(event: ServerClientEvent): void {
    if (!this.#json) return;
    if (this.#waitingEvents >= MAX_WAITING_EVENTS) {
      this.#droppedEvents++;
      return;
    }
    this.#waitingEvents++;
    this.#write(directEventJson(event))
      .then(() => this.#waitingEvents--, this.#broken.reject);
  }

  /** One call of the output for a gap and the line behind it, so that nothing comes between. */
  async #write(line: string): Promise<void> {
    const gap = this.#droppedEvents === 0 ? "" : `${directGapJson(this.#droppedEvents)}\n`;
    this.#droppedEvents = 0;
    await this.#output.write(`${gap}${line}\n`);
  }
}
