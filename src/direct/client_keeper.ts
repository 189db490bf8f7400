import type { EventLogger } from "../observe/event_logger.ts";
import { StateFileError } from "../settings/state_file.ts";
import { ClientKeysFile } from "./client_keys_file.ts";
import type { ClientRecord } from "./client_record.ts";

/** How soon a key that came or went is written, milliseconds. */
const CHANGE_DELAY_MS = 1_000;

/** How soon it is written when clients were heard last, milliseconds. */
const TRAFFIC_DELAY_MS = 60_000;

/**
 * Keeps the clients' keys on disk: soon after they change, and now and then, so that a client that
 * was heard all the time is not forgotten after a crash.
 */
export class ClientKeeper {
  /** What was kept when the server started. */
  readonly atStart: readonly ClientRecord[];
  readonly #file: ClientKeysFile;
  readonly #logger: EventLogger;
  readonly #lock: Disposable | undefined;
  #isFailing = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dueMs = Infinity;
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    file: ClientKeysFile,
    atStart: readonly ClientRecord[],
    logger: EventLogger,
    lock: Disposable | undefined,
  ) {
    this.#file = file;
    this.atStart = atStart;
    this.#logger = logger;
    this.#lock = lock;
  }

  /**
   * Reads what is kept.
   *
   * @param stateDirectory The state directory.
   * @param logger Told when the file can't be written, once until it can: the server goes on.
   * @param lock What keeps other servers out; disposed of after the last write.
   * @throws {StateFileError} If the file can't be read.
   * @throws {DirectServerError} `CLIENTS_FILE` if it holds something else.
   */
  static async open(
    stateDirectory: string,
    logger: EventLogger,
    lock?: Disposable,
  ): Promise<ClientKeeper> {
    const file = new ClientKeysFile(stateDirectory);
    const atStart = await file.read();
    // Those that were quiet longest first, which is the order in which they are forgotten.
    atStart.sort((a, b) => a.lastSeenUnixMs - b.lastSeenUnixMs);
    return new ClientKeeper(file, atStart, logger, lock);
  }

  /** Takes note that a key came or went. @param records Gives what is then to be written. */
  noteChange(records: () => ClientRecord[]): void {
    this.#writeWithin(CHANGE_DELAY_MS, records);
  }

  /** Takes note that a client was heard. @param records Gives what is then to be written. */
  noteTraffic(records: () => ClientRecord[]): void {
    this.#writeWithin(TRAFFIC_DELAY_MS, records);
  }

  /** Writes for the last time, and lets another server in. */
  async close(records: readonly ClientRecord[]): Promise<void> {
    clearTimeout(this.#timer);
    this.#dueMs = -Infinity;
    await this.#write(records);
    this.#lock?.[Symbol.dispose]();
  }

  #writeWithin(delayMs: number, records: () => ClientRecord[]): void {
    const dueMs = performance.now() + delayMs;
    if (dueMs >= this.#dueMs) return;
    clearTimeout(this.#timer);
    this.#dueMs = dueMs;
    this.#timer = setTimeout(() => {
      this.#dueMs = Infinity;
      this.#write(records());
    }, delayMs);
  }

  /** One after the other, so that an older state never replaces a newer one. */
  #write(records: readonly ClientRecord[]): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      try {
        await this.#file.write(records);
        this.#noteSuccess();
      } catch (error) {
        if (!(error instanceof StateFileError)) throw error;
        this.#noteFailure(error);
      }
    });
    return this.#writing;
  }

  #noteSuccess(): void {
    if (this.#isFailing) this.#logger.info("client keys are kept again");
    this.#isFailing = false;
  }

  /** A disk stays full for a while, and it is tried again with each change. */
  #noteFailure({ message }: StateFileError): void {
    if (!this.#isFailing) this.#logger.error("client keys not kept", { error: message });
    this.#isFailing = true;
  }
}
