import { RelayClient } from "../../../src/client/relay_client.ts";
import { RelayClientError } from "../../../src/client/relay_client_error.ts";
import type { RelayClientEvent } from "../../../src/client/relay_client_event.ts";
import type { ReplayOptions } from "../../../src/client/relay_client_options.ts";
import { RelayRefusalError } from "../../../src/client/relay_refusal_error.ts";
import type { Endpoint } from "../../../src/session/endpoint.ts";
import { RejectionCode } from "../../../src/wire/registration_rejected.ts";
import type { DeliveryLedger } from "../measures/delivery_ledger.ts";
import type { FleetTally } from "./fleet_tally.ts";
import type { HistoryReach } from "./history_reach.ts";
import type { SeededRandom } from "../../seeded_random.ts";
import { type DatagramTap, NetworkPath } from "./network_path.ts";
import { pause } from "../../../src/cluster/pause.ts";
import { SequenceWatch } from "./sequence_watch.ts";
import { readMessage } from "./soak_message.ts";

/** How long a registration may take, milliseconds: the machine may be busy with a long message. */
const CONNECT_TIMEOUT_MS = 20_000;

/** Pause before a name is asked for again that a former life still has, milliseconds. */
const NAME_TAKEN_PAUSE_MS = 1_500;

/** From this length on a message counts as a large one, bytes. */
export const LARGE_MESSAGE_BYTES = 100 * 1024;

/** What a member is made of. */
export interface MemberOptions {
  readonly name: string;
  /** The relays, the one that it asks first in front. */
  readonly relays: readonly [Endpoint, ...Endpoint[]];
  /** Whether its datagrams go by a path that can move and be cut. */
  readonly isMobile: boolean;
  /** Whether it says messages of its own. */
  readonly isSpeaker: boolean;
  readonly isReliable: boolean;
  readonly hasGroupDelivery: boolean;
  readonly ledger: DeliveryLedger;
  readonly tally: FleetTally;
  /** What the relays must still have. */
  readonly history: HistoryReach;
  /** Told of what it sends, if its datagrams go by a path. */
  readonly tap?: DatagramTap;
}

/** One client of the fleet, in all its lives. */
export class FleetMember implements AsyncDisposable {
  readonly name: string;
  readonly #options: MemberOptions;
  #paths: NetworkPath[] = [];
  #client: RelayClient | undefined;
  #reading: Promise<void> = Promise.resolve();
  #isRegistered = false;
  #missesGroup = false;

