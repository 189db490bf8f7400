import { HushcastError } from "../errors.ts";
import { AdmissionTokens } from "../session/admission_tokens.ts";
import { readAuthTokens } from "./auth_tokens_file.ts";

/** How often the file is looked at, milliseconds. */
const INTERVAL_MS = 1_000;

/** What is watched, and who is told. */
export interface AuthTokensWatchOptions {
  /** The token file. */
  readonly path: string;
  /** Told the tokens when the file was read at first, and again after each change. */
  readonly onChange: (tokens: AdmissionTokens) => void;
  /**
   * Told, once a change, that the file is gone, can't be read or is malformed. The tokens that
   * `onChange` was told last stay in force.
   */
  readonly onProblem: (error: HushcastError) => void;
  /** Waits between two looks, and ends early when the signal aborts; a second by default. */
  readonly pause?: (signal: AbortSignal) => Promise<void>;
}

/**
 * Watches the token file of a relay, so that tokens come and go without a restart.
 *
 * It asks for size, time and inode once a second and reads the file only when one of them is
 * another. Notifications by the system would come sooner, but not on every file system, and they
 * follow an inode, which each write by renaming replaces.
 */
export class AuthTokensWatch implements AsyncDisposable {
  readonly #options: AuthTokensWatchOptions;
  readonly #pause: (signal: AbortSignal) => Promise<void>;
  readonly #end = new AbortController();
  readonly #watching: Promise<void>;
  /** Stamp of the content that needs no second reading. */
  #readStamp: string | undefined;
  /** The problem that was told last, with the stamp at which it was met. */
  #toldProblem: string | undefined;

  /**
   * Begins to watch, and looks at once: what has changed since its owner read the file is not
   * missed.
   *
   * @param options What is watched, and who is told.
   */
  constructor(options: AuthTokensWatchOptions) {
    this.#options = options;
    this.#pause = options.pause ?? pauseInterval;
    this.#watching = this.#watch();
  }

  /** Stops watching; nobody is told anything afterwards. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      await this.#look();
      await this.#pause(signal);
    }
  }

  async #look(): Promise<void> {
    const { path, onChange } = this.#options;
    // Before reading: if the file changes in between, the next look finds another stamp.
    const stamp = await stampOf(path);
    if (stamp !== undefined && stamp === this.#readStamp) return;
    const tokens = await tokensOrProblem(path);
    if (this.#end.signal.aborted) return;
    if (!(tokens instanceof AdmissionTokens)) return this.#takeProblem(tokens, stamp);
    this.#readStamp = stamp;
    this.#toldProblem = undefined;
    onChange(tokens);
  }

  #takeProblem(problem: HushcastError, stamp: string | undefined): void {
    // Only this one stays until the file changes; what else keeps it from being read may pass.
    this.#readStamp = problem.code === "AUTH_TOKENS_MALFORMED" ? stamp : undefined;
    const told = `${stamp} ${problem.message}`;
    if (told === this.#toldProblem) return;
    this.#toldProblem = told;
    this.#options.onProblem(problem);
  }
}

async function tokensOrProblem(path: string): Promise<AdmissionTokens | HushcastError> {
  try {
    return await readAuthTokens(path);
  } catch (error) {
    if (error instanceof HushcastError) return error;
    throw error;
  }
}

/** Something that is another when the file is another; `undefined` when it can't be known. */
async function stampOf(path: string): Promise<string | undefined> {
  try {
    const { mtime, size, ino } = await Deno.stat(path);
    return `${mtime?.getTime()} ${size} ${ino}`;
  } catch {
    return undefined; // reading the file will say why
  }
}

function pauseInterval(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, INTERVAL_MS);
    signal.addEventListener("abort", end);
  });
}
