import { join } from "node:path";
import { Fernet } from "../../src/crypto/fernet.ts";
import { HushcastProcess, type RunningRelay, startRelay } from "../hushcast_process.ts";
import type { LineProcess } from "../line_process.ts";
import { NatsProcess } from "../nats_process.ts";
import type { Cast } from "./cast.ts";

/** Owner only: who has the key of a cluster reads all that is said in it. */
const KEY_FILE_MODE = 0o600;

/** A relay of the cluster, and what others call it. */
export interface NamedRelay extends RunningRelay {
  readonly name: string;
}

/** What each of the three does. */
export type Trio<Item> = readonly [Item, Item, Item];

/** One `nats-server` and three relays that work as one, all on loopback. */
export class ClusterStage implements AsyncDisposable {
  readonly #stack: AsyncDisposableStack;
  readonly #cast: Cast;
  readonly #directory: string;
  readonly nats: NatsProcess;
  readonly relays: Trio<NamedRelay>;

  private constructor(
    stack: AsyncDisposableStack,
    cast: Cast,
    parts: Pick<ClusterStage, "nats" | "relays"> & { readonly directory: string },
  ) {
    this.#stack = stack;
    this.#cast = cast;
    this.#directory = parts.directory;
    this.nats = parts.nats;
    this.relays = parts.relays;
  }

  /**
   * Starts all, and waits until they are ready.
   *
   * @param cast Takes every process.
   * @throws {NatsMissingError} If `nats-server` is not installed.
   * @throws {CastDismissedError} If all were ended meanwhile.
   */
  static async open(cast: Cast): Promise<ClusterStage> {
    await using stack = new AsyncDisposableStack();
    const onStarted = (process: LineProcess) => cast.add(process);
    const nats = stack.use(await NatsProcess.start({ onStarted }));
    const directory = await Deno.makeTempDir({ prefix: "hushcast-demo-" });
    stack.defer(() => Deno.remove(directory, { recursive: true }));
    const keyFile = join(directory, "cluster.key");
    await Deno.writeTextFile(keyFile, `${Fernet.generateKey()}\n`, { mode: KEY_FILE_MODE });
    const start = async (name: string): Promise<NamedRelay> => {
      const cluster = ["--cluster", nats.url, "--cluster-key-file", keyFile];
      const args = [...cluster, "--cluster-relay", name];
      const relay = stack.use(await startRelay(join(directory, name), args, { onStarted }));
      return { ...relay, name };
    };
    // All that were begun are waited for, so that what did start is ended when another did not.
    const begun = [start("relay-1"), start("relay-2"), start("relay-3")] as const;
    await Promise.allSettled(begun);
    const relays = await Promise.all(begun);
    return new ClusterStage(stack.move(), cast, { nats, relays, directory });
  }

  /**
   * Starts a `hushcast` that reaches the cluster by one relay and, when that is lost, by the others.
   *
   * @param command `chat`, `listen` or `send`.
   * @param first The relay that it tries first.
   * @param args Further flags.
   */
  client(command: string, first: NamedRelay, args: readonly string[]): HushcastProcess {
    const others = this.relays.filter((relay) => relay !== first);
    const list = [first, ...others].map(({ relay }) => relay).join(",");
    const way = ["--relay", list, "--reliable", "--state", this.#directory];
    return this.#start([command, ...way, ...args]);
  }

  /** Runs one command on the control port of a relay. Returns its reply. */
  async operate(relay: NamedRelay, command: readonly string[]): Promise<readonly string[]> {
    await using control = this.#start(["control", "--port", `${relay.controlPort}`, ...command]);
    const code = await control.ended();
    if (code !== 0) throw new Error(`Cannot operate ${relay.name}: exit code ${code}`);
    return control.stdout;
  }

  /** Ends what still runs, and removes all files. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  #start(args: readonly string[]): HushcastProcess {
    return new HushcastProcess(args, { onStarted: (process) => this.#cast.add(process) });
  }
}
