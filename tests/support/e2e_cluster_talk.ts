import type { HushcastProcess } from "../../scripts/hushcast_process.ts";
import type { RelayCluster } from "./e2e_cluster.ts";
import {
  assertOneTalk,
  finish,
  numbered,
  startAll,
  startListener,
  startSender,
  typeAll,
} from "./e2e_cluster_clients.ts";

/** Who takes part in a talk. */
export interface ClusterTalkOptions {
  /** Names of those who speak; `ada` and `ben` by default. */
  readonly senders?: readonly string[];
  /** How many listen; one at each relay by default. */
  readonly listeners?: number;
}

/** A talk by way of a cluster: whoever speaks and listens is spread over its relays, the first at the first. */
export class ClusterTalk implements AsyncDisposable {
  /** Reliable listeners: `listener-1`, `listener-2` and so on. */
  readonly listeners: readonly HushcastProcess[];
  /** Reliable senders. */
  readonly senders: readonly HushcastProcess[];
  readonly #names: readonly string[];
  readonly #cluster: RelayCluster;
  readonly #stack: AsyncDisposableStack;
  #said = 0;

  private constructor(
    cluster: RelayCluster,
    names: readonly string[],
    clients: readonly HushcastProcess[],
    stack: AsyncDisposableStack,
  ) {
    this.#cluster = cluster;
    this.#names = names;
    this.#stack = stack;
    this.senders = clients.slice(0, names.length);
    this.listeners = clients.slice(names.length);
  }

  /**
   * Starts the clients, and waits until they are registered.
   *
   * @param cluster Its relays.
   * @param options Who takes part.
   */
  static async start(
    cluster: RelayCluster,
    { senders = ["ada", "ben"], listeners = cluster.relays.length }: ClusterTalkOptions = {},
  ): Promise<ClusterTalk> {
    await using stack = new AsyncDisposableStack();
    const { path, relays } = cluster;
    const way = (index: number) => cluster.wayFrom(index % relays.length);
    const clients = await startAll(stack, [
      ...senders.map((name, index) => startSender({ name, way: way(index), path })),
      ...Array.from({ length: listeners }, (_, index) => {
        return startListener({ name: `listener-${index + 1}`, way: way(index), path });
      }),
    ]);
    return new ClusterTalk(cluster, senders, clients, stack.move());
  }

  /** All its clients. */
  get clients(): readonly HushcastProcess[] {
    return [...this.senders, ...this.listeners];
  }

  /** Each sender says so many lines more. */
  async say(count: number): Promise<void> {
    const from = this.#said;
    this.#said += count;
    for (const [index, sender] of this.senders.entries()) {
      await typeAll(sender, numbered(this.#names[index] ?? "", from, this.#said));
    }
  }

  /**
   * Waits until all listeners have heard a line of each sender.
   *
   * @param number The line's; that of the last one by default.
   */
  async isHeard(number = this.#said - 1): Promise<void> {
    for (const name of this.#names) {
      const line = new RegExp(`"${name} ${number}"`);
      for (const listener of this.listeners) await listener.line(line);
    }
  }

  /** Ends the talk, and asserts that all have heard the very same: all that was said, once, in order. */
  async end(): Promise<void> {
    await finish(...this.senders);
    // Whatever would come a second time has come before this.
    const way = this.#cluster.wayFrom(0);
    const last = await startSender({ name: "last", way, path: this.#cluster.path });
    this.#stack.use(last);
    await last.type("the end");
    await finish(last);
    for (const listener of this.listeners) await listener.line(/"the end"/);
    const said = this.#names.map((name) => [name, numbered(name, 0, this.#said)]);
    assertOneTalk(this.listeners, { ...Object.fromEntries(said), last: ["the end"] });
  }

  /** Ends the clients. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
