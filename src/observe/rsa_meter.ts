/** An RSA operation: the slow one with a server's own key, or one with the key of a client. */
export type RsaOperation = "decrypt" | "encrypt" | "verify" | "import";

/** All of them. */
export const RSA_OPERATIONS = [
  "decrypt",
  "encrypt",
  "verify",
  "import",
] as const satisfies readonly RsaOperation[];

/** Told how long an RSA operation took from its start to its result, and which it was. */
export type RsaTimeListener = (seconds: number, operation: RsaOperation) => void;

/** Measures how long RSA operations take. What waits for its turn has not started. */
export class RsaMeter {
  readonly #onTime: RsaTimeListener | undefined;
  readonly #nowMs: () => number;
  #decrypting = 0;
  #decryptSeconds = 0;

  /**
   * @param onTime Told of each operation when it has ended, also when it has failed.
   * @param nowMs Monotonic milliseconds; tests hand in their own clock.
   */
  constructor(onTime?: RsaTimeListener, nowMs: () => number = () => performance.now()) {
    this.#onTime = onTime;
    this.#nowMs = nowMs;
  }

  /** Decryptions under way. */
  get decrypting(): number {
    return this.#decrypting;
  }

  /** How long all decryptions that have ended took, seconds. */
  get decryptSeconds(): number {
    return this.#decryptSeconds;
  }

  /**
   * Does an operation and measures it.
   *
   * @param operation Which it is.
   * @param work Does it.
   * @returns What the work returns; rejects with what it throws.
   */
  async measure<T>(operation: RsaOperation, work: () => Promise<T>): Promise<T> {
    const startMs = this.#nowMs();
    const isDecryption = operation === "decrypt";
    if (isDecryption) this.#decrypting++;
    try {
      return await work();
    } finally {
      const seconds = (this.#nowMs() - startMs) / 1000;
      if (isDecryption) this.#decrypting--;
      if (isDecryption) this.#decryptSeconds += seconds;
      this.#onTime?.(seconds, operation);
    }
  }
}
