import type { Msg, NatsConnection } from "@nats-io/transport-node";
import type { EventLogger } from "../observe/event_logger.ts";
import { unixSeconds } from "../session/instant.ts";
import { readClocks } from "../session/read_clocks.ts";
import { BusSeal } from "./bus_seal.ts";
import type { BusListener, ClusterBus, RelayId } from "./cluster_bus.ts";
import type { ClusterKeys } from "./cluster_keys.ts";
import type { NatsLink } from "./nats_link.ts";

/** The longest payload that a relay may say at once, bytes. */
export const MAX_BUS_PAYLOAD_BYTES = 512 * 1024;

/** How often it is logged that clocks differ, milliseconds: a relay says something each 2 s. */
const COMPLAINT_INTERVAL_MS = 60_000;

/** What a `NatsBus` is made of. */
export interface NatsBusOptions {
  readonly link: NatsLink;
  readonly relayId: RelayId;
  /** The subject that all relays of the cluster listen to. */
  readonly subject: string;
  readonly keys: ClusterKeys;
  readonly logger: EventLogger;
}

/** Carries what relays say to each other over a subject of NATS; nothing of it is stored. */
export class NatsBus implements ClusterBus {
  readonly relayId: RelayId;
  readonly #link: NatsLink;
  readonly #subject: string;
  readonly #seal: BusSeal;
  readonly #logger: EventLogger;
  #complainedAtMs = -Infinity;
  #listener: BusListener | undefined;

  /** @param options Its parts; the link is the caller's to dispose. */
  constructor({ link, relayId, subject, keys, logger }: NatsBusOptions) {
    this.relayId = relayId;
    this.#link = link;
    this.#subject = subject;
    this.#seal = new BusSeal(keys);
    this.#logger = logger;
  }

  /**
   * Says something to all other relays; dropped while there is no connection.
   *
   * @param payload At most 512 KiB; not kept.
   * @throws {RangeError} If it is longer, or longer than the NATS server takes.
   */
  publish(payload: Uint8Array): void {
    if (payload.byteLength > MAX_BUS_PAYLOAD_BYTES) {
      throw tooLong(payload.byteLength, MAX_BUS_PAYLOAD_BYTES);
    }
    const { connection } = this.#link;
    if (connection === undefined || connection.isClosed()) return;
    const now = unixSeconds(readClocks());
    const token = this.#seal.seal({ from: this.relayId, payload }, now);
    const maxBytes = connection.info?.max_payload ?? Infinity;
    if (token.byteLength > maxBytes) throw tooLong(token.byteLength, maxBytes);
    connection.publish(this.#subject, token);
  }

  /**
   * Begins to listen; once.
   *
   * @throws {TypeError} If someone listens already.
   */
  listen(listener: BusListener): void {
    if (this.#listener !== undefined) throw new TypeError("Cannot listen to bus: someone does");
    this.#listener = listener;
    this.#link.listen({
      onConnected: (connection) => this.#subscribe(connection, listener),
      onLost: () => listener.onDisconnected(),
    });
  }

  #subscribe(connection: NatsConnection, listener: BusListener): void {
    connection.subscribe(this.#subject, {
      callback: (error, message) => {
        if (error === null) this.#receive(message, listener);
      },
    });
    listener.onConnected();
  }

  #receive({ data }: Msg, listener: BusListener): void {
    const opened = this.#seal.open(data, this.relayId, unixSeconds(readClocks()));
    if (opened.type === "untimely") this.#complain(opened.aheadSeconds);
    if (opened.type === "message") listener.onMessage(opened.message.from, opened.message.payload);
  }

  /** Nothing else shows why relays whose clocks differ don't find each other. */
  #complain(aheadSeconds: number): void {
    const nowMs = readClocks().monotonicMs;
    if (nowMs < this.#complainedAtMs + COMPLAINT_INTERVAL_MS) return;
    this.#complainedAtMs = nowMs;
    this.#logger.warn("message of cluster bus passed over", {
      reason: "clock",
      ahead_s: aheadSeconds,
    });
  }
}

function tooLong(bytes: number, maxBytes: number): RangeError {
  return new RangeError(`Cannot publish to bus: ${bytes} bytes, at most ${maxBytes}`);
}
