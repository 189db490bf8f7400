import { join } from "node:path";
import { parseEndpoint } from "../../../src/session/endpoint.ts";
import { startRelay } from "../../hushcast_process.ts";
import { BenchError } from "../bench_error.ts";
import type { HttpJobRelay } from "./http_job.ts";

const USUAL = ["--no-multicast", "--group-delivery", "off"];

/** A relay of this checkout in a process of its own, with a directory that goes when it goes. */
export class WatchedRelay implements AsyncDisposable {
  readonly #stack: AsyncDisposableStack;
  /** What those who measure it have to know. */
  readonly relay: HttpJobRelay;
  /** The directory; others may put files of their own there. */
  readonly directory: string;

  private constructor(stack: AsyncDisposableStack, relay: HttpJobRelay, directory: string) {
    this.#stack = stack;
    this.relay = relay;
    this.directory = directory;
  }

  /**
   * Starts it, and waits until it is ready.
   *
   * @param options.hasHttp Whether it can be watched by HTTP.
   * @param signal Ends it.
   * @throws {BenchError} If it does not start.
   */
  static async start(
    { hasHttp }: { readonly hasHttp: boolean },
    signal: AbortSignal,
  ): Promise<WatchedRelay> {
    await using stack = new AsyncDisposableStack();
    const directory = await Deno.makeTempDir({ prefix: "hushcast-bench-" });
    stack.defer(() => Deno.remove(directory, { recursive: true }));
    try {
      const relay = await startOne(join(directory, "state"), hasHttp, stack, signal);
      return new WatchedRelay(stack.move(), relay, directory);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new BenchError(`Cannot start relay: ${reason}`, { cause });
    }
  }

  /** Ends it, and removes its directory. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

async function startOne(
  state: string,
  hasHttp: boolean,
  stack: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<HttpJobRelay> {
  const args = [...USUAL, ...hasHttp ? ["--http", "127.0.0.1:0"] : []];
  const running = stack.use(
    await startRelay(state, args, {
      onStarted: (process) => {
        const onAbort = () => process.kill("SIGKILL");
        signal.addEventListener("abort", onAbort);
        stack.defer(() => signal.removeEventListener("abort", onAbort));
        if (signal.aborted) onAbort();
      },
    }),
  );
  const { process, controlPort } = running;
  const endpoint = parseEndpoint(running.relay);
  if (endpoint === undefined) throw new Error(`it cannot be reached at ${running.relay}`);
  const url = hasHttp ? (await process.errorLine(/http ready url=(\S+)$/))[1] : undefined;
  return { endpoint, pid: process.pid, controlPort, url };
}
