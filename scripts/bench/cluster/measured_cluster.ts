import { join } from "node:path";
import { Fernet } from "../../../src/crypto/fernet.ts";
import { parseEndpoint } from "../../../src/session/endpoint.ts";
import { startRelay } from "../../hushcast_process.ts";
import type { LineProcess } from "../../line_process.ts";
import { NatsProcess } from "../../nats_process.ts";
import { BenchError } from "../bench_error.ts";
import type { ClusterSetting } from "./cluster_cases.ts";
import type { ClusterJobRelay } from "./cluster_job.ts";

/** Owner only. */
const KEY_FILE_MODE = 0o600;

const USUAL = ["--no-multicast", "--log-level", "warn"];

/** Relays and NATS servers in processes of their own, with directories that go when they go. */
export class MeasuredCluster implements AsyncDisposable {
  readonly #stack: AsyncDisposableStack;
  readonly relays: readonly ClusterJobRelay[];
  /** Processes of the NATS servers. */
  readonly natsPids: readonly number[];

  private constructor(
    stack: AsyncDisposableStack,
    relays: readonly ClusterJobRelay[],
    natsPids: readonly number[],
  ) {
    this.#stack = stack;
    this.relays = relays;
    this.natsPids = natsPids;
  }

  /**
   * Starts all, and waits until they are ready.
   *
   * @param setting What is started.
   * @param signal Ends all of it.
   * @throws {NatsMissingError} If `nats-server` is needed, and not installed.
   * @throws {BenchError} If a relay does not start.
   */
  static async start(setting: ClusterSetting, signal: AbortSignal): Promise<MeasuredCluster> {
    await using stack = new AsyncDisposableStack();
    const endAtAbort = (process: LineProcess) => {
      const onAbort = () => process.kill("SIGKILL");
      signal.addEventListener("abort", onAbort);
      stack.defer(() => signal.removeEventListener("abort", onAbort));
      if (signal.aborted) onAbort();
    };
    const directory = await Deno.makeTempDir({ prefix: "hushcast-bench-" });
    stack.defer(() => Deno.remove(directory, { recursive: true }));
    const servers = await startServers(setting.servers, stack, endAtAbort);
    const history = await historyFlags(setting, directory, servers);
    const relays: ClusterJobRelay[] = [];
    // One after the other: the first makes the stream.
    for (let number = 1; number <= setting.relays; number++) {
      relays.push(await startOne(join(directory, `relay-${number}`), history, stack, endAtAbort));
    }
    return new MeasuredCluster(stack.move(), relays, servers.map(({ pid }) => pid));
  }

  /** Ends all, and removes their directories. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

async function startServers(
  count: number,
  stack: AsyncDisposableStack,
  onStarted: (process: LineProcess) => void,
): Promise<NatsProcess[]> {
  if (count === 0) return [];
  if (count === 1) return [stack.use(await NatsProcess.start({ onStarted }))];
  const routePorts = Array.from({ length: count }, freePort);
  const begun = routePorts.map(async (routePort, index) => {
    const cluster = { name: `server-${index + 1}`, routePort, routePorts };
    return stack.use(await NatsProcess.start({ cluster, onStarted }));
  });
  await Promise.allSettled(begun);
  return await Promise.all(begun);
}

async function historyFlags(
  { history, servers: replicas }: ClusterSetting,
  directory: string,
  servers: readonly NatsProcess[],
): Promise<string[]> {
  if (history === "memory") return [];
  if (history === "sqlite") return ["--history", `sqlite:${join(directory, "history.db")}`];
  const keyFile = join(directory, "cluster.key");
  await Deno.writeTextFile(keyFile, `${Fernet.generateKey()}\n`, { mode: KEY_FILE_MODE });
  const urls = servers.map(({ url }) => url).join(",");
  return ["--cluster", urls, "--cluster-key-file", keyFile, "--cluster-replicas", `${replicas}`];
}

async function startOne(
  state: string,
  history: readonly string[],
  stack: AsyncDisposableStack,
  onStarted: (process: LineProcess) => void,
): Promise<ClusterJobRelay> {
  try {
    const relay = stack.use(await startRelay(state, [...USUAL, ...history], { onStarted }));
    const endpoint = parseEndpoint(relay.relay);
    if (endpoint === undefined) throw new BenchError(`Cannot use relay at ${relay.relay}`);
    return { endpoint, pid: relay.process.pid };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BenchError(`Cannot start relay: ${reason}`, { cause });
  }
}

/** A port that is free now: servers of NATS have to know each other's before they start. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
