import { join } from "node:path";
import { programTest } from "./test_with_program.ts";

/** Longest time until a server listens, milliseconds. */
const START_TIMEOUT_MS = 10_000;

/** How a server of NATS differs from others. */
export interface NatsServerOptions {
  /** Whether it keeps streams; true by default. */
  readonly jetStream?: boolean;
  /** More lines of its configuration. */
  readonly config?: string;
  /** What its address says of how to come in, such as `user:password@`. */
  readonly userInfo?: string;
  /** Its scheme; `nats` by default. */
  readonly scheme?: "nats" | "tls";
  /** Port for clients; a free one by default. */
  readonly port?: number;
  /** Its name; needed among several. */
  readonly name?: string;
}

/** A server of NATS in a process of its own, with a directory of its own. */
export class NatsServer implements AsyncDisposable {
  readonly #directory: string;
  readonly #options: NatsServerOptions;
  #process: Deno.ChildProcess | undefined;
  /** Port for clients. */
  readonly port: number;

  private constructor(directory: string, port: number, options: NatsServerOptions) {
    this.#directory = directory;
    this.port = port;
    this.#options = options;
  }

  /** Starts one, and waits until it listens. */
  static async start(options: NatsServerOptions = {}): Promise<NatsServer> {
    const server = await NatsServer.prepare(options);
    await server.start();
    return server;
  }

  /** Sets one up that does not run yet. */
  static async prepare(options: NatsServerOptions = {}): Promise<NatsServer> {
    const directory = await Deno.makeTempDir({ prefix: "hushcast-nats-" });
    return new NatsServer(directory, options.port ?? freePort(), options);
  }

  /** Its address. */
  get url(): string {
    const { scheme = "nats", userInfo = "" } = this.#options;
    return `${scheme}://${userInfo}127.0.0.1:${this.port}`;
  }

  /** Whether its process runs. */
  get isRunning(): boolean {
    return this.#process !== undefined;
  }

  /** Starts it, again maybe, with the same port and the same store. */
  async start(): Promise<void> {
    const path = join(this.#directory, "nats.conf");
    await Deno.writeTextFile(path, this.#config());
    this.#process = new Deno.Command("nats-server", {
      args: ["-c", path],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    await this.#listens();
  }

  /** Ends it as an operator would. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  /** Ends it without warning. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Stops it in its tracks, with its connections open. */
  freeze(): void {
    this.#process?.kill("SIGSTOP");
  }

  /** Has it go on after `freeze`. */
  thaw(): void {
    this.#process?.kill("SIGCONT");
  }

  /** Takes away all that it stored; it must not run. */
  async wipe(): Promise<void> {
    await Deno.remove(join(this.#directory, "store"), { recursive: true });
  }

  /** Copies all that it stored to a directory of its own, or back; it must not run. */
  async copyStore(from: "store" | "copy", to: "store" | "copy"): Promise<void> {
    await Deno.remove(join(this.#directory, to), { recursive: true }).catch(ignoreNotFound);
    await copyDirectory(join(this.#directory, from), join(this.#directory, to));
  }

  /** Takes a copy of all that another one stored for its own; neither must run. */
  async adoptStore(other: NatsServer): Promise<void> {
    const target = join(this.#directory, "store");
    await Deno.remove(target, { recursive: true }).catch(ignoreNotFound);
    await copyDirectory(join(other.#directory, "store"), target);
  }

  /** Ends it, and removes its directory. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await Deno.remove(this.#directory, { recursive: true });
  }

  async #end(signal: Deno.Signal): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    if (process === undefined) return;
    process.kill(signal);
    await process.status;
  }

  #config(): string {
    const { jetStream = true, config = "", name = `server${this.port}` } = this.#options;
    const store = join(this.#directory, "store");
    const streams = jetStream ? `jetstream { store_dir: ${JSON.stringify(store)} }\n` : "";
    return `listen: "127.0.0.1:${this.port}"\nserver_name: "${name}"\n${streams}${config}\n`;
  }

  async #listens(): Promise<void> {
    const untilMs = performance.now() + START_TIMEOUT_MS;
    while (!await isGreeting(this.port)) {
      if (performance.now() > untilMs) throw new Error("nats-server did not start");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** A port that is free now. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/**
 * Registers a test that needs `nats-server`.
 *
 * @param name The test's name.
 * @param fn The test.
 */
export function natsTest(name: string, fn: () => Promise<void>): void {
  programTest("nats-server", "nats-server", name, fn);
}

async function isGreeting(port: number): Promise<boolean> {
  try {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const read = await connection.read(new Uint8Array(4));
    return read !== null;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    if (error instanceof Deno.errors.ConnectionReset) return false;
    throw error;
  }
}

async function copyDirectory(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const entry of Deno.readDir(from)) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory) await copyDirectory(source, target);
    else await Deno.copyFile(source, target);
  }
}

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
