import { StateFileError } from "../settings/state_file.ts";
import type { KnownRelays } from "./known_relays.ts";
import type { TrustEvent } from "./relay_client_event.ts";
import { type IdentityPlace, RelayIdentityError } from "./relay_identity_error.ts";

/** What a `RelayTrust` goes by. */
export interface RelayTrustOptions {
  /** How the user names the relay: `HOST:PORT`, or `group IP:PORT`. */
  readonly relay: string;
  /** Fingerprints of which the relay must have one, whatever is known; none for no pin. */
  readonly pins: readonly string[];
  /** Relays that were met before; `undefined` to remember none beyond this run. */
  readonly knownRelays: KnownRelays | undefined;
}

/**
 * Decides whether a relay is the right one: by pin, else by what is known, else on first use
 * (PROTOCOL 1.3). Within a run it may change to another identity only if that is pinned or known too.
 */
export class RelayTrust {
  readonly #options: RelayTrustOptions;
  #met: { readonly fingerprint: string | undefined } | undefined;

  /** @param options What it goes by. */
  constructor(options: RelayTrustOptions) {
    this.#options = options;
  }

  /**
   * Judges an identity whose signature was verified.
   *
   * @param fingerprint Fingerprint of the identity; `undefined` when the relay proves none.
   * @returns What is wrong, or `undefined` when the relay is trusted.
   * @throws {StateFileError} If the known relays can't be read.
   */
  async judge(fingerprint: string | undefined): Promise<RelayIdentityError | undefined> {
    const { relay, pins, knownRelays } = this.#options;
    if (pins.length > 0) return this.#compare("IDENTITY_MISMATCH", pins, fingerprint);
    const met = this.#met?.fingerprint;
    if (met !== undefined && met === fingerprint) return undefined;
    const known = await knownRelays?.find(relay) ?? [];
    // Relays of a group that stand in for each other are all known under its name.
    if (known.some((line) => line.fingerprint === fingerprint)) return undefined;
    if (met !== undefined) return this.#compare("IDENTITY_CHANGED", [met], fingerprint);
    const last = known.at(-1);
    if (last === undefined) return undefined;
    const place = knownRelays && { path: knownRelays.path, lineNumber: last.lineNumber };
    return this.#compare("IDENTITY_CHANGED", [last.fingerprint], fingerprint, place);
  }

  /**
   * Remembers a relay, once it has shown by accepting a registration that the key it signed is its
   * own. Before that, anyone who forges its address could have his identity remembered.
   *
   * @param fingerprint Fingerprint of its identity; `undefined` when it proves none.
   * @param nowUnixMs Wall-clock time, milliseconds.
   * @returns What its user should know of; `undefined` when it is pinned, known, or was met in this
   *   run.
   */
  async remember(
    fingerprint: string | undefined,
    nowUnixMs: number,
  ): Promise<TrustEvent | undefined> {
    const { relay, pins } = this.#options;
    const isNew = this.#met === undefined || this.#met.fingerprint !== fingerprint;
    this.#met = { fingerprint };
    if (!isNew || pins.length > 0) return undefined;
    const event = { type: "trust", relay, fingerprint, unsavedBecause: undefined } as const;
    if (fingerprint === undefined) return { ...event, news: "no_identity" };
    try {
      const isKnown = await this.#save(fingerprint, nowUnixMs);
      return isKnown ? undefined : { ...event, news: "first_use" };
    } catch (error) {
      if (!(error instanceof StateFileError)) throw error;
      return { ...event, news: "first_use", unsavedBecause: error.message };
    }
  }

  async #save(fingerprint: string, nowUnixMs: number): Promise<boolean> {
    const { relay, knownRelays } = this.#options;
    const known = await knownRelays?.find(relay) ?? [];
    if (known.some((line) => line.fingerprint === fingerprint)) return true;
    await knownRelays?.add(relay, fingerprint, nowUnixMs);
    return false;
  }

  #compare(
    code: "IDENTITY_MISMATCH" | "IDENTITY_CHANGED",
    allowed: readonly string[],
    got: string | undefined,
    place?: IdentityPlace,
  ): RelayIdentityError | undefined {
    if (got !== undefined && allowed.includes(got)) return undefined;
    const { relay } = this.#options;
    const dispute = { relay, expected: allowed.join(" or "), got, place };
    return new RelayIdentityError(got === undefined ? "IDENTITY_MISSING" : code, dispute);
  }
}
