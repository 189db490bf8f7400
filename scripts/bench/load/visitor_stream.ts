import type { Visitors } from "../load_job.ts";
import { Pacer } from "./pacer.ts";
import { pause } from "./pause.ts";
import type { Registrar } from "./registrar.ts";

/** Visitors under way at most: beyond, the relay can't keep up, and fewer come than should. */
const MAX_VISITORS = 2_000;

/** Clients that come at a fixed rate, stay for a while and leave, in the background. */
export class VisitorStream implements AsyncDisposable {
  readonly #registrar: Registrar;
  readonly #visitors: Visitors;
  readonly #pacer: Pacer;
  readonly #visits = new Set<Promise<void>>();
  #came = 0;
  #failure: unknown;

  /** Begins. @param registrar Registers them. @param visitors How many, for how long. */
  constructor(registrar: Registrar, visitors: Visitors) {
    this.#registrar = registrar;
    this.#visitors = visitors;
    this.#pacer = new Pacer(visitors.perSecond, () => this.#begin());
  }

  /** How many the relay has registered. */
  get came(): number {
    return this.#came;
  }

  /** Lets nobody come any more, and waits until all have left. @throws If one was refused. */
  async stop(): Promise<void> {
    this.#pacer.stop();
    await Promise.all(this.#visits);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** As `stop`, but whatever happens to them. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#pacer.stop();
    await Promise.all(this.#visits);
  }

  #begin(): void {
    if (this.#visits.size >= MAX_VISITORS) return;
    const visit = this.#visit()
      .catch((error) => this.#failure = error)
      .finally(() => this.#visits.delete(visit));
    this.#visits.add(visit);
  }

  async #visit(): Promise<void> {
    const client = await this.#registrar.one();
    this.#came++;
    client.ignoreAll();
    await pause(this.#visitors.stayMs);
    await client.leave();
  }
}
