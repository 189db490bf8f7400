/** Takes the messages of others, as they come to receivers, which are numbered from 0. */
export interface MessageSink {
  /**
   * Counts a message unopened, for opening takes longer than receiving.
   *
   * @returns False when this one is to be opened, and is not counted yet.
   */
  countUnopened(receiver: number): boolean;
  /**
   * Takes a message that was opened.
   *
   * @param payload Good until this returns.
   * @param atMs When it came, monotonic milliseconds.
   */
  take(receiver: number, payload: Uint8Array, atMs: number): void;
  /** Something came that can't be opened. */
  takeDamaged(): void;
}
