import { fileURLToPath } from "node:url";
import { PERMISSION_FLAGS } from "./compile/program_flags.ts";
import { LineProcess } from "./line_process.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

/** Those of the executable, and no others. */
const PERMISSIONS = [...PERMISSION_FLAGS, "--no-prompt"];

/**
 * What starts `hushcast`: a built executable, or Deno with the sources of this checkout.
 *
 * @param executable Path of a built executable, or nothing in it for the sources; by default what
 *   `HUSHCAST_EXECUTABLE` holds, so that all end-to-end tests can be run against an executable.
 * @param runtimeFlags Flags of Deno beside the usual; an executable takes none.
 * @returns The program, and the arguments before those of `hushcast`.
 */
export function hushcastCommand(
  executable = Deno.env.get("HUSHCAST_EXECUTABLE"),
  runtimeFlags: readonly string[] = [],
): [program: string, ...args: string[]] {
  if (executable) return [executable];
  return [Deno.execPath(), "run", ...PERMISSIONS, ...runtimeFlags, MAIN];
}

/** Whether a built executable is run; it takes no flags of Deno. */
export function isExecutable([, ...args]: ReturnType<typeof hushcastCommand>): boolean {
  return args.length === 0;
}

/** How a `hushcast` is started. */
export interface HushcastOptions {
  /** A built executable to run; see {@linkcode hushcastCommand}. */
  readonly executable?: string;
  /** Flags of Deno beside the usual; a built executable takes none. */
  readonly runtimeFlags?: readonly string[];
  /** Variables beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether it is in a session of its own, so that Ctrl-C in a terminal does not reach it. */
  readonly isDetached?: boolean;
  /** What runs it, as in `ip netns exec NAME`; by default nothing. */
  readonly within?: readonly string[];
  /** Told of the process as soon as it runs, before it is ready, so that it can be ended early. */
  readonly onStarted?: (process: HushcastProcess) => void;
}

/** One `hushcast` in a process of its own, with its output as lines. */
export class HushcastProcess extends LineProcess {
  /**
   * Starts `hushcast`.
   *
   * @param args The command line.
   * @param options Executable, variables, and what runs it.
   */
  constructor(args: readonly string[], options: HushcastOptions = {}) {
    const { executable, runtimeFlags, environment, isDetached = false, within = [] } = options;
    const [command = "", ...rest] = [...within, ...hushcastCommand(executable, runtimeFlags)];
    super(command, [...rest, ...args], { NO_COLOR: "1", ...environment }, { isDetached });
    options.onStarted?.(this);
  }
}

/** A relay in a process of its own, and where it is reached. */
export interface RunningRelay extends AsyncDisposable {
  readonly process: HushcastProcess;
  /** `127.0.0.1:PORT`. */
  readonly relay: string;
  /** Port of unicast and multicast alike. */
  readonly port: number;
  /** `IP:PORT` of the group, or `-`. */
  readonly group: string;
  readonly controlPort: number;
  /** `SHA256:...` */
  readonly identity: string;
}

/**
 * Starts a relay on loopback, with free ports unless told otherwise, and waits until it is ready.
 *
 * @param state Its state directory.
 * @param args Flags behind the usual ones; the last of a kind counts.
 * @param options Executable, variables, and what runs it.
 */
export async function startRelay(
  state: string,
  args: readonly string[] = [],
  options: HushcastOptions = {},
): Promise<RunningRelay> {
  const loopback = ["--bind", "127.0.0.1", "--interface", "127.0.0.1", "--port", "0"];
  const process = new HushcastProcess(
    ["relay", ...loopback, "--control-port", "0", "--state", state, ...args],
    options,
  );
  try {
    const [, port = "", group = "", controlPort = "", identity = ""] = await process.line(
      /^hushcast relay ready udp=\S+:(\d+) group=(\S+) control=\S+:(\d+) identity=(SHA256:\S+)$/,
    );
    return {
      process,
      relay: `127.0.0.1:${port}`,
      port: Number(port),
      group,
      controlPort: Number(controlPort),
      identity,
      [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
    };
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
}

/** A direct server in a process of its own, and where it is reached. */
export interface RunningDirect extends AsyncDisposable {
  readonly process: HushcastProcess;
  /** `127.0.0.1:PORT`. */
  readonly server: string;
  readonly port: number;
  readonly controlPort: number;
  /** `SHA256:...` of its RSA key. */
  readonly key: string;
}

/**
 * Starts a direct server on loopback, with free ports and a short key unless told otherwise, and
 * waits until it is ready.
 *
 * @param args Flags behind the usual ones; the last of a kind counts.
 * @param options Executable, variables, and what runs it.
 */
export async function startDirect(
  args: readonly string[] = [],
  options: HushcastOptions = {},
): Promise<RunningDirect> {
  const usual = ["--bind", "127.0.0.1", "--port", "0", "--control-port", "0", "--rsa-bits", "2048"];
  const process = new HushcastProcess(["direct", ...usual, ...args], options);
  try {
    const [, port = "", key = ""] = await process.line(
      /^hushcast direct ready udp=\S+:(\d+) key=(SHA256:\S+)$/,
    );
    const [, controlPort = ""] = await process.errorLine(
      /direct server started .*control=\S+:(\d+)/,
    );
    return {
      process,
      server: `127.0.0.1:${port}`,
      port: Number(port),
      controlPort: Number(controlPort),
      key,
      [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
    };
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
}
