import type { EventLogger } from "../observe/event_logger.ts";
import type { Ban } from "../session/ban.ts";
import type { ClientSummary } from "../session/client_summary.ts";
import { type Endpoint, formatEndpoint } from "../session/endpoint.ts";
import { LogLimiter } from "../session/log_limiter.ts";
import type { RemovalReason } from "./relay_effects.ts";

/** That a client joined or left. */
export type ClientEvent =
  | { readonly event: "joined"; readonly client: ClientSummary }
  | { readonly event: "left"; readonly client: ClientSummary; readonly reason: RemovalReason };

/** Tells the log, and whoever else watches, what happens to a relay's clients. */
export class RelayReporter {
  readonly #logger: EventLogger;
  readonly #onClientEvent: (event: ClientEvent) => void;
  readonly #rejections: LogLimiter;
  readonly #moves: LogLimiter;
  readonly #refusals: LogLimiter;

  /**
   * @param logger The log.
   * @param onClientEvent Told when a client joins or leaves.
   * @param nowMs Monotonic time.
   */
  constructor(logger: EventLogger, onClientEvent: (event: ClientEvent) => void, nowMs: number) {
    this.#logger = logger;
    this.#onClientEvent = onClientEvent;
    this.#rejections = new LogLimiter(nowMs);
    this.#moves = new LogLimiter(nowMs);
    this.#refusals = new LogLimiter(nowMs);
  }

  /** That a client has registered. */
  joined(client: ClientSummary): void {
    const { id, address, session, token } = client;
    this.#logger.info("client registered", { id, address, session, token });
    this.#onClientEvent({ event: "joined", client });
  }

  /** That a client goes on from another address than `from`; of many, only some are logged. */
  moved({ id, address, session }: ClientSummary, from: string, nowMs: number): void {
    const suppressed = this.#moves.admit(nowMs);
    if (suppressed === undefined) return;
    const fields = { id, address, session, from, suppressed: suppressed || undefined };
    this.#logger.info("client moved", fields);
  }

  /** That a session has ended; `detail` is what was said about it, empty if nothing. */
  left(client: ClientSummary, reason: RemovalReason, detail: string): void {
    const { id, address, session, token } = client;
    const isNews = detail !== "" && detail !== reason;
    const fields = { id, address, session, token, reason, detail: isNews ? detail : undefined };
    this.#logger.info("client removed", fields);
    this.#onClientEvent({ event: "left", client, reason });
  }

  /** That a registration was refused; of many, only some are logged. */
  rejected(from: Endpoint, reason: string, nowMs: number): void {
    const suppressed = this.#rejections.admit(nowMs);
    if (suppressed === undefined) return;
    const fields = { address: formatEndpoint(from), reason, suppressed: suppressed || undefined };
    this.#logger.warn("registration rejected", fields);
  }

  /** That a message will never be kept; of many, only some are logged. */
  refused(sender: string, reason: string, nowMs: number): void {
    const suppressed = this.#refusals.admit(nowMs);
    if (suppressed === undefined) return;
    const fields = { sender, reason, suppressed: suppressed || undefined };
    this.#logger.warn("message refused by the history", fields);
  }

  /** That messages can't be kept at the moment, and why; or that they can again. */
  historyTrouble(trouble: string | undefined): void {
    if (trouble === undefined) this.#logger.info("messages are kept again");
    else this.#logger.error("messages can't be kept, and wait", { error: trouble });
  }

  /** That a ban holds now. */
  banned({ kind, target, untilUnixMs }: Ban): void {
    const until = untilUnixMs === undefined ? undefined : new Date(untilUnixMs).toISOString();
    this.#logger.info("banned", { kind, target, until });
  }

  /** That a ban was lifted. */
  unbanned(target: string): void {
    this.#logger.info("ban lifted", { target });
  }

  /** That other admission tokens count from now on. */
  tokensReplaced(count: number): void {
    this.#logger.info("admission tokens read", { tokens: count });
  }
}
