import type { SeededRandom } from "../../../seeded_random.ts";
import { SteadyRate } from "../steady_rate.ts";
import { AttackPorts, type AttackPortsOptions } from "./attack_ports.ts";

/** What attackers of one kind of server do, and from where. */
export interface AttackRoundOptions<Name extends string> extends AttackPortsOptions {
  /** Attacks a second, all together. */
  readonly perSecond: number;
  /** Draws what is done next. */
  readonly draw: (random: SeededRandom) => Name;
  /** Does it; false when there was nothing to do it with. */
  readonly strike: (name: Name, ports: AttackPorts) => boolean;
}

/** Attacks at a steady rate, from ports that change, and counts what it did. */
export class AttackRound<Name extends string> implements AsyncDisposable {
  readonly #ports: AttackPorts;
  readonly #rate: SteadyRate;
  readonly #sent = new Map<Name, number>();

  /** Begins. @param options What is done, and from where. */
  constructor(options: AttackRoundOptions<Name>) {
    const { perSecond, random, draw, strike } = options;
    this.#ports = new AttackPorts(options);
    this.#rate = new SteadyRate(perSecond, () => {
      const name = draw(random);
      if (strike(name, this.#ports)) this.#sent.set(name, (this.#sent.get(name) ?? 0) + 1);
    });
  }

  /** How many datagrams were sent, by what they are. */
  get sent(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#sent);
  }

  /** The same as figures of a report. */
  figures(): Record<string, number> {
    return Object.fromEntries([...this.#sent].map(([name, count]) => [`attack_${name}`, count]));
  }

  /** How many that were in all. */
  get total(): number {
    return [...this.#sent.values()].reduce((sum, count) => sum + count, 0);
  }

  /** How many the system refused to send. */
  get refused(): number {
    return this.#ports.refused;
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#rate[Symbol.dispose]();
    await this.#ports[Symbol.asyncDispose]();
  }
}
