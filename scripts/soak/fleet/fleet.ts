import { LagMeter } from "../../../src/http/metrics/lag_meter.ts";
import type { Endpoint } from "../../../src/session/endpoint.ts";
import type { DeliveryLedger } from "../measures/delivery_ledger.ts";
import { atMost, type Finding } from "../measures/finding.ts";
import { deliveryFindings } from "../measures/standard_findings.ts";
import { CapturedDatagrams } from "./attack/captured_datagrams.ts";
import { Churn } from "./churn.ts";
import { FleetMember } from "./fleet_member.ts";
import { FleetTally } from "./fleet_tally.ts";
import { HistoryReach } from "./history_reach.ts";
import { LargeMessages } from "./large_messages.ts";
import { pause } from "../../../src/cluster/pause.ts";
import { type MessageName, RecentMessages } from "./recent_messages.ts";
import { type MemberRole, memberRole } from "./roles.ts";
import type { SeededRandom } from "../../seeded_random.ts";
import { Speaker } from "./speaker.ts";
import { SteadyRate } from "./steady_rate.ts";

/** Members that register at the same time, below what makes a relay ask for cookies. */
const JOINS_AT_ONCE = 24;

/** Datagrams of clients that attackers have at hand. */
const CAPTURED = 4_096;

/**
 * When a timer of this process was so late since the last one, milliseconds, it is busy enough without
 * a large message: on a machine with other work they would come faster than they can be read.
 */
const MAX_LAG_MS = 150;

/** Looked at so often whether all has come. */
const SETTLE_STEP_MS = 250;

/** What a fleet is made of. */
export interface FleetOptions {
  /** The relays that clients may choose from. Each begins with another one of them. */
  readonly relays: readonly [Endpoint, ...Endpoint[]];
  /** How many clients. */
  readonly clients: number;
  readonly random: SeededRandom;
  /** 1 for times as in life; 0.1 makes everything happen ten times as often. See `Churn`. */
  readonly pace: number;
  /** Messages a second, said by all speakers together. */
  readonly messagesPerSecond: number;
  /** Large messages a minute. */
  readonly largePerMinute: number;
  /** Messages that the history of the relays keeps. */
  readonly historyMessages: number;
  /** How many of the last acknowledged messages are kept by name. */
  readonly recentMessages: number;
  readonly ledger: DeliveryLedger;
}

/**
 * Clients in this process that join, talk, leave, roam, lose their network, crash and come back, and
 * keep account of what they say and hear.
 */
export class Fleet implements AsyncDisposable {
  readonly tally = new FleetTally();
  readonly captured: CapturedDatagrams;
  readonly #options: FleetOptions;
  readonly #members: readonly { readonly member: FleetMember; readonly role: MemberRole }[];
  readonly #speakers: readonly Speaker[];
  readonly #history: HistoryReach;
  readonly #recent: RecentMessages;
  readonly #stop = new AbortController();
  readonly #lag = new LagMeter();
  #large: SteadyRate | undefined;
  #talking: Promise<void> = Promise.resolve();
  #churning: Promise<void> = Promise.resolve();

