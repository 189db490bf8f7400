import { Feature, hasFeature } from "../../../src/wire/features.ts";
import type { LoadJob } from "../load_job.ts";
import type { BenchClient } from "./bench_client.ts";
import { GroupInbox } from "./group_inbox.ts";
import { GroupKeys } from "./group_keys.ts";
import { GroupSockets } from "./group_sockets.ts";
import { KeepAlives } from "./keep_alives.ts";
import type { MessageSink } from "./message_sink.ts";
import { waitUntil } from "./pause.ts";
import { Registrar } from "./registrar.ts";
import { UnsupportedError } from "./unsupported_error.ts";

/** Well below the minute after which relays forget a client. */
const KEEP_ALIVE_MS = 15_000;

/** How long nothing may have come before a measurement begins: notices and group keys are gathered. */
const QUIET_MS = {
  "per-recipient": 400,
  "group-unicast": 1_400,
  "group-multicast": 1_400,
} as const;

const PATIENCE_MS = 60_000;
const ASK_AGAIN_MS = 1_000;

/** One sender and a number of receivers, registered with a relay. */
export class Stage implements AsyncDisposable {
  readonly #job: LoadJob;
  readonly #stack: AsyncDisposableStack;
  readonly #groupKeys: GroupKeys;
  readonly #groupSockets: GroupSockets | undefined;
  /** Registers more clients. */
  readonly registrar: Registrar;
  /** The one that sends; messages do not come back to it. */
  readonly sender: BenchClient;
  /** Those that messages come to. */
  readonly receivers: readonly BenchClient[];

  private constructor(job: LoadJob, cast: Cast, groupSockets: GroupSockets | undefined) {
    this.#job = job;
    this.#stack = cast.stack;
    this.#groupKeys = cast.groupKeys;
    this.#groupSockets = groupSockets;
    this.registrar = cast.registrar;
    this.sender = cast.sender;
    this.receivers = cast.receivers;
  }

  /**
   * Registers sender and receivers, and waits until they have heard all that there is to hear.
   *
   * @param job What is measured.
   * @param receivers How many.
   * @throws {UnsupportedError} If the relay grants no group delivery, and the job needs it.
   * @throws {Error} If a client is not registered, or does not get its group key.
   */
  static async open(job: LoadJob, receivers: number): Promise<Stage> {
    await using stack = new AsyncDisposableStack();
    const cast = await assemble(job, receivers, stack);
    const { address } = cast.groupKeys;
    const sockets = address === undefined
      ? undefined
      : stack.use(await GroupSockets.open(address, Math.min(job.groupSockets, receivers)));
    return new Stage(job, { ...cast, stack: stack.move() }, sockets);
  }

  /** How many clients each receiver of `deliverTo` stands for. */
  get weights(): readonly number[] {
    const clients = this.receivers.length;
    const sockets = this.#groupSockets?.count ?? clients;
    return Array.from(
      { length: sockets },
      (_, index) => Math.floor((clients + sockets - 1 - index) / sockets),
    );
  }

  /** Says who takes what comes to the receivers, which are as many as `weights`. */
  deliverTo(sink: MessageSink): void {
    this.receivers.forEach((client, index) => {
      // By multicast the client's own socket gets no messages; were it so, they would count twice.
      if (this.#groupSockets === undefined) client.listen(sink, index);
    });
    this.#groupSockets?.deliverTo(
      this.weights.map((_, index) => new GroupInbox(this.#groupKeys, sink, index)),
    );
  }

  /** Closes all sockets. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

interface Cast {
  readonly stack: AsyncDisposableStack;
  readonly groupKeys: GroupKeys;
  readonly registrar: Registrar;
  readonly sender: BenchClient;
  readonly receivers: readonly BenchClient[];
}

async function assemble(job: LoadJob, count: number, stack: AsyncDisposableStack): Promise<Cast> {
  const groupKeys = new GroupKeys();
  const features = job.delivery === "per-recipient" ? 0 : Feature.GROUP_DELIVERY;
  const registrar = await Registrar.open({ relay: job.relay, features, groupKeys });
  const sender = stack.use(await registrar.first());
  if (features !== 0 && !hasFeature(sender.accepted?.features ?? 0, Feature.GROUP_DELIVERY)) {
    throw new UnsupportedError("it grants no group delivery");
  }
  const receivers: BenchClient[] = [];
  stack.use(new KeepAlives(receivers, KEEP_ALIVE_MS));
  stack.use(new KeepAlives([sender], KEEP_ALIVE_MS));
  await registrar.many(count, (client) => receivers.push(stack.use(client)));
  await settle(job, [sender, ...receivers], groupKeys);
  return { stack, groupKeys, registrar, sender, receivers };
}

async function settle(
  { delivery }: LoadJob,
  clients: readonly BenchClient[],
  groupKeys: GroupKeys,
): Promise<void> {
  const isBehind = (client: BenchClient) =>
    delivery !== "per-recipient" && (client.epoch === 0 || client.epoch < groupKeys.latestEpoch);
  let askedMs = performance.now();
  const isSettled = () => {
    const nowMs = performance.now();
    const behind = clients.filter(isBehind);
    if (behind.length > 0 && nowMs > askedMs + ASK_AGAIN_MS) {
      askedMs = nowMs;
      for (const client of behind) client.askForGroupKey();
    }
    const heardMs = clients.reduce((latest, client) => Math.max(latest, client.heardMs), 0);
    return behind.length === 0 && nowMs > heardMs + QUIET_MS[delivery];
  };
  if (await waitUntil(isSettled, PATIENCE_MS)) return;
  const behind = clients.filter(isBehind).length;
  throw new Error(`Cannot measure: no quiet in ${PATIENCE_MS} ms; ${behind} lack the group key`);
}
