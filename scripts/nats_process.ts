import { join } from "node:path";
import { findProgram } from "./find_program.ts";
import { LineProcess } from "./line_process.ts";

const PROGRAM = "nats-server";

/** How servers that run as one find each other. */
export interface NatsCluster {
  /** Name of this server among them. */
  readonly name: string;
  /** Port for the others, on 127.0.0.1. */
  readonly routePort: number;
  /** Ports of all of them for each other. */
  readonly routePorts: readonly number[];
}

/** How a server is started. */
export interface NatsProcessOptions {
  /** The others; by default there are none. */
  readonly cluster?: NatsCluster;
  /** The longest message that it takes, bytes; 1 MiB by default. */
  readonly maxPayloadBytes?: number;
  /** Whether it is in a session of its own, so that Ctrl-C in a terminal does not reach it. */
  readonly isDetached?: boolean;
  /** Told of its process before it listens, so that it can be ended early. */
  readonly onStarted?: (process: LineProcess) => void;
}

/** There is no `nats-server` here; the message says how to get one. */
export class NatsMissingError extends Error {
  override readonly name = "NatsMissingError";

  constructor() {
    super(
      `${PROGRAM} is not installed: 'apt-get install ${PROGRAM}', 'brew install ${PROGRAM}', ` +
        "or from https://nats.io/download",
    );
  }
}

/** A server of NATS that keeps streams, in a process and a directory of its own, on 127.0.0.1. */
export class NatsProcess implements AsyncDisposable {
  readonly #directory: string;
  readonly #process: LineProcess;
  /** Port for clients. */
  readonly port: number;

  private constructor(directory: string, process: LineProcess, port: number) {
    this.#directory = directory;
    this.#process = process;
    this.port = port;
  }

  /**
   * Starts one on a free port, and waits until it listens.
   *
   * @param options The others, its session, and who is told of its process.
   * @throws {NatsMissingError} If it is not installed.
   * @throws {Error} If it does not listen within 20 seconds.
   */
  static async start(
    { cluster, maxPayloadBytes, isDetached = false, onStarted }: NatsProcessOptions = {},
  ): Promise<NatsProcess> {
    if (findProgram(PROGRAM) === undefined) throw new NatsMissingError();
    await using stack = new AsyncDisposableStack();
    const directory = await Deno.makeTempDir({ prefix: "hushcast-nats-" });
    stack.defer(() => Deno.remove(directory, { recursive: true }));
    const flags = [
      ...["-a", "127.0.0.1", "-p", "-1", "-js", "-sd", directory],
      ...cluster === undefined ? [] : clusterFlags(cluster),
      ...maxPayloadBytes === undefined ? [] : await configFlags(directory, maxPayloadBytes),
    ];
    const process = stack.use(new LineProcess(PROGRAM, flags, {}, { isDetached }));
    onStarted?.(process);
    const [, port = ""] = await process.errorLine(/Listening for client connections on \S+:(\d+)$/);
    stack.move();
    return new NatsProcess(directory, process, Number(port));
  }

  /** Its address. */
  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Its process id. */
  get pid(): number {
    return this.#process.pid;
  }

  /** Ends it and removes what it stored. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
    await Deno.remove(this.#directory, { recursive: true });
  }
}

/** There is no flag for it, so it takes a file. */
async function configFlags(directory: string, maxPayloadBytes: number): Promise<string[]> {
  const file = join(directory, "nats.conf");
  await Deno.writeTextFile(file, `max_payload: ${maxPayloadBytes}\n`);
  return ["-c", file];
}

function clusterFlags({ name, routePort, routePorts }: NatsCluster): string[] {
  const routes = routePorts.map((port) => `nats://127.0.0.1:${port}`).join(",");
  const cluster = ["--cluster_name", "bench", "--cluster", `nats://127.0.0.1:${routePort}`];
  return ["--name", name, ...cluster, "--routes", routes];
}
