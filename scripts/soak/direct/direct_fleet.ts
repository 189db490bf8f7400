import { RsaPrivateKey } from "../../../src/crypto/rsa_private_key.ts";
import type { Endpoint } from "../../../src/session/endpoint.ts";
import { CapturedDatagrams } from "../fleet/attack/captured_datagrams.ts";
import { pause } from "../../../src/cluster/pause.ts";
import type { SeededRandom } from "../../seeded_random.ts";
import type { DeliveryLedger } from "../measures/delivery_ledger.ts";
import { DirectHabits } from "./direct_habits.ts";
import { DirectMember, type DirectMemberForm } from "./direct_member.ts";
import { DirectTally } from "./direct_tally.ts";
import { RecentDatagrams } from "./recent_datagrams.ts";

/** Keys that members share, and how many share one at least: making one takes a fifth of a second. */
const MAX_KEYS = 8;
const MEMBERS_PER_KEY = 4;

/** Members that connect at the same time. */
const JOINS_AT_ONCE = 8;

/** Datagrams of clients that attackers have at hand. */
const CAPTURED = 2_048;
const RECENT = 256;

/** Well below the minute for which the server remembers what came by RSA alone. */
const RECENT_MS = 20_000;

/** Of each so many members the last one uses RSA alone; of the others half sign. */
const MEMBERS_PER_PLAIN = 20;

/** Looked at so often whether all has come. */
const SETTLE_STEP_MS = 250;

/** What a fleet is made of. */
export interface DirectFleetOptions {
  readonly server: Endpoint;
  /** Fingerprint of the server's key. */
  readonly serverKey: string;
  /** How many clients. */
  readonly clients: number;
  readonly random: SeededRandom;
  /** See `DirectHabits`. */
  readonly pace: number;
  /** Messages a second, of all together. */
  readonly messagesPerSecond: number;
  readonly ledger: DeliveryLedger;
}

/** Clients of a direct server in this process: they talk, move, lose their network, leave and crash. */
export class DirectFleet implements AsyncDisposable {
  readonly tally: DirectTally;
  readonly captured: CapturedDatagrams;
  readonly recent = new RecentDatagrams(RECENT_MS, RECENT);
  /** Public keys, PEM. */
  readonly keys: readonly string[];
  readonly #options: DirectFleetOptions;
  readonly #members: readonly DirectMember[];
  readonly #stop = new AbortController();
  #living: Promise<unknown> = Promise.resolve();

  private constructor(options: DirectFleetOptions, keys: readonly RsaPrivateKey[]) {
    this.#options = options;
    this.tally = new DirectTally();
    this.captured = new CapturedDatagrams(CAPTURED, options.random.fork());
    this.keys = keys.map(({ publicPem }) => publicPem);
    this.#members = Array.from(
      { length: options.clients },
      (_, index) => this.#newMember(index, keys),
    );
  }

  /**
   * Connects all clients, and lets them live.
   *
   * @param options What it is made of.
   * @param signal Gives up while they connect.
   */
  static async start(options: DirectFleetOptions, signal: AbortSignal): Promise<DirectFleet> {
    const count = Math.min(MAX_KEYS, Math.ceil(options.clients / MEMBERS_PER_KEY));
    const generated = Array.from({ length: count }, () => RsaPrivateKey.generate(2048));
    const keys = await Promise.all(generated);
    await using stack = new AsyncDisposableStack();
    const fleet = stack.use(new DirectFleet(options, keys));
    await fleet.#joinAll(signal);
    fleet.#begin();
    stack.move();
    return fleet;
  }

  /** How many clients are there now. */
  get present(): number {
    return this.#members.filter(({ isThere }) => isThere).length;
  }

  /** How often each kind of trouble was made. */
  get faults(): Record<string, number> {
    const names = ["leaves", "moves", "outages", "crashes"] as const;
    return Object.fromEntries(names.map((name) => [name, this.tally.of(name)]));
  }

  /** Sends a datagram from where the server sees one of the clients. Returns whether there is such a one. */
  injectInPlace(datagram: Uint8Array): boolean {
    return this.#options.random.pick(this.#members)?.inject(datagram) ?? false;
  }

  /**
   * Sends what one of the clients has sent again, from where the server sees it.
   *
   * @param random Says which datagram.
   * @returns Whether there was such a one.
   */
  replayInPlace(random: SeededRandom): boolean {
    return this.#options.random.pick(this.#members)?.replay(random) ?? false;
  }

  /**
   * Ends talk and trouble, mends what is broken, and waits until all that was said is acknowledged, and
   * all that was acknowledged was told by the server.
   *
   * @param patienceMs How long the latter may take.
   */
  async settle(patienceMs: number): Promise<void> {
    this.#stop.abort();
    for (const member of this.#members) member.heal();
    await this.#living;
    await Promise.all(this.#members.map((member) => member.finish()));
    const endMs = performance.now() + patienceMs;
    const patience = AbortSignal.timeout(patienceMs);
    while (this.#options.ledger.tally().lost > 0 && performance.now() < endMs) {
      await pause(SETTLE_STEP_MS, patience);
    }
  }

  /** Closes all. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#members.map((member) => member[Symbol.asyncDispose]()));
    await this.#living;
  }

  #newMember(index: number, keys: readonly RsaPrivateKey[]): DirectMember {
    const { server, serverKey, ledger } = this.#options;
    const form = formOf(index);
    const key = keys[index % keys.length];
    if (key === undefined) throw new Error("Cannot make members: there are no keys");
    return new DirectMember({
      name: `direct-${index}`,
      ...{ server, serverKey, form, key, ledger, tally: this.tally },
      tap: form === "plain_rsa"
        ? (datagram) => this.recent.add(datagram, performance.now())
        : (datagram) => this.captured.add(datagram),
    });
  }

  async #joinAll(signal: AbortSignal): Promise<void> {
    const waiting = [...this.#members];
    const lane = async () => {
      for (let next; (next = waiting.pop()) !== undefined;) await next.join(signal);
    };
    await Promise.all(Array.from({ length: JOINS_AT_ONCE }, lane));
    signal.throwIfAborted();
  }

  #begin(): void {
    const { pace, random, clients, messagesPerSecond } = this.#options;
    const { signal } = this.#stop;
    const meanGapMs = 1000 * clients / messagesPerSecond;
    this.#living = Promise.all(this.#members.flatMap((member) => {
      const habits = new DirectHabits({ pace, meanGapMs, random: random.fork() });
      return [
        habits.live(member, signal),
        habits.trouble(member, signal),
        habits.talk(member, signal),
      ];
    }));
  }
}

/** How a member encrypts. @param index From 0. */
export function formOf(index: number): DirectMemberForm {
  if (index % MEMBERS_PER_PLAIN === MEMBERS_PER_PLAIN - 1) return "plain_rsa";
  return index % 2 === 0 ? "signed" : "hybrid";
}