  private constructor(options: FleetOptions) {
    const { clients, random, recentMessages, messagesPerSecond, ledger } = options;
    this.#options = options;
    this.captured = new CapturedDatagrams(CAPTURED, random.fork());
    this.#recent = new RecentMessages(recentMessages);
    this.#history = new HistoryReach(options.historyMessages);
    this.#members = Array.from({ length: clients }, (_, index) => {
      const role = memberRole(index, clients);
      return { role, member: this.#newMember(index, role) };
    });
    const speaking = this.#members.filter(({ role }) => role.isSpeaker);
    this.#speakers = speaking.map(({ member }) =>
      new Speaker({
        member,
        perSecond: messagesPerSecond / speaking.length,
        random: random.fork(),
        ledger,
        tally: this.tally,
        onAccepted: (sender, number) => this.#recent.add({ sender, number }),
      })
    );
  }

  /**
   * Registers all clients, and lets them talk, come and go.
   *
   * @param options What it is made of.
   * @param signal Gives up while they register.
   */
  static async start(options: FleetOptions, signal: AbortSignal): Promise<Fleet> {
    await using stack = new AsyncDisposableStack();
    const fleet = stack.use(new Fleet(options));
    await fleet.#joinAll(signal);
    fleet.#begin();
    stack.move();
    return fleet;
  }

  /** How many clients are registered now. */
  get registered(): number {
    return this.#members.filter(({ member }) => member.isRegistered).length;
  }

  /** How often each kind of trouble was made. */
  get faults(): Record<string, number> {
    const names = ["leaves", "moves", "outages", "crashes"] as const;
    return Object.fromEntries(names.map((name) => [name, this.tally.of(name)]));
  }

  /** The last messages that were acknowledged, oldest first. */
  recentMessages(): MessageName[] {
    return this.#recent.list();
  }

  /** Sends a datagram from where a relay sees one of the clients. Returns whether there is such a one. */
  injectInPlace(datagram: Uint8Array): boolean {
    return this.#anyMobile()?.inject(datagram) ?? false;
  }

  /**
   * Sends what one of the clients has sent again, from where its relay sees it.
   *
   * @param random Says which datagram.
   * @returns Whether there was such a one.
   */
  replayInPlace(random: SeededRandom): boolean {
    return this.#anyMobile()?.replay(random) ?? false;
  }

  /**
   * Ends talk and trouble, mends what is broken, and waits until everybody there has heard everything.
   *
   * @param patienceMs How long at most.
   */
  async settle(patienceMs: number): Promise<void> {
    this.#stop.abort();
    this.#large?.[Symbol.dispose]();
    for (const { member } of this.#members) member.heal();
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), patienceMs);
    const work = Promise.all([this.#talking, this.#churning]).then(() => true);
    const isDone = await Promise.race([work, pause(patienceMs, patience.signal)]);
    if (isDone !== true) this.tally.trouble("a message was neither acknowledged nor given up");
    while (this.#options.ledger.tally().lost > 0 && !patience.signal.aborted) {
      await pause(SETTLE_STEP_MS, patience.signal);
    }
    clearTimeout(timer);
    patience.abort();
  }

  /** What was delivered and what was not, and what should never have come about. */
  findings(): Finding[] {
    const { troubles, troubleText } = this.tally;
    return [
      ...deliveryFindings(this.#options.ledger.tally()),
      atMost("surprises of clients", troubles, 0, troubleText || undefined),
      atMost(
        "registrations without the reliable delivery asked for",
        this.tally.of("unreliable"),
        0,
      ),
    ];
  }

  /** All members leave politely, and are closed. */
  async leaveAll(): Promise<void> {
    await Promise.all(this.#members.map(({ member }) => member.leave()));
  }

  /** Closes all. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#lag[Symbol.dispose]();
    this.#large?.[Symbol.dispose]();
    await Promise.all(this.#members.map(({ member }) => member[Symbol.asyncDispose]()));
    await Promise.all([this.#talking, this.#churning]);
  }

  #anyMobile(): FleetMember | undefined {
    const mobile = this.#members.filter(({ member }) => member.isMobile);
    return this.#options.random.pick(mobile)?.member;
  }

  #newMember(index: number, role: MemberRole): FleetMember {
    const { relays, ledger } = this.#options;
    const first = index % relays.length;
    const [one = relays[0], ...others] = [...relays.slice(first), ...relays.slice(0, first)];
    return new FleetMember({
      ...role,
      name: `soak-${index}`,
      relays: [one, ...others],
      ledger,
      tally: this.tally,
      history: this.#history,
      tap: (datagram) => this.captured.add(datagram),
    });
  }

  async #joinAll(signal: AbortSignal): Promise<void> {
    const waiting = [...this.#members];
    const lane = async () => {
      for (let next; (next = waiting.pop()) !== undefined;) await next.member.join(signal);
    };
    await Promise.all(Array.from({ length: JOINS_AT_ONCE }, lane));
    signal.throwIfAborted();
  }

  #begin(): void {
    const { pace, random, largePerMinute } = this.#options;
    const { signal } = this.#stop;
    const churn = new Churn({ tally: this.tally, pace });
    this.#talking = this.#all(this.#speakers.map((speaker) => speaker.run(signal)));
    this.#churning = this.#all(this.#members.map(({ member, role }) => {
      return churn[role.habit](member, random.fork(), signal);
    }));
    const large = new LargeMessages(random.fork());
    const lag = this.#lag;
    this.#large = new SteadyRate(largePerMinute / 60, () => {
      if (lag.takeWorstMs() > MAX_LAG_MS) this.tally.count("large_put_off");
      else random.pick(this.#speakers)?.sayLarge(large.next());
    });
  }

  /** What fails is told in the end; the others go on. */
  async #all(work: readonly Promise<void>[]): Promise<void> {
    await Promise.all(work.map((each) => each.catch((error) => this.tally.trouble(String(error)))));
  }
}
