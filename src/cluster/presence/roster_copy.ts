import {
  type Changes,
  MAX_RELAY_CLIENTS,
  type RosterChange,
  type RosterPart,
  type ToldClient,
} from "./presence_message.ts";

/** A roster is asked for no more often than this, milliseconds: a beat comes each 2 s. */
export const ASK_INTERVAL_MS = 1_500;

/** A roster of several parts of which none has come for so long comes no more, milliseconds. */
const PART_TIMEOUT_MS = 1_800;

/** What is to be done with what is known of a relay's clients. */
export type CopyStep =
  /** These are some of its clients: a large roster is taken in by parts, lest all else wait for it. */
  | { readonly type: "there"; readonly clients: readonly ToldClient[] }
  /** These were all, by session id. */
  | { readonly type: "all"; readonly sessionIds: ReadonlySet<string> }
  | RosterChange;

/** How far a copy goes. */
type CopyState =
  | { readonly state: "behind" }
  /** Parts are coming in, and changes that happen meanwhile. */
  | {
    readonly state: "collecting";
    readonly version: number;
    readonly parts: number;
    readonly sessionIds: Set<string>;
    readonly changes: (RosterChange | undefined)[];
    nextPart: number;
    /** Clients in the parts, those included that were not understood. */
    count: number;
    partMs: number;
  }
  | {
    readonly state: "current";
    version: number;
    /** Clients that the relay has and that can't be known of. */
    readonly missing: number;
  };

/**
 * Tells whether one has all that a relay said about its clients.
 *
 * `behind` becomes `collecting` with the first part of its roster, and `current` with the last one; a
 * gap in what it says leads back to `behind`. Meanwhile what was known before stays known.
 */
export class RosterCopy {
  #state: CopyState = { state: "behind" };
  #askedMs = -Infinity;

  /** Whether it goes as far as the relay has told. */
  get isCurrent(): boolean {
    return this.#state.state === "current";
  }

  /**
   * Takes note that the relay is to be asked for its roster, if it has to be and may be.
   *
   * @param nowMs Monotonic time.
   * @returns Whether to ask.
   */
  takeAsk(nowMs: number): boolean {
    const { state } = this.#state;
    if (state === "current" || nowMs < this.#askedMs + ASK_INTERVAL_MS) return false;
    if (state === "collecting" && nowMs < this.#state.partMs + PART_TIMEOUT_MS) return false;
    this.#askedMs = nowMs;
    return true;
  }

  /**
   * Takes a beat.
   *
   * @param version How many changes the relay has told.
   * @param count How many clients it has.
   * @param known How many of them are known.
   * @returns What is to be done.
   */
  beat(version: number, count: number, known: number): CopyStep[] {
    if (this.#state.state === "current") {
      const { missing } = this.#state;
      const isWhole = this.#state.version === version && known + missing === count;
      if (!isWhole) this.#state = { state: "behind" };
    } else if (version === 0 && count === 0) {
      this.#state = { state: "current", version: 0, missing: 0 };
      return [{ type: "all", sessionIds: new Set() }];
    }
    return [];
  }

  /** Takes changes. @returns What is to be done. */
  changes({ first, changes }: Changes): CopyStep[] {
    const copy = this.#state;
    if (copy.state === "behind") return [];
    const done = copy.state === "current" ? copy.version : copy.version + copy.changes.length;
    const isNext = first === done + 1;
    if (!isNext || (copy.state === "collecting" && copy.changes.length >= MAX_RELAY_CLIENTS)) {
      this.#state = { state: "behind" };
      return [];
    }
    if (copy.state === "collecting") {
      copy.changes.push(...changes);
      return [];
    }
    copy.version += changes.length;
    return understood(changes);
  }

  /** Takes a part of the roster. @returns What is to be done. */
  part(told: RosterPart, nowMs: number): CopyStep[] {
    if (this.#state.state === "current" && told.version <= this.#state.version) return [];
    if (told.part === 0) this.#begin(told, nowMs);
    const copy = this.#state;
    if (copy.state !== "collecting") return [];
    const isNext = told.part === copy.nextPart && told.version === copy.version &&
      told.parts === copy.parts;
    if (!isNext) {
      this.#state = { state: "behind" };
      return [];
    }
    copy.nextPart++;
    copy.partMs = nowMs;
    copy.count += told.clients.length;
    const room = MAX_RELAY_CLIENTS - copy.sessionIds.size;
    const clients = understood(told.clients).slice(0, room);
    for (const { sessionId } of clients) copy.sessionIds.add(sessionId);
    const there: CopyStep = { type: "there", clients };
    return copy.nextPart === copy.parts ? [there, ...this.#finish(copy)] : [there];
  }

  #begin({ version, parts }: RosterPart, nowMs: number): void {
    this.#state = {
      state: "collecting",
      version,
      parts,
      sessionIds: new Set(),
      changes: [],
      nextPart: 0,
      count: 0,
      partMs: nowMs,
    };
  }

  #finish(copy: CopyState & { readonly state: "collecting" }): CopyStep[] {
    const { version, sessionIds, changes, count } = copy;
    this.#state = {
      state: "current",
      version: version + changes.length,
      missing: count - sessionIds.size,
    };
    return [{ type: "all", sessionIds }, ...understood(changes)];
  }
}

function understood<T>(items: readonly (T | undefined)[]): T[] {
  return items.filter((item) => item !== undefined);
}
