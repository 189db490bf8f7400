import { join } from "node:path";
import type { Endpoint } from "../../../src/session/endpoint.ts";
import { type RunningRelay, startRelay } from "../../hushcast_process.ts";
import { atMost, type Finding } from "../measures/finding.ts";
import { MetricsWatch } from "../measures/metrics_watch.ts";
import { logFinding } from "../relay/process_end.ts";
import { freeLowPort } from "./free_port.ts";

/** What a relay has to log as an error while NATS stands still. */
const EXPECTED_ERROR = /messages can't be kept, and wait error="NATS /;

/** How a relay of the cluster is started. */
export interface ClusteredRelayOptions {
  /** What it is called. */
  readonly name: string;
  /** Directory for its state. */
  readonly directory: string;
  /** Flags that all relays of the cluster have. */
  readonly args: readonly string[];
  /** Flags of Deno beside the usual. */
  readonly runtimeFlags: readonly string[];
  /** See `MetricsWatch`. */
  readonly warmUpMs: number;
}

/** How a life of a relay is ended: as an operator would, or with `kill -9`. */
export type RelayEnd = "stop" | "kill";

/** A relay of a cluster that can be ended and started anew at the same ports, and its metrics. */
export class ClusteredRelay implements AsyncDisposable {
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly watch: MetricsWatch;
  readonly #start: () => Promise<RunningRelay>;
  /** The lives that it had, this one last, and how the former ones ended. */
  readonly #lives: RunningRelay[];
  readonly #findings: Finding[] = [];

  private constructor(
    { name, warmUpMs }: ClusteredRelayOptions,
    ports: { readonly http: number },
    start: () => Promise<RunningRelay>,
    life: RunningRelay,
  ) {
    this.name = name;
    this.endpoint = { hostname: "127.0.0.1", port: life.port };
    this.#start = start;
    this.#lives = [life];
    this.watch = new MetricsWatch({ url: `http://127.0.0.1:${ports.http}/metrics`, warmUpMs });
  }

  /** Starts one. @param options How. */
  static async start(options: ClusteredRelayOptions): Promise<ClusteredRelay> {
    const ports = { udp: freeLowPort(), http: freeLowPort() };
    const { name, directory, args, runtimeFlags } = options;
    const start = () =>
      startRelay(join(directory, name), [
        ...["--port", String(ports.udp), "--http", `127.0.0.1:${ports.http}`, "--no-multicast"],
        ...["--cluster-relay", name, ...args],
      ], { isDetached: true, runtimeFlags });
    return new ClusteredRelay(options, ports, start, await start());
  }

  /** Process id of this life. */
  get pid(): number {
    return this.#life.process.pid;
  }

  /** Port for operators of this life. */
  get controlPort(): number {
    return this.#life.controlPort;
  }

  /** `HOST:PORT` for clients. */
  get relay(): string {
    return this.#life.relay;
  }

  /** Standard error of all lives. */
  get log(): readonly string[] {
    return this.#lives.flatMap(({ process }) => process.stderr);
  }

  /** Ends a life; its metrics are read no more until `restart`. */
  async end(how: RelayEnd): Promise<void> {
    await this.watch.pause();
    const { process } = this.#life;
    process.kill(how === "stop" ? "SIGTERM" : "SIGKILL");
    const code = await process.ended();
    if (how === "stop") this.#findings.push(atMost("exit code after SIGTERM", code, 0));
    this.#findings.push(logFinding(process.stderr.filter((line) => !EXPECTED_ERROR.test(line))));
  }

  /** Begins another life at the same ports, and waits until it is ready. */
  async restart(): Promise<void> {
    this.#lives.push(await this.#start());
    this.watch.resume();
  }

  /** How its lives ended that were ended politely, and what all of them logged: broken rules only. */
  brokenRules(): Finding[] {
    return this.#findings.filter(({ failed }) => failed)
      .map((finding) => ({ ...finding, name: `${this.name}: ${finding.name}` }));
  }

  get #life(): RunningRelay {
    const life = this.#lives.at(-1);
    if (life === undefined) throw new Error(`Cannot go on: ${this.name} never lived`);
    return life;
  }

  /** Ends it for good. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.watch[Symbol.asyncDispose]();
    await this.#life[Symbol.asyncDispose]();
  }
}
