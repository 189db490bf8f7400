import { describeError } from "../observe/describe_error.ts";
import type { EventLogger } from "../observe/event_logger.ts";
import { formatEndpoint } from "../session/endpoint.ts";
import { LogLimiter } from "../session/log_limiter.ts";
import type { DirectEffect, DirectMessage } from "./direct_effects.ts";
import type { DirectClientEvent } from "./direct_server_options.ts";

/** Tells the log, and who watches the clients, what happens. */
export class EventReporter {
  readonly #logger: EventLogger;
  readonly #refusals: LogLimiter;
  readonly #onClientEvent: (event: DirectClientEvent) => void;

  /**
   * @param logger The log.
   * @param onClientEvent Told when a client's key is kept, and when it no longer is.
   * @param nowMs Monotonic time.
   */
  constructor(
    logger: EventLogger,
    onClientEvent: (event: DirectClientEvent) => void,
    nowMs: number,
  ) {
    this.#logger = logger;
    this.#onClientEvent = onClientEvent;
    this.#refusals = new LogLimiter(nowMs);
  }

  /** Tells of a message, but not what it says. */
  message({ sender, form, signedBy, payload: { byteLength } }: DirectMessage): void {
    this.#logger.debug("message", { sender, form, signed_by: signedBy, bytes: byteLength });
  }

  /** Tells of a key that is kept from now on. */
  joined({ client, replacedKey }: Extract<DirectEffect, { type: "client_registered" }>): void {
    const { address, key } = client;
    const message = replacedKey === undefined ? "client registered" : "client key replaced";
    this.#logger.info(message, { address, key, replaced: replacedKey });
    this.#onClientEvent({ event: "joined", client });
  }

  /** Tells of a key that is no longer kept. */
  left({ client, reason, detail }: Extract<DirectEffect, { type: "client_removed" }>): void {
    const { address, key } = client;
    const fields = { address, key, reason, detail: detail === "" ? undefined : detail };
    this.#logger.info("client removed", fields);
    this.#onClientEvent({ event: "left", client, reason });
  }

  /** Tells of a key that can't be used; strangers must not fill the log with these. */
  refused(
    { from, reason }: Extract<DirectEffect, { type: "key_refused" }>,
    nowMs: number,
  ): void {
    const suppressed = this.#refusals.admit(nowMs);
    if (suppressed === undefined) return;
    const fields = { address: formatEndpoint(from), reason, suppressed: suppressed || undefined };
    this.#logger.warn("client key refused", fields);
  }

  /** Tells of a fault of our own code. */
  internalError(error: unknown): void {
    this.#logger.error("internal error", { error: describeError(error) });
  }
}
