import { join } from "node:path";
import { HushcastError } from "../errors.ts";
import type { EventLogger } from "../observe/event_logger.ts";
import { removeUnfinished } from "./state_file.ts";
import { systemReason } from "../observe/system_reason.ts";

/** How long a server waits for another one that may be shutting down, milliseconds. */
const PATIENCE_MS = 3_000;

/** How often it tries, milliseconds. */
const INTERVAL_MS = 50;

/** Servers of a kind keep each other out of a state directory, and those of the other kind not. */
export type LockingServer = "relay" | "direct server";

const FILE_NAMES: Readonly<Record<LockingServer, string>> = {
  "relay": "relay.lock",
  "direct server": "direct.lock",
};

/** Raised when another server of the kind runs in a state directory. */
export class StateInUseError extends HushcastError {
  /** Stable name of this error. */
  readonly code = "STATE_IN_USE";
}

/** How a state directory is locked. */
export interface StateLockOptions {
  /** Who locks it. */
  readonly server: LockingServer;
  /** Told that another one is waited for. */
  readonly logger: EventLogger;
  /** Ends the wait early. */
  readonly signal?: AbortSignal;
  /** How long another one is waited for, milliseconds; by default 3 seconds. */
  readonly patienceMs?: number;
}

/**
 * Keeps a second server of a kind out of a state directory, where they would write over each
 * other's files.
 *
 * It is the system's lock on a file there, which holds the process id of whoever has it. The file
 * stays, and the lock ends with its process, however that ends.
 */
export class StateLock implements Disposable {
  readonly #path: string;
  readonly #file: Deno.FsFile | undefined;
  readonly #unlockedBecause: string | undefined;

  private constructor(
    path: string,
    file: Deno.FsFile | undefined,
    unlockedBecause: string | undefined,
  ) {
    this.#path = path;
    this.#file = file;
    this.#unlockedBecause = unlockedBecause;
  }

  /**
   * Takes the lock, and clears away what a process that was killed has left half written there.
   *
   * Where there can be no lock, as on a read-only disk or a file system without locks, there is
   * none: a server must not stay away for a reason that may be no reason.
   *
   * @param directory The state directory; made (mode 0700) when missing.
   * @param options Who takes it, and how long it waits.
   * @returns The lock, to be disposed of by the caller when nothing is written any more.
   * @throws {StateInUseError} If another server of the kind has it, and keeps it.
   * @throws {unknown} The reason of the signal, if that aborts the wait.
   */
  static async take(directory: string, options: StateLockOptions): Promise<StateLock> {
    const path = join(directory, FILE_NAMES[options.server]);
    let file: Deno.FsFile | undefined;
    try {
      file = await openLockFile(directory, path);
      if (!await lockInTime(file, path, options)) {
        throw await inUseError(directory, path, options.server);
      }
      await writeProcessId(file);
      await removeUnfinished(directory);
      return new StateLock(path, file, undefined);
    } catch (error) {
      file?.[Symbol.dispose]();
      if (error instanceof StateInUseError || options.signal?.aborted) throw error;
      return new StateLock(path, undefined, systemReason(error));
    }
  }

  /**
   * Warns of a directory that could not be locked.
   *
   * @param logger Told so, once the server has found what it needs there: else that is what is wrong.
   */
  warnIfUnlocked(logger: EventLogger): void {
    if (this.#unlockedBecause === undefined) return;
    const fields = { path: this.#path, reason: this.#unlockedBecause };
    logger.warn("state directory not locked: run one server in it at a time", fields);
  }

  /** Lets the next one in. */
  [Symbol.dispose](): void {
    this.#file?.[Symbol.dispose]();
  }
}

async function openLockFile(directory: string, path: string): Promise<Deno.FsFile> {
  await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
  try {
    return await Deno.open(path, { write: true, create: true, mode: 0o600 });
  } catch (error) {
    // On a read-only disk the file may be there all the same, and can be locked.
    return await Deno.open(path).catch(() => {
      throw error;
    });
  }
}

async function lockInTime(
  file: Deno.FsFile,
  path: string,
  { logger, signal, patienceMs = PATIENCE_MS }: StateLockOptions,
): Promise<boolean> {
  if (await file.tryLock(true)) return true;
  const process = await readProcessId(path);
  logger.info("state directory in use, waiting", { path, process });
  const endMs = performance.now() + patienceMs;
  while (performance.now() < endMs) {
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
    signal?.throwIfAborted();
    if (await file.tryLock(true)) return true;
  }
  return false;
}

/** For the message to whoever comes second; a disk that is full or read-only does not take it. */
async function writeProcessId(file: Deno.FsFile): Promise<void> {
  try {
    await file.truncate(0);
    await file.write(new TextEncoder().encode(`${Deno.pid}\n`));
  } catch {
    // The lock holds all the same.
  }
}

async function inUseError(
  directory: string,
  path: string,
  server: LockingServer,
): Promise<StateInUseError> {
  const processId = await readProcessId(path);
  const holder = processId === undefined
    ? `another ${server}`
    : `another ${server} (process ${processId})`;
  return new StateInUseError(
    `Cannot use state directory ${directory}: ${holder} runs in it; stop that one, or give this ` +
      "one a directory of its own by --state DIR",
  );
}

/** `undefined` where it can't be known: Windows lets nobody read what another process has locked. */
async function readProcessId(path: string): Promise<string | undefined> {
  const text = await Deno.readTextFile(path).catch(() => "");
  return /^\d{1,10}(?=\n$)/.exec(text)?.[0];
}
