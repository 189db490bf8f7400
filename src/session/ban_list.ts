import { isIP } from "node:net";
import { HushcastError } from "../errors.ts";
import { checkClientName, ClientNameError } from "../wire/client_name.ts";
import type { Ban } from "./ban.ts";
import { sourceKey } from "./source_limiter.ts";

/** Bans kept at once; one more is refused, since an operator's ban must not vanish unseen. */
export const MAX_BANS = 10_000;

/** Raised for a target that is neither an IP address nor a client name. */
export class BanTargetError extends HushcastError {
  /** Stable name of this error. */
  readonly code = "BAN_TARGET";
}

/** Raised when there are too many bans. */
export class BansFullError extends HushcastError {
  /** Stable name of this error. */
  readonly code = "BANS_FULL";
}

/** What a ban keeps out. */
export type BanTarget = Pick<Ban, "kind" | "target">;

/**
 * Reads what an operator wants to keep out.
 *
 * @param text An IPv4 or IPv6 address, without brackets or port; anything else is a client name, but
 *   for what has the form of an address or a network.
 * @returns Its kind, and the target as `Ban` has it.
 * @throws {BanTargetError} If it is neither.
 */
export function parseBanTarget(text: string): BanTarget {
  if (isIP(text) !== 0) return { kind: "ip", target: sourceKey(text) };
  if (looksLikeAddress(text)) {
    throw new BanTargetError("Cannot ban: want one IP address, no network and no other number");
  }
  try {
    checkClientName(text);
  } catch (cause) {
    if (!(cause instanceof ClientNameError)) throw cause;
    throw new BanTargetError("Cannot ban: want an IP address without port, or a client name", {
      cause,
    });
  }
  return { kind: "name", target: text };
}

/** What an operator means for addresses, and what would then keep out nobody: `10.0.0.0/8`, `999.1.1.1`. */
function looksLikeAddress(text: string): boolean {
  const [address = "", ...rest] = text.split("/");
  const isNetwork = rest.length === 1 && isIP(address) !== 0;
  return isNetwork || /^\d+(\.\d+){3}$/.test(text);
}

/** The addresses and names that are kept out, each for a time or for good. */
export class BanList {
  readonly #bans = new Map<string, Ban>();

  /**
   * @param bans The bans at the start; of two with one target the later one counts.
   * @throws {BansFullError} If there are more than `MAX_BANS`.
   */
  constructor(bans: readonly Ban[]) {
    for (const ban of bans) this.#put(ban);
  }

  /**
   * Adds a ban, in place of the one with the same target.
   *
   * @param ban Its target as `parseBanTarget` gives it.
   * @param nowUnixMs Wall-clock time.
   * @throws {BansFullError} If `MAX_BANS` others hold.
   */
  add(ban: Ban, nowUnixMs: number): void {
    if (this.#bans.size >= MAX_BANS) this.#forgetExpired(nowUnixMs);
    this.#put(ban);
  }

  /**
   * Lifts a ban.
   *
   * @param text What was banned, as an operator types it or as `list` shows it.
   * @param nowUnixMs Wall-clock time.
   * @returns Whether there was one that held.
   */
  remove(text: string, nowUnixMs: number): boolean {
    const ip = isIP(text) === 0 ? text : sourceKey(text);
    const keys = [keyOf({ kind: "ip", target: ip }), keyOf({ kind: "name", target: text })];
    const held = keys.filter((key) => this.#holds(key, nowUnixMs));
    for (const key of held) this.#bans.delete(key);
    return held.length > 0;
  }

  /** Lifts the ban of a target, if there is one. */
  lift(target: BanTarget): void {
    this.#bans.delete(keyOf(target));
  }

  /**
   * The bans that hold, in the order in which they were made.
   *
   * @param nowUnixMs Wall-clock time.
   * @returns A new array, owned by the caller.
   */
  list(nowUnixMs: number): readonly Ban[] {
    this.#forgetExpired(nowUnixMs);
    return [...this.#bans.values()];
  }

  /**
   * Whether an address is kept out.
   *
   * @param hostname IP address literal, as a socket shows it.
   * @param nowUnixMs Wall-clock time.
   */
  hasAddress(hostname: string, nowUnixMs: number): boolean {
    return this.#holds(keyOf({ kind: "ip", target: sourceKey(hostname) }), nowUnixMs);
  }

  /** Whether a client name is kept out at `nowUnixMs`, wall-clock time. */
  hasName(name: string, nowUnixMs: number): boolean {
    return this.#holds(keyOf({ kind: "name", target: name }), nowUnixMs);
  }

  #put(ban: Ban): void {
    const key = keyOf(ban);
    this.#bans.delete(key);
    if (this.#bans.size >= MAX_BANS) {
      throw new BansFullError(`Cannot ban: want at most ${MAX_BANS} bans, got one more`);
    }
    this.#bans.set(key, ban);
  }

  #holds(key: string, nowUnixMs: number): boolean {
    const ban = this.#bans.get(key);
    if (ban === undefined) return false;
    if (!isOver(ban, nowUnixMs)) return true;
    this.#bans.delete(key);
    return false;
  }

  #forgetExpired(nowUnixMs: number): void {
    for (const [key, ban] of this.#bans) {
      if (isOver(ban, nowUnixMs)) this.#bans.delete(key);
    }
  }
}

function isOver({ untilUnixMs }: Ban, nowUnixMs: number): boolean {
  return untilUnixMs !== undefined && nowUnixMs >= untilUnixMs;
}

function keyOf({ kind, target }: BanTarget): string {
  return `${kind} ${target}`;
}
