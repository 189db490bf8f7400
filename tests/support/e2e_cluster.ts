import { join } from "node:path";
import { type RunningRelay, startRelay } from "../../scripts/hushcast_process.ts";
import { Fernet } from "../../src/crypto/fernet.ts";
import { dashboardOf } from "./e2e_cluster_signs.ts";
import { temporaryDirectory } from "./temporary_directory.ts";

/** A relay of a cluster, in a process of its own. */
export interface ClusterRelayProcess extends RunningRelay {
  /** `relay-1`, `relay-2` and so on. */
  readonly name: string;
  /** Where its dashboard is, with a slash at the end. */
  readonly http: string;
}

/** How the relays of a cluster are started. */
export interface RelayClusterOptions {
  /** The NATS servers. */
  readonly nats: readonly string[];
  /** More flags. */
  readonly args?: readonly string[];
}

/** Relays that work as one, each in a process of its own on loopback. */
export class RelayCluster implements AsyncDisposable {
  readonly #relays: ClusterRelayProcess[];

  private constructor(
    /** A directory for whatever belongs to the test. */
    readonly path: string,
    relays: ClusterRelayProcess[],
    private readonly options: RelayClusterOptions,
    private readonly dispose: () => Promise<void>,
  ) {
    this.#relays = relays;
  }

  /**
   * Starts relays, and waits until each has heard of each.
   *
   * @param count How many.
   * @param options How.
   */
  static async start(count: number, options: RelayClusterOptions): Promise<RelayCluster> {
    await using stack = new AsyncDisposableStack();
    const { path } = stack.use(await temporaryDirectory());
    await writeClusterKey(join(path, "cluster.key"));
    const started = await Promise.allSettled(
      Array.from({ length: count }, (_, index) => startMember(path, index, options)),
    );
    const relays = started.flatMap((it) => it.status === "fulfilled" ? [it.value] : []);
    // A relay that is started anew takes the place of the one before.
    stack.defer(async () => {
      for (const relay of relays) await relay[Symbol.asyncDispose]();
    });
    for (const it of started) if (it.status === "rejected") throw it.reason;
    await meet(relays);
    const owned = stack.move();
    return new RelayCluster(path, relays, options, () => owned.disposeAsync());
  }

  /** Its relays. */
  get relays(): readonly ClusterRelayProcess[] {
    return this.#relays;
  }

  /** One of its relays. @param index From 0. */
  at(index: number): ClusterRelayProcess {
    const relay = this.#relays[index];
    if (relay === undefined) throw new RangeError(`Cannot find relay ${index}`);
    return relay;
  }

  /**
   * The flags that lead a client to one relay, and to the others when that one is lost.
   *
   * @param first Which is the one.
   */
  wayFrom(first: number): string[] {
    const relays = [...this.#relays.slice(first), ...this.#relays.slice(0, first)];
    return ["--relay", relays.map(({ relay }) => relay).join(",")];
  }

  /** Ends a relay without warning. */
  async kill(index: number): Promise<void> {
    await this.#end(index, "SIGKILL");
  }

  /** Ends a relay as an operator would. */
  async stop(index: number): Promise<void> {
    await this.#end(index, "SIGTERM");
  }

  /** Starts a relay that has ended anew, at the same port, and waits until all others know it. */
  async restart(index: number): Promise<ClusterRelayProcess> {
    const former = this.at(index);
    const { args = [] } = this.options;
    const relay = await startMember(this.path, index, {
      ...this.options,
      args: [...args, "--port", `${former.port}`],
    });
    this.#relays[index] = relay;
    for (const other of this.#relays) {
      if (other !== relay) await relay.process.errorLine(foundPattern(other));
    }
    return relay;
  }

  /** Ends all relays, and removes the directory. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  async #end(index: number, signal: Deno.Signal): Promise<void> {
    const { process } = this.at(index);
    process.kill(signal);
    await process.ended();
  }
}

/** Makes the file of a cluster key. @param path Where. */
export async function writeClusterKey(path: string): Promise<void> {
  await Deno.writeTextFile(path, `${Fernet.generateKey()}\n`, { mode: 0o600 });
}

async function startMember(
  path: string,
  index: number,
  { nats, args = [] }: RelayClusterOptions,
): Promise<ClusterRelayProcess> {
  const name = `relay-${index + 1}`;
  const relay = await startRelay(join(path, name), [
    "--no-multicast",
    ...["--http", "127.0.0.1:0"],
    ...["--cluster", nats.join(","), "--cluster-key-file", join(path, "cluster.key")],
    ...["--cluster-relay", name],
    ...args,
  ]);
  try {
    return { ...relay, name, http: await dashboardOf(relay) };
  } catch (error) {
    await relay[Symbol.asyncDispose]();
    throw error;
  }
}

async function meet(relays: readonly ClusterRelayProcess[]): Promise<void> {
  for (const relay of relays) {
    for (const other of relays) {
      if (other !== relay) await relay.process.errorLine(foundPattern(other));
    }
  }
}

function foundPattern({ name }: ClusterRelayProcess): RegExp {
  return new RegExp(`relay of the cluster found relay=${name} `);
}
