import type { Endpoint } from "../../../../src/session/endpoint.ts";
import type { SeededRandom } from "../../../seeded_random.ts";
import { SteadyRate } from "../steady_rate.ts";
import { AttackPorts } from "./attack_ports.ts";
import type { CapturedDatagrams } from "./captured_datagrams.ts";
import {
  damagedDatagram,
  rsaJunkDatagram,
  senselessDatagram,
  wellFormedDatagram,
} from "./junk_datagrams.ts";

/** Addresses of loopback that no client has: a relay bounds what it answers for each of them. */
const ADDRESSES = ["127.0.1.1", "127.0.1.2", "127.0.1.3", "127.0.1.4"] as const;

/** An attacker goes on from another port after so many datagrams, on average. */
const DATAGRAMS_PER_PORT = 400;

/** What attackers do, and how often of a hundred. */
const MIX = [
  ["junk", 35],
  ["well_formed", 25],
  ["rsa_junk", 10],
  ["replay", 12],
  ["replay_in_place", 12],
  ["damaged", 6],
] as const;

/** One of the things that attackers do. */
export type AttackName = typeof MIX[number][0];

/** What attackers are made of. */
export interface AttackOptions {
  /** Where they send to: relays, and groups in which relays listen. */
  readonly targets: readonly Endpoint[];
  /** Datagrams a second, all together. */
  readonly perSecond: number;
  readonly random: SeededRandom;
  /** What they have heard on the network. */
  readonly captured: CapturedDatagrams;
  /** Sends a datagram from the address of one of the real clients; false when there is none. */
  readonly injectInPlace: (datagram: Uint8Array) => boolean;
}

/** Sends what a relay must bear: junk, junk RSA blocks, replays from elsewhere and from the very address. */
export class Attackers implements AsyncDisposable {
  readonly #options: AttackOptions;
  readonly #ports: AttackPorts;
  readonly #rate: SteadyRate;
  readonly #sent = new Map<AttackName, number>();

  /** Begins. @param options What they are made of. */
  constructor(options: AttackOptions) {
    this.#options = options;
    const { random } = options;
    this.#ports = new AttackPorts({
      addresses: ADDRESSES,
      datagramsPerPort: DATAGRAMS_PER_PORT,
      random,
    });
    this.#rate = new SteadyRate(options.perSecond, () => this.#attack());
  }

  /** How many datagrams were sent, by what they are. */
  get sent(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#sent);
  }

  /** How many all together. */
  get total(): number {
    return [...this.#sent.values()].reduce((sum, count) => sum + count, 0);
  }

  /** How many the system refused to send. */
  get refused(): number {
    return this.#ports.refused;
  }

  /** Ends them. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#rate[Symbol.dispose]();
    await this.#ports[Symbol.asyncDispose]();
  }

  #attack(): void {
    const { random, injectInPlace } = this.#options;
    const name = drawAttack(random);
    const datagram = this.#datagramFor(name);
    if (datagram === undefined) return;
    if (name === "replay_in_place") {
      if (!injectInPlace(datagram)) return;
    } else this.#send(datagram);
    this.#sent.set(name, (this.#sent.get(name) ?? 0) + 1);
  }

  #datagramFor(name: AttackName): Uint8Array | undefined {
    const { random, captured } = this.#options;
    switch (name) {
      case "junk":
        return senselessDatagram(random);
      case "well_formed":
        return wellFormedDatagram(random);
      case "rsa_junk":
        return rsaJunkDatagram(random);
      case "replay":
      case "replay_in_place":
        return captured.draw();
      case "damaged": {
        const datagram = captured.draw();
        return datagram && damagedDatagram(datagram, random);
      }
    }
  }

  #send(datagram: Uint8Array): void {
    const target = this.#options.random.pick(this.#options.targets);
    if (target !== undefined) this.#ports.send(datagram, target);
  }
}

/** Draws what is done next. */
export function drawAttack(random: SeededRandom): AttackName {
  return random.draw(MIX) ?? MIX[0][0];
}
