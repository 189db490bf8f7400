import { assertEquals } from "@std/assert";
import { join } from "node:path";
import {
  type HushcastOptions,
  HushcastProcess,
  type RunningDirect,
  type RunningRelay,
  startDirect,
  startRelay,
} from "../../scripts/hushcast_process.ts";
import type { BuiltExecutable } from "./built_executable.ts";

/** Becomes the program behind the working directory, with the variables behind it and no others. */
const ENTER = 'cd "$1" && shift && exec env -i "$@"';

/** An executable that is installed where there is neither Deno nor Node. */
export interface InstalledExecutable {
  readonly kind: BuiltExecutable["kind"];
  /** Its path; the folder has a blank in its name. */
  readonly path: string;
  /** Folder with the programs of the system, for `PATH`. */
  readonly programs: string;
  /** Where the portable executable is unpacked, by all stages. */
  readonly cache: string;
}

/** How an executable is started on a stage. */
export interface StageOptions {
  /** Other variables than those of the stage; `undefined` leaves one out. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What to run in its place, which is given the same arguments. */
  readonly executable?: string;
  /** What runs it, as in `setpriv --reuid=65534`; by default nothing. */
  readonly within?: readonly string[];
}

/** What came of a run. */
export interface StageOutcome {
  readonly code: number;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

/**
 * Where an installed executable is run: an empty working directory, an empty home, and an
 * environment of `PATH`, `HOME`, `TMPDIR` and `HUSHCAST_CACHE`, which is that of the installation.
 */
export class ExecutableStage implements AsyncDisposable {
  readonly installed: InstalledExecutable;
  /** The working directory. */
  readonly work: string;
  readonly home: string;
  /** `TMPDIR` */
  readonly temporary: string;
  /** An empty folder for `--state` and whatever else. */
  readonly state: string;
  readonly #root: string;

  private constructor(root: string, installed: InstalledExecutable) {
    this.installed = installed;
    this.work = join(root, "work");
    this.home = join(root, "home");
    this.temporary = join(root, "tmp");
    this.state = join(root, "state");
    this.#root = root;
  }

  /**
   * Makes the folders.
   *
   * @param root An empty folder; removed at the end.
   * @param installed The executable.
   */
  static async create(
    root: string,
    installed: InstalledExecutable,
  ): Promise<ExecutableStage> {
    await Deno.chmod(root, 0o755);
    const stage = new ExecutableStage(root, installed);
    for (const folder of [stage.work, stage.home, stage.temporary, stage.state]) {
      await Deno.mkdir(folder);
    }
    return stage;
  }

  /** The same for {@linkcode HushcastProcess}. */
  processOptions(options: StageOptions = {}): HushcastOptions & { executable: string } {
    const { environment, executable = this.installed.path, within = [] } = options;
    const variables = Object.entries({
      PATH: this.installed.programs,
      HOME: this.home,
      TMPDIR: this.temporary,
      HUSHCAST_CACHE: this.installed.cache,
      ...environment,
    }).flatMap(([name, value]) => value === undefined ? [] : [`${name}=${value}`]);
    const enter = ["sh", "-c", ENTER, "sh", this.work, ...variables];
    return { executable, within: [...within, ...enter] };
  }

  /** Starts the executable. */
  start(args: readonly string[], options?: StageOptions): HushcastProcess {
    return new HushcastProcess(args, this.processOptions(options));
  }

  /**
   * Runs the executable to its end.
   *
   * @param args The command line.
   * @param options How it is started.
   * @param lines What it is given on standard input.
   */
  async run(
    args: readonly string[],
    options?: StageOptions,
    lines: readonly string[] = [],
  ): Promise<StageOutcome> {
    await using process = this.start(args, options);
    for (const line of lines) await process.type(line);
    await process.endInput();
    const code = await process.ended();
    return { code, stdout: process.stdout, stderr: process.stderr };
  }

  /** Starts a relay, whose state directory is that of the stage; see {@linkcode startRelay}. */
  async relay(args: readonly string[] = [], options?: StageOptions): Promise<RunningRelay> {
    return await startRelay(this.state, args, this.processOptions(options));
  }

  /** Starts a direct server; see {@linkcode startDirect}. */
  async direct(args: readonly string[] = [], options?: StageOptions): Promise<RunningDirect> {
    return await startDirect(args, this.processOptions(options));
  }

  /**
   * Starts a client of a relay by unicast, and waits until it is registered.
   *
   * @param relay Its relay, whose log tells that it is.
   * @param command `chat` or `listen`.
   * @param name Its client name.
   * @param args Further flags.
   */
  async client(
    relay: RunningRelay,
    command: "chat" | "listen",
    name: string,
    args: readonly string[] = ["--relay", relay.relay],
  ): Promise<HushcastProcess> {
    const client = this.start([command, "--name", name, "--state", this.state, ...args]);
    try {
      await relay.process.errorLine(new RegExp(`client registered id=${name} `));
      return client;
    } catch (error) {
      await client[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Asserts that nothing was written to the working directory and to the home. */
  assertUntouched(): void {
    for (const folder of [this.work, this.home]) {
      assertEquals(Array.from(Deno.readDirSync(folder), ({ name }) => name), [], folder);
    }
  }

  /** Removes the folders. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#root, { recursive: true });
  }
}
