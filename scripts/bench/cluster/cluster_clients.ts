import type { BenchClient } from "../load/bench_client.ts";
import { GroupKeys } from "../load/group_keys.ts";
import { KeepAlives } from "../load/keep_alives.ts";
import type { MessageSink } from "../load/message_sink.ts";
import { waitUntil } from "../load/pause.ts";
import { Registrar } from "../load/registrar.ts";
import type { ClusterJob } from "./cluster_job.ts";
import { placesOf } from "./places.ts";

/** Well below the minute after which relays forget a client. */
const KEEP_ALIVE_MS = 15_000;

/** How long nothing may have come before a measurement begins: all hear of all that join. */
const QUIET_MS = 600;

const PATIENCE_MS = 60_000;

/** Senders and receivers, registered with the relays of a cluster. */
export class ClusterClients implements AsyncDisposable {
  readonly #stack: AsyncDisposableStack;
  readonly #receivers: readonly BenchClient[];
  /** Those that send, in the order of their relays over and over. They read nothing. */
  readonly senders: readonly BenchClient[];

  private constructor(
    stack: AsyncDisposableStack,
    senders: readonly BenchClient[],
    receivers: readonly BenchClient[],
  ) {
    this.#stack = stack;
    this.senders = senders;
    this.#receivers = receivers;
  }

  /**
   * Registers all, and waits until they have heard of each other.
   *
   * @param job Relays, and how many there are at each.
   * @throws {Error} If a relay does not answer, or refuses one.
   */
  static async open({ relays, load }: ClusterJob): Promise<ClusterClients> {
    await using stack = new AsyncDisposableStack();
    const registrars = await Promise.all(
      relays.map(({ endpoint }) =>
        Registrar.open({ relay: endpoint, features: 0, groupKeys: new GroupKeys() })
      ),
    );
    const register = async (count: number, role: "sender" | "receiver") => {
      const clients: BenchClient[] = [];
      stack.use(new KeepAlives(clients, KEEP_ALIVE_MS));
      for (const place of placesOf(role, count, relays.length, load.placement)) {
        const client = await registrars[place]?.one();
        if (client !== undefined) clients.push(stack.use(client));
      }
      return clients;
    };
    const senders = await register(load.senders, "sender");
    const receivers = await register(load.receivers, "receiver");
    await settle(receivers);
    for (const sender of senders) sender.ignoreAll();
    return new ClusterClients(stack.move(), senders, receivers);
  }

  /** Says who takes what comes to the receivers. */
  deliverTo(sink: MessageSink): void {
    this.#receivers.forEach((client, index) => client.listen(sink, index));
  }

  /** Closes all sockets. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

async function settle(clients: readonly BenchClient[]): Promise<void> {
  const isQuiet = () => {
    const heardMs = clients.reduce((latest, client) => Math.max(latest, client.heardMs), 0);
    return performance.now() > heardMs + QUIET_MS;
  };
  if (!await waitUntil(isQuiet, PATIENCE_MS)) {
    throw new Error(`Cannot measure: no quiet in ${PATIENCE_MS} ms`);
  }
}
