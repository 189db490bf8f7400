import type { Ban } from "../session/ban.ts";
import { BansFullError, type BanTarget } from "../session/ban_list.ts";
import { readClocks } from "../session/read_clocks.ts";
import type { OtherRelays } from "./other_relays.ts";
import type { RelayCore } from "./relay_core.ts";
import type { RelayEffect } from "./relay_effects.ts";
import type { RelayReporter } from "./relay_reporter.ts";

/** What a `BanDesk` works with. */
export interface BanDeskParts {
  /** Keeps out who is banned. */
  readonly core: RelayCore;
  /** Told of each change. */
  readonly reporter: RelayReporter;
  /** Told of what is decided here. */
  readonly others: Pick<OtherRelays, "banned" | "unbanned">;
  /** Does what follows from a ban. */
  readonly carryOut: (effects: readonly RelayEffect[]) => void;
  /** Told all bans that hold, after each change, which then waits for it. */
  readonly onBansChanged: ((bans: readonly Ban[]) => Promise<void>) | undefined;
}

/** Bans clients from a relay, and lifts bans, as operators want it. */
export class BanDesk {
  readonly #parts: BanDeskParts;

  /** @param parts What it works with. */
  constructor(parts: BanDeskParts) {
    this.#parts = parts;
  }

  /**
   * Keeps an address or a name out, and ends the sessions that match. A ban with the same target is
   * replaced.
   *
   * @param target IP address (of IPv6, its /64 counts) or client name.
   * @param seconds How long, more than 0; `undefined` for until `unban`.
   * @returns The ban, when whoever is told of changes is done with it; it holds at once.
   * @throws {BanTargetError} If the target is neither.
   * @throws {BansFullError} If there are too many.
   * @throws {RangeError} If `seconds` is not above 0.
   * @throws What `onBansChanged` throws; the ban then holds all the same.
   */
  async ban(target: string, seconds?: number): Promise<Ban> {
    const { core, reporter, others, carryOut } = this.#parts;
    const now = readClocks();
    const untilUnixMs = seconds === undefined ? undefined : now.unixMs + seconds * 1000;
    const { ban, effects } = core.ban(target, untilUnixMs, now);
    reporter.banned(ban);
    carryOut(effects);
    others.banned(ban);
    await this.#tell();
    return ban;
  }

  /**
   * Lifts a ban.
   *
   * @param target As it was given to `ban`, or as `list` shows it.
   * @returns Whether there was one, when whoever is told of changes is done with it.
   * @throws What `onBansChanged` throws; the ban is lifted all the same.
   */
  async unban(target: string): Promise<boolean> {
    const { core, reporter, others } = this.#parts;
    if (!core.unban(target, readClocks())) return false;
    reporter.unbanned(target);
    others.unbanned(target);
    await this.#tell();
    return true;
  }

  /**
   * Takes over what was decided at other relays of the cluster, and ends the sessions that match.
   *
   * @param banned Bans that hold now; one for which there is no room is passed over.
   * @param lifted What is kept out no longer.
   * @returns When whoever is told of changes is done with it; they hold at once.
   * @throws What `onBansChanged` throws.
   */
  async adopt(banned: readonly Ban[], lifted: readonly BanTarget[]): Promise<void> {
    for (const target of lifted) this.#adoptLifting(target);
    for (const ban of banned) this.#adoptBan(ban);
    await this.#tell();
  }

  /** The bans that hold, the oldest first. */
  list(): readonly Ban[] {
    return this.#parts.core.bans(readClocks());
  }

  #adoptLifting(target: BanTarget): void {
    this.#parts.core.adoptLifting(target);
    this.#parts.reporter.unbanned(target.target);
  }

  #adoptBan(ban: Ban): void {
    const { core, reporter, carryOut } = this.#parts;
    try {
      carryOut(core.adoptBan(ban, readClocks()));
      reporter.banned(ban);
    } catch (error) {
      if (!(error instanceof BansFullError)) throw error;
    }
  }

  async #tell(): Promise<void> {
    await this.#parts.onBansChanged?.(this.list());
  }
}
