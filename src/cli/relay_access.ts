import { join } from "node:path";
import { HushcastError } from "../errors.ts";
import type { EventLogger } from "../observe/event_logger.ts";
import { readAuthTokens } from "../relay/auth_tokens_file.ts";
import { AuthTokensWatch } from "../relay/auth_tokens_watch.ts";
import { BansFile, type KeptBans } from "../relay/bans_file.ts";
import type { AdmissionTokens } from "../session/admission_tokens.ts";
import type { Ban, LiftedBan } from "../session/ban.ts";
import { StateFileError } from "../settings/state_file.ts";
import { AUTH_TOKENS_FILE } from "../settings/token_settings.ts";

/** Where it is kept who may join a relay. */
export interface RelayAccessSettings {
  /** The token file; without one everyone is admitted. */
  readonly authTokens: string | undefined;
  /** The state directory, in which the bans are. */
  readonly state: string;
}

/** What is told when the token file has changed. */
export interface TokenTaker {
  setAuthTokens(tokens: AdmissionTokens): void;
}

/** Raised when a ban is made or lifted, but will not be so after a restart. */
export class BansNotSavedError extends HushcastError {
  /** Stable name of this error. */
  readonly code = "BANS_NOT_SAVED";
}

/** Who may join a relay: the tokens of its token file, and the bans of its state directory. */
export class RelayAccess {
  /** The tokens at the start; `undefined` when none is asked for. */
  readonly authTokens: AdmissionTokens | undefined;
  /** The bans at the start. */
  readonly bans: readonly Ban[];
  /** The bans of which was kept at the start that they were lifted. */
  readonly lifted: readonly LiftedBan[];
  readonly #settings: RelayAccessSettings;
  readonly #bansFile: BansFile;
  readonly #logger: EventLogger;

  private constructor(
    settings: RelayAccessSettings,
    logger: EventLogger,
    bansFile: BansFile,
    start: { readonly authTokens: AdmissionTokens | undefined } & KeptBans,
  ) {
    this.#settings = settings;
    this.#logger = logger;
    this.#bansFile = bansFile;
    this.authTokens = start.authTokens;
    this.bans = start.bans;
    this.lifted = start.lifted;
  }

  /**
   * Reads the files.
   *
   * @param settings Where they are.
   * @param logger Told of tokens that lie unused, and later of files that can't be used.
   * @throws {AuthTokensFileError | BansFileError | StateFileError} If a file can't be used: a relay
   *   that started without it would let in who is to be kept out.
   */
  static async read(settings: RelayAccessSettings, logger: EventLogger): Promise<RelayAccess> {
    const { authTokens: path, state } = settings;
    if (path === undefined) await warnOfUnusedTokens(join(state, AUTH_TOKENS_FILE), logger);
    const bansFile = new BansFile(state);
    return new RelayAccess(settings, logger, bansFile, {
      authTokens: path === undefined ? undefined : await readAuthTokens(path),
      ...await bansFile.read(),
    });
  }

  /**
   * Hands each change of the token file on.
   *
   * @param taker The relay.
   * @returns To be disposed of by the caller; `undefined` when there is no file to watch.
   */
  watchTokens(taker: TokenTaker): AuthTokensWatch | undefined {
    const { authTokens: path } = this.#settings;
    if (path === undefined) return undefined;
    return new AuthTokensWatch({
      path,
      onChange: (tokens) => taker.setAuthTokens(tokens),
      onProblem: ({ message }) =>
        this.#logger.error("token file unusable, former tokens stay in force", { error: message }),
    });
  }

  /**
   * Writes the bans, after what was to be written before.
   *
   * @param bans Those that hold. @param lifted Those of which is to be kept that they were lifted.
   * @throws {BansNotSavedError} If they can't be written; that is logged as well.
   */
  async saveBans(bans: readonly Ban[], lifted: readonly LiftedBan[] = []): Promise<void> {
    try {
      await this.#bansFile.write(bans, lifted);
    } catch (cause) {
      if (!(cause instanceof StateFileError)) throw cause;
      this.#logger.error("bans not saved", { error: cause.message });
      throw new BansNotSavedError(`Done, but for this run only: ${cause.message}`, { cause });
    }
  }
}

/** What `lstat` says when there is nothing, or nothing that this user may see. */
const NOTHING_THERE = [
  Deno.errors.NotFound,
  Deno.errors.NotADirectory,
  Deno.errors.PermissionDenied,
];

/** Whoever made tokens and forgot the flag would believe his relay closed while it is open. */
async function warnOfUnusedTokens(path: string, logger: EventLogger): Promise<void> {
  try {
    await Deno.lstat(path);
    logger.warn("admission tokens are not in use: give --auth-tokens", { path });
  } catch (error) {
    if (!NOTHING_THERE.some((nothing) => error instanceof nothing)) throw error;
  }
}