  /** @param options What it is made of. */
  constructor(options: MemberOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** The client of this life; `undefined` while the member is away. */
  get client(): RelayClient | undefined {
    return this.#client;
  }

  /** Whether a relay has it registered, as far as it knows. */
  get isRegistered(): boolean {
    return this.#isRegistered;
  }

  /** Whether it asked for group delivery and gave that up for the rest of its life. */
  get missesGroup(): boolean {
    return this.#missesGroup;
  }

  /** Whether its datagrams go by a path that can move and be cut. */
  get isMobile(): boolean {
    return this.#options.isMobile;
  }

  /**
   * Begins a life. A name that a former life still has is asked for again until it is free.
   *
   * @param replay What it wants to hear of the past.
   * @param signal Gives up.
   * @returns Whether it is there.
   */
  async join(signal: AbortSignal, replay?: ReplayOptions): Promise<boolean> {
    while (!signal.aborted && this.#client === undefined) {
      try {
        this.#begin(await this.#connect(signal, replay));
      } catch (error) {
        if (signal.aborted) return false;
        if (!(error instanceof RelayClientError)) throw error;
        this.#options.tally.refused(reasonOf(error));
        await pause(NAME_TAKEN_PAUSE_MS, signal);
      }
    }
    return this.#client !== undefined;
  }

  /** Ends a life as one should. */
  async leave(): Promise<void> {
    if (this.#client === undefined) return;
    this.#options.tally.count("leaves");
    await this.#end();
  }

  /**
   * Ends a life without a word to the relay. The next one comes from another address, unless the path
   * is kept.
   */
  async crash({ keepsAddress }: { readonly keepsAddress: boolean }): Promise<void> {
    if (this.#client === undefined) return;
    this.#options.tally.count("crashes");
    this.cut();
    await this.#end();
    if (!keepsAddress) await this.#closePaths();
    this.heal();
  }

  /** Lets the relay see it at another port. */
  move(): void {
    if (this.#client === undefined) return;
    this.#options.tally.count("moves");
    for (const path of this.#paths) path.move();
  }

  /** Lets nothing through between it and the relays. */
  cut(): void {
    for (const path of this.#paths) path.cut();
  }

  /** Lets everything through again. */
  heal(): void {
    for (const path of this.#paths) path.heal();
  }

  /** Sends a datagram to its first relay as if it had sent it. Returns whether that can be. */
  inject(datagram: Uint8Array): boolean {
    const [path] = this.#paths;
    if (path === undefined || path.isCut || this.#client === undefined) return false;
    path.inject(datagram);
    return true;
  }

  /**
   * Sends what it has sent again, from where a relay sees it.
   *
   * @param random Says to which relay, and what.
   * @returns Whether that can be.
   */
  replay(random: SeededRandom): boolean {
    return this.#client !== undefined && random.pick(this.#paths)?.replay(random) === true;
  }

  /** Ends it for good. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
    await this.#closePaths();
  }

  async #connect(signal: AbortSignal, replay?: ReplayOptions): Promise<RelayClient> {
    const { name, relays, isMobile, isReliable, hasGroupDelivery, tap } = this.#options;
    if (isMobile && this.#paths.length === 0) {
      this.#paths = relays.map((relay) => new NetworkPath(relay, tap));
    }
    // Ends the attempt alone: what comes of it ends when it is told to.
    const attempt = new AbortController();
    const giveUp = () => attempt.abort(signal.reason);
    signal.addEventListener("abort", giveUp);
    const connecting = RelayClient.connect({
      relay: isMobile ? this.#paths.map(({ local }) => local) : relays,
      interface: "127.0.0.1",
      name,
      reliable: isReliable,
      groupDelivery: hasGroupDelivery,
      timeoutMs: CONNECT_TIMEOUT_MS,
      fragmentTimeoutMs: CONNECT_TIMEOUT_MS,
      signal: attempt.signal,
      ...replay === undefined ? {} : { replay },
    });
    return await connecting.finally(() => signal.removeEventListener("abort", giveUp));
  }

  #begin(client: RelayClient): void {
    const { ledger, tally, isSpeaker, isReliable, name } = this.#options;
    this.#client = client;
    this.#isRegistered = true;
    this.#missesGroup = false;
    tally.count("joins");
    if (isReliable) ledger.joined(name);
    if (isSpeaker) ledger.senderRestarted(name);
    this.#reading = this.#read(client);
  }

  async #end(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#isRegistered = false;
    await client?.close();
    await this.#reading;
    this.#options.ledger.left(this.name);
  }

  async #closePaths(): Promise<void> {
    const paths = this.#paths;
    this.#paths = [];
    await Promise.all(paths.map((path) => path[Symbol.asyncDispose]()));
  }

  async #read(client: RelayClient): Promise<void> {
    const watch = this.#options.isReliable && !this.#options.isSpeaker
      ? new SequenceWatch()
      : undefined;
    try {
      for await (const event of client.events()) this.#take(event, watch);
    } catch (error) {
      if (this.#client !== client) return;
      // Nobody ended it: the next life has to begin by itself.
      const reason = error instanceof RelayClientError ? error.code : String(error);
      this.#options.tally.trouble(`client ended: ${reason}`);
      this.#client = undefined;
      this.#isRegistered = false;
      this.#options.ledger.left(this.name);
    }
  }

  #take(event: RelayClientEvent, watch: SequenceWatch | undefined): void {
    const { tally, ledger, history, isMobile, name } = this.#options;
    switch (event.type) {
      case "message":
        return this.#takeMessage(event, watch);
      case "registered":
        this.#isRegistered = true;
        return event.isReconnect ? tally.count("reconnects") : undefined;
      case "reconnecting":
        this.#isRegistered = false;
        return;
      case "gap":
        tally.count("gaps");
        tally.count("gap_messages", Number(event.last - event.first + 1n));
        // Who ends hears no more of what was under way.
        if (this.#client !== undefined && history.holds(event.last)) {
          tally.trouble("gap in what the history has");
        }
        if (watch?.gap(event.first, event.last) === false) tally.trouble("gap out of sequence");
        return ledger.away(name);
      case "new_series":
        tally.count("new_series");
        watch?.newSeries();
        return ledger.away(name);
      case "overflow":
        return tally.count("overflows");
      case "joined":
      case "left":
      case "notice":
        return tally.count("news");
      case "group_unavailable":
        this.#missesGroup = true;
        return tally.count(event.type);
      case "not_acknowledged":
        // Only who loses its network has a reason.
        if (!isMobile) tally.trouble("message not acknowledged");
        return tally.count(event.type);
      case "unreliable":
        return tally.count(event.type);
      case "no_replay":
        return tally.trouble("the relay keeps no past");
      case "trust":
        return;
    }
  }

  #takeMessage(
    event: Extract<RelayClientEvent, { type: "message" }>,
    watch: SequenceWatch | undefined,
  ): void {
    const { tally, ledger, history, isReliable, name } = this.#options;
    const { outcome, message } = readMessage(event.payload);
    if (outcome !== "whole") return tally.trouble(`message ${outcome}`);
    if (message.sender !== event.sender) tally.trouble("message under another name");
    if (message.bodyBytes >= LARGE_MESSAGE_BYTES) tally.count("large_delivered");
    if (!isReliable) return tally.count("plain_delivered");
    const { relaySequence } = event;
    if (relaySequence !== undefined) history.hear(relaySequence);
    if (watch !== undefined) {
      const follows = relaySequence !== undefined && watch.message(relaySequence);
      if (!follows) tally.trouble("message out of sequence");
    }
    ledger.received(name, message.sender, message.number);
  }
}

function reasonOf(error: RelayClientError): string {
  const isTaken = error instanceof RelayRefusalError && error.reason === RejectionCode.NAME_TAKEN;
  return isTaken ? "name taken" : error.code;
}
