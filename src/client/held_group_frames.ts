/** Group messages and fragments held while the key of their epoch is missing. */
export const MAX_HELD_FRAMES = 64;

/** What they may amount to, bytes. */
export const MAX_HELD_FRAME_BYTES = 256 * 1024;

/** How long one is held, milliseconds. */
export const HELD_FRAME_MS = 2_000;

/** The value of a GROUP_MESSAGE or of a GROUP_FRAGMENT. */
export interface HeldGroupFrame {
  readonly kind: "message" | "fragment";
  readonly epoch: number;
  /** The value, with the epoch that it begins with. */
  readonly value: Uint8Array;
}

interface Held extends HeldGroupFrame {
  readonly untilMs: number;
}

/**
 * Holds what came of an epoch before its key did. Anyone can make such datagrams, so it is little and
 * not for long; the oldest ones go first.
 */
export class HeldGroupFrames {
  #frames: Held[] = [];
  #bytes = 0;

  /** How many are held. */
  get size(): number {
    return this.#frames.length;
  }

  /** Whether one of an epoch above another one is held. */
  hasAbove(epoch: number): boolean {
    return this.#frames.some((frame) => frame.epoch > epoch);
  }

  /**
   * Adds a frame.
   *
   * @param frame Its value is copied.
   * @param nowMs Monotonic time.
   * @returns How many were given up for it.
   */
  add(frame: HeldGroupFrame, nowMs: number): number {
    this.#frames.push({ ...frame, value: frame.value.slice(), untilMs: nowMs + HELD_FRAME_MS });
    this.#bytes += frame.value.byteLength;
    let evicted = 0;
    while (this.#frames.length > MAX_HELD_FRAMES || this.#bytes > MAX_HELD_FRAME_BYTES) {
      this.#bytes -= this.#frames.shift()?.value.byteLength ?? 0;
      evicted++;
    }
    return evicted;
  }

  /** Takes all out that satisfy a test, in the order in which they came. */
  take(isWanted: (frame: HeldGroupFrame) => boolean): HeldGroupFrame[] {
    const taken = this.#frames.filter(isWanted);
    if (taken.length === 0) return taken;
    this.#frames = this.#frames.filter((frame) => !isWanted(frame));
    for (const { value } of taken) this.#bytes -= value.byteLength;
    return taken;
  }

  /** Forgets what was held long enough. @returns How many. */
  expire(nowMs: number): number {
    let expired = 0;
    while (nowMs >= this.nextDeadlineMs()) {
      this.#bytes -= this.#frames.shift()?.value.byteLength ?? 0;
      expired++;
    }
    return expired;
  }

  /** When `expire` has something to do next, monotonic milliseconds; `Infinity` for never. */
  nextDeadlineMs(): number {
    return this.#frames[0]?.untilMs ?? Infinity;
  }
}
