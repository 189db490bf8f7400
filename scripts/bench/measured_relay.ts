import { type Endpoint, parseEndpoint } from "../../src/session/endpoint.ts";
import { LineProcess } from "../line_process.ts";
import { BenchError } from "./bench_error.ts";
import type { Delivery } from "./load_job.ts";
import { type RelayProgram, startCommand } from "./relay_program.ts";

const READY_LINE = /^hushcast relay ready udp=(\S+)/;

/** A relay in a process of its own, with a state directory that goes when it goes. */
export class MeasuredRelay implements AsyncDisposable {
  readonly #process: LineProcess;
  readonly #state: string;
  /** Where it is reached. */
  readonly endpoint: Endpoint;

  private constructor(process: LineProcess, state: string, endpoint: Endpoint) {
    this.#process = process;
    this.#state = state;
    this.endpoint = endpoint;
  }

  /**
   * Starts a relay and waits until it is ready.
   *
   * @param program The relay.
   * @param delivery How it is to deliver.
   * @param signal Ends the wait.
   * @throws {BenchError} If it does not start, or does not say where it is reached.
   */
  static async start(
    program: RelayProgram,
    delivery: Delivery,
    signal: AbortSignal,
  ): Promise<MeasuredRelay> {
    await using stack = new AsyncDisposableStack();
    const state = await Deno.makeTempDir({ prefix: "hushcast-bench-" });
    stack.defer(() => Deno.remove(state, { recursive: true }));
    const [command = "", ...args] = startCommand(program, delivery, state);
    const process = stack.use(spawn(program, command, args));
    const onAbort = () => process.kill("SIGKILL");
    signal.addEventListener("abort", onAbort);
    stack.defer(() => signal.removeEventListener("abort", onAbort));
    const endpoint = await readyEndpoint(program, process);
    stack.move();
    return new MeasuredRelay(process, state, endpoint);
  }

  /** Its process. */
  get pid(): number {
    return this.#process.pid;
  }

  /** Ends it and removes its state directory. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
    await Deno.remove(this.#state, { recursive: true });
  }
}

function spawn({ letter }: RelayProgram, command: string, args: readonly string[]): LineProcess {
  try {
    return new LineProcess(command, args, { NO_COLOR: "1" });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BenchError(`Cannot start relay ${letter}: ${reason}`, { cause });
  }
}

async function readyEndpoint({ letter }: RelayProgram, process: LineProcess): Promise<Endpoint> {
  let address: string | undefined;
  try {
    [, address] = await process.line(READY_LINE);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BenchError(`Cannot start relay ${letter}: ${reason}`, { cause });
  }
  const endpoint = parseEndpoint(address ?? "");
  if (endpoint === undefined) {
    throw new BenchError(`Cannot use relay ${letter}: want HOST:PORT, got ${address}`);
  }
  // A relay that is bound to all addresses is asked on this machine.
  return endpoint.hostname === "0.0.0.0" ? { ...endpoint, hostname: "127.0.0.1" } : endpoint;
}
