import { join } from "node:path";
import { Fernet } from "../../../src/crypto/fernet.ts";
import { NatsProcess } from "../../nats_process.ts";
import { ClusteredRelay } from "./clustered_relay.ts";

/** Owner only: who has the key of a cluster reads all that is said in it. */
const KEY_FILE_MODE = 0o600;

/** So that NATS takes the longest message of a client, which sealing makes a third longer. */
const MAX_PAYLOAD_BYTES = 2_000_000;

/** How a cluster is set up. */
export interface SoakedClusterOptions {
  /** Directory for all that belongs to it. */
  readonly directory: string;
  /** Messages that the stream keeps. */
  readonly historyMessages: number;
  /** Silence after which a relay removes a client, seconds. */
  readonly clientTimeoutSeconds: number;
  /** Flags of Deno beside the usual, for the relay that is never ended. */
  readonly steadyFlags: readonly string[];
  /** See `MetricsWatch`. */
  readonly warmUpMs: number;
}

/** One NATS server, and two relays that work as one. */
export class SoakedCluster implements AsyncDisposable {
  readonly #stack: AsyncDisposableStack;
  readonly nats: NatsProcess;
  /** It is never ended. */
  readonly steady: ClusteredRelay;
  /** It is ended and started anew. */
  readonly shaken: ClusteredRelay;

  private constructor(
    stack: AsyncDisposableStack,
    parts: Pick<SoakedCluster, "nats" | "steady" | "shaken">,
  ) {
    this.#stack = stack;
    this.nats = parts.nats;
    this.steady = parts.steady;
    this.shaken = parts.shaken;
  }

  /**
   * Starts all.
   *
   * @param options How.
   * @throws {NatsMissingError} If `nats-server` is not installed.
   */
  static async start(options: SoakedClusterOptions): Promise<SoakedCluster> {
    const { directory, historyMessages, clientTimeoutSeconds, steadyFlags, warmUpMs } = options;
    await using stack = new AsyncDisposableStack();
    const nats = stack.use(
      await NatsProcess.start({ maxPayloadBytes: MAX_PAYLOAD_BYTES, isDetached: true }),
    );
    const keyFile = join(directory, "cluster.key");
    await Deno.writeTextFile(keyFile, `${Fernet.generateKey()}\n`, { mode: KEY_FILE_MODE });
    const args = [
      ...["--cluster", nats.url, "--cluster-key-file", keyFile],
      ...["--history-messages", String(historyMessages)],
      ...["--client-timeout", String(clientTimeoutSeconds)],
      ...["--group-delivery", "unicast"],
    ];
    const start = async (name: string, runtimeFlags: readonly string[]) =>
      stack.use(await ClusteredRelay.start({ name, directory, args, runtimeFlags, warmUpMs }));
    const steady = await start("steady", steadyFlags);
    const shaken = await start("shaken", []);
    return new SoakedCluster(stack.move(), { nats, steady, shaken });
  }

  /** Both relays. */
  get relays(): readonly [ClusteredRelay, ClusteredRelay] {
    return [this.steady, this.shaken];
  }

  /** Ends all; NATS first goes on, if it was frozen. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      Deno.kill(this.nats.pid, "SIGCONT");
    } catch (error) {
      // It has ended by itself; the relays must be ended nonetheless.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    await this.#stack.disposeAsync();
  }
}
