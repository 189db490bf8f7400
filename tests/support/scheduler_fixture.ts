import { OutboxScheduler, type Released } from "../../src/session/outbox_scheduler.ts";
import { FakeClock } from "./fake_clock.ts";
import { OutboxFixture } from "./outbox_fixture.ts";

/** A scheduler with peers under one clock that stands still. */
export class SchedulerFixture {
  readonly clock = new FakeClock();
  readonly scheduler = new OutboxScheduler<OutboxFixture>();
  readonly peers: readonly OutboxFixture[];

  /**
   * @param count How many peers there are.
   * @param budgetBytes Their datagram budget.
   */
  constructor(count: number, budgetBytes = 576) {
    this.peers = Array.from({ length: count }, () => this.stranger(budgetBytes));
  }

  /** One more peer, of which the scheduler knows nothing. */
  stranger(budgetBytes = 576): OutboxFixture {
    return new OutboxFixture({ clock: this.clock, budgetBytes });
  }

  /** The peer with this number, from 0. */
  peer(number: number): OutboxFixture {
    const peer = this.peers[number];
    if (peer === undefined) throw new RangeError(`There is no peer ${number}`);
    return peer;
  }

  /** Pushes a message to the peer with this number. */
  push(number: number, plaintext: Uint8Array): Uint8Array | "queued" | "full" {
    return this.scheduler.push(this.peer(number), plaintext, this.clock.now);
  }

  /** Pushes a message to each peer. */
  pushToAll(plaintext: Uint8Array): void {
    for (const peer of this.peers) this.scheduler.push(peer, plaintext, this.clock.now);
  }

  /** Takes what may leave at this moment, then moves the clock to the next one. */
  release(): Released<OutboxFixture>[] {
    const released = this.scheduler.release(this.clock.now);
    this.clock.advance(1);
    return released;
  }

  /** As `release`, but gives the numbers of the peers served. */
  releaseNumbers(): number[] {
    return this.release().map(({ peer }) => this.peers.indexOf(peer));
  }

  /** Takes all that waits. */
  drain(): Released<OutboxFixture>[] {
    const released = this.release();
    while (this.scheduler.nextDeadlineMs() !== undefined) released.push(...this.release());
    return released;
  }
}
