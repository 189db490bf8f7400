import { isIP } from "node:net";
import { type Ban, type BanRecord, isLifted, type LiftedBan } from "./ban.ts";
import { type BanTarget, MAX_BANS } from "./ban_list.ts";
import { sourceKey } from "./source_limiter.ts";

/** Lifted bans kept at once; past it the one that was lifted first is forgotten. */
export const MAX_LIFTED_BANS = 10_000;

/** How long it is kept that a ban was lifted, milliseconds: 30 days. A relay that was away for longer may bring the ban back. */
export const LIFTED_KEPT_MS: number = 30 * 24 * 3600 * 1000;

/** What a merge has changed. */
export interface BanChanges {
  /** Bans that hold now, new or in place of another one of the same target. */
  readonly banned: readonly Ban[];
  /** What is kept out no longer. */
  readonly lifted: readonly BanTarget[];
  /** How many bans there was no room for. */
  readonly refused: number;
}

/**
 * What was last decided about each target, by whichever relay of a cluster: of two records of one
 * target the later one counts, so relays that have told each other all have the same book.
 *
 * A decision made here is dated after the one that it replaces, even if the clock says otherwise:
 * an operator who lifts a ban that a relay with a fast clock has made means it.
 */
export class BanBook {
  readonly #bans = new Map<string, Ban>();
  readonly #lifted = new Map<string, LiftedBan>();
  #revision = 0;

  /** @param records What was kept, of other runs; those past the bounds are left out. */
  constructor(records: readonly BanRecord[]) {
    for (const record of records) this.#take(record);
  }

  /** Rises with each change. */
  get revision(): number {
    return this.#revision;
  }

  /** The bans that hold, unless their time is over. */
  get bans(): readonly Ban[] {
    return [...this.#bans.values()];
  }

  /** The bans that were lifted, or whose time is over. */
  get lifted(): readonly LiftedBan[] {
    return [...this.#lifted.values()];
  }

  /** All records. */
  get records(): readonly BanRecord[] {
    return [...this.#bans.values(), ...this.#lifted.values()];
  }

  /**
   * Writes down that an operator keeps a target out.
   *
   * @param ban The ban.
   * @returns It, dated after what it replaces; `undefined` when there is no room for it.
   */
  ban(ban: Ban): Ban | undefined {
    const sinceUnixMs = this.#dateAfter(keyOf(ban), ban.sinceUnixMs);
    const dated = { ...ban, sinceUnixMs };
    return this.#take(dated) ? dated : undefined;
  }

  /**
   * Writes down that an operator lifts a ban.
   *
   * @param text What was banned, as an operator types it or as a list of bans shows it.
   * @param nowUnixMs Wall-clock time.
   * @returns What is kept out no longer; a text may be both an address and a name.
   */
  lift(text: string, nowUnixMs: number): readonly LiftedBan[] {
    const targets: BanTarget[] = [
      { kind: "ip", target: isIP(text) === 0 ? text : sourceKey(text) },
      { kind: "name", target: text },
    ];
    const lifted = targets
      .filter((target) => this.#bans.has(keyOf(target)))
      .map((target) => ({ ...target, liftedUnixMs: this.#dateAfter(keyOf(target), nowUnixMs) }));
    for (const record of lifted) this.#take(record);
    return lifted;
  }

  /**
   * Takes over what is later than what stands here.
   *
   * @param records Of another relay.
   * @param nowUnixMs Wall-clock time.
   * @returns What that changes.
   */
  merge(records: readonly BanRecord[], nowUnixMs: number): BanChanges {
    const [banned, lifted]: [Ban[], BanTarget[]] = [[], []];
    let refused = 0;
    for (const record of records) {
      const fresh = afterEnd(record, nowUnixMs);
      const { kind, target } = fresh;
      const wasBanned = this.#bans.has(keyOf(fresh));
      if (!wasBanned && isLifted(fresh) && isForgotten(fresh, nowUnixMs)) continue;
      if (!this.#isLater(fresh)) continue;
      if (!this.#take(fresh)) refused++;
      else if (!isLifted(fresh)) banned.push(fresh);
      else if (wasBanned) lifted.push({ kind, target });
    }
    return { banned, lifted, refused };
  }

  /** Turns bans whose time is over into lifted ones, and forgets what was lifted long ago. */
  expire(nowUnixMs: number): void {
    for (const ban of this.#bans.values()) {
      const record = afterEnd(ban, nowUnixMs);
      if (isLifted(record)) this.#take(record);
    }
    for (const [key, record] of this.#lifted) {
      if (!isForgotten(record, nowUnixMs)) continue;
      this.#lifted.delete(key);
      this.#revision++;
    }
  }

  #dateAfter(key: string, unixMs: number): number {
    const before = this.#bans.get(key) ?? this.#lifted.get(key);
    return before === undefined ? unixMs : Math.max(unixMs, dateOf(before) + 1);
  }

  /** Whether a record is later than the one of its target; any order will do that all relays share. */
  #isLater(record: BanRecord): boolean {
    const before = this.#bans.get(keyOf(record)) ?? this.#lifted.get(keyOf(record));
    if (before === undefined) return true;
    if (dateOf(record) !== dateOf(before)) return dateOf(record) > dateOf(before);
    if (isLifted(record) || isLifted(before)) return isLifted(record) && !isLifted(before);
    return (record.untilUnixMs ?? Infinity) > (before.untilUnixMs ?? Infinity);
  }

  /** Puts a record in place of the one of its target. @returns Whether there is room for it. */
  #take(record: BanRecord): boolean {
    const key = keyOf(record);
    if (!isLifted(record) && !this.#bans.has(key) && this.#bans.size >= MAX_BANS) return false;
    this.#bans.delete(key);
    this.#lifted.delete(key);
    this.#revision++;
    if (!isLifted(record)) this.#bans.set(key, record);
    else this.#takeLifted(key, record);
    return true;
  }

  #takeLifted(key: string, record: LiftedBan): void {
    this.#lifted.set(key, record);
    if (this.#lifted.size <= MAX_LIFTED_BANS) return;
    // Not the one that came here first: relays must all forget the same ones.
    const oldest = this.lifted.reduce((a, b) => isEarlier(b, a) ? b : a);
    this.#lifted.delete(keyOf(oldest));
  }
}

/** A ban whose time is over is lifted since it was made: what was decided before stays overruled, what was decided meanwhile counts. */
function afterEnd(record: BanRecord, nowUnixMs: number): BanRecord {
  if (isLifted(record)) return record;
  const { kind, target, sinceUnixMs, untilUnixMs } = record;
  const isOver = untilUnixMs !== undefined && nowUnixMs >= untilUnixMs;
  return isOver ? { kind, target, liftedUnixMs: sinceUnixMs } : record;
}

function isForgotten({ liftedUnixMs }: LiftedBan, nowUnixMs: number): boolean {
  return nowUnixMs >= liftedUnixMs + LIFTED_KEPT_MS;
}

function isEarlier(a: LiftedBan, b: LiftedBan): boolean {
  if (a.liftedUnixMs !== b.liftedUnixMs) return a.liftedUnixMs < b.liftedUnixMs;
  return keyOf(a) < keyOf(b);
}

function dateOf(record: BanRecord): number {
  return isLifted(record) ? record.liftedUnixMs : record.sinceUnixMs;
}

function keyOf({ kind, target }: BanTarget): string {
  return `${kind} ${target}`;
}
