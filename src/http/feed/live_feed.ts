import type { LevelName } from "@std/log";
import type { ServerAdmin } from "../../control/client_commands.ts";
import type { LogEntry, LogSource, LogSubscription } from "../../control/log_source.ts";
import { parseLogLevel } from "../../observe/log_level.ts";
import type { StatisticsTree } from "../../observe/statistics_tree.ts";
import type { Instant } from "../../session/instant.ts";
import { ticksBetweenLists } from "../../watch/client_list_interval.ts";
import type { ServerProfile } from "../../watch/feed_event.ts";
import type { TrafficPoint } from "../../watch/traffic_point.ts";
import { type ClientChanges, ClientWatch } from "./client_watch.ts";
import { EventReader } from "./event_reader.ts";
import { encodeEvent, encodeEventJson, STREAM_HEAD } from "./event_text.ts";
import { LogHistory } from "./log_history.ts";
import { TrafficMeter } from "./traffic_meter.ts";

/** Readers at once. */
export const MAX_READERS = 16;

/** Points that are kept: 15 minutes, one a second. */
export const MAX_POINTS = 900;

/** Lines of this level and above are kept for readers to come. */
const KEPT_LEVEL: LevelName = "INFO";

/** What a feed is made of. */
export interface LiveFeedOptions {
  /** What readers are told of the server. */
  readonly profile: ServerProfile;
  /** The server. */
  readonly source: Pick<ServerAdmin, "listClients" | "stats">;
  /** Its log. */
  readonly logs: LogSource;
  /** How late timers ran at worst since it was last asked, milliseconds. */
  readonly takeWorstLagMs: () => number;
}

/** What a reader wants. */
export interface ReaderOptions {
  /** The least severe level of the log lines that it gets. */
  readonly level: LevelName;
  /** Whether it may still read; asked each tick, with monotonic milliseconds. */
  readonly isAllowed: (nowMs: number) => boolean;
}

interface ReaderPlace extends ReaderOptions {
  readonly log: LogSubscription;
  /** Whether it missed something about clients, so that differences mean nothing to it. */
  needsClients: boolean;
}

/**
 * The live picture of a server, for readers of `/events`: it looks at the server each second, keeps
 * what went before, and tells each reader what has changed.
 */
export class LiveFeed implements Disposable {
  readonly #options: LiveFeedOptions;
  readonly #meter: TrafficMeter;
  readonly #points: TrafficPoint[] = [];
  readonly #logHistory = new LogHistory();
  readonly #log: LogSubscription;
  readonly #readers = new Map<EventReader, ReaderPlace>();
  // While somebody reads: lists are made for readers alone.
  #clients: ClientWatch | undefined;
  #ticksToList = 0;
  #written: { readonly entry: LogEntry; readonly json: string } | undefined;

  /** @param options What it is made of. @param now The moment from which traffic is counted. */
  constructor(options: LiveFeedOptions, now: Instant) {
    this.#options = options;
    this.#meter = new TrafficMeter(options.source.stats(), now.monotonicMs);
    this.#log = options.logs.subscribe(KEPT_LEVEL, (entry) => this.#keep(entry));
  }

  /** How many readers there are. */
  get readerCount(): number {
    return this.#readers.size;
  }

  /**
   * Lets somebody read.
   *
   * @param options What the reader wants.
   * @param now The moment.
   * @returns The reader, to be given to `close` in the end; `undefined` when all places are taken.
   */
  open(options: ReaderOptions, now: Instant): EventReader | undefined {
    if (this.#readers.size >= MAX_READERS) return undefined;
    const reader = new EventReader(this.#opening(options.level, now), now.monotonicMs);
    const log = this.#options.logs.subscribe(
      options.level,
      (entry) => reader.log(this.#jsonOf(entry)),
    );
    this.#readers.set(reader, { ...options, log, needsClients: false });
    return reader;
  }

  /** Forgets a reader, who gets nothing more. Twice is safe. */
  close(reader: EventReader): void {
    reader.cut();
    this.#readers.get(reader)?.log.close();
    this.#readers.delete(reader);
    if (this.#readers.size === 0) this.#clients = undefined;
  }

  /** Looks at the server and tells the readers; to be called every `TICK_MS`. */
  tick(now: Instant): void {
    const { source, takeWorstLagMs } = this.#options;
    this.endDisallowed(now.monotonicMs);
    for (const reader of this.#readers.keys()) reader.tick(now.monotonicMs);
    this.#tellClients(now);
    const statistics = source.stats();
    const point = this.#meter.update(statistics, takeWorstLagMs(), now);
    if (point !== undefined) this.#tellTraffic(point, statistics);
  }

  /** Ends the streams of those who may read no more, such as one who has logged out. */
  endDisallowed(nowMs: number): void {
    for (const [reader, { isAllowed, log }] of this.#readers) {
      if (isAllowed(nowMs)) continue;
      log.close();
      reader.end();
    }
  }

  /** Tells all readers that the server shuts down, and ends their streams. */
  shutdown(reason: string): void {
    const farewell = encodeEvent({ type: "shutdown", data: { reason } });
    for (const [reader, { log }] of this.#readers) {
      log.close();
      reader.end(farewell);
    }
  }

  /** Ends everything at once. */
  [Symbol.dispose](): void {
    for (const reader of [...this.#readers.keys()]) this.close(reader);
    this.#log.close();
  }

  #opening(level: LevelName, now: Instant): Uint8Array[] {
    return [
      STREAM_HEAD,
      encodeEvent({ type: "server", data: this.#options.profile }),
      encodeEvent({ type: "history", data: this.#points }),
      encodeEventJson("log_history", this.#logHistory.toJson(level)),
      encodeEvent({ type: "clients", data: this.#watchClients(now).list }),
    ];
  }

  // One who comes to others gets the list that they have: the next difference is for all of them.
  #watchClients(now: Instant): ClientWatch {
    if (this.#clients !== undefined) return this.#clients;
    const clients = new ClientWatch();
    clients.update(this.#options.source.listClients(), now);
    this.#ticksToList = ticksBetweenLists(clients.size);
    return this.#clients = clients;
  }

  #tellClients(now: Instant): void {
    const clients = this.#clients;
    if (clients === undefined || --this.#ticksToList > 0) return;
    const changes = clients.update(this.#options.source.listClients(), now);
    this.#ticksToList = ticksBetweenLists(clients.size);
    const difference = hasNews(changes)
      ? encodeEvent({ type: "clients_changed", data: changes })
      : undefined;
    let list: Uint8Array | undefined;
    for (const [reader, place] of this.#readers) {
      if (!reader.isOpen) continue;
      const news = place.needsClients
        ? list ??= encodeEvent({ type: "clients", data: clients.list })
        : difference;
      if (news !== undefined) place.needsClients = !reader.send(news);
    }
  }

  // A reader without room has a gap in its traffic: what it would be told late is told soon again.
  #tellTraffic(point: TrafficPoint, statistics: StatisticsTree): void {
    this.#points.push(point);
    if (this.#points.length > MAX_POINTS) this.#points.shift();
    if (this.#readers.size === 0) return;
    const bytes = encodeEvent({ type: "point", data: { point, statistics } });
    for (const reader of this.#readers.keys()) reader.send(bytes);
  }

  #keep(entry: LogEntry): void {
    const level = parseLogLevel(String(entry.json().level)) ?? KEPT_LEVEL;
    this.#logHistory.add(level, this.#jsonOf(entry));
  }

  // The log hands an entry to one reader after the other: it is written down for the first of them.
  #jsonOf(entry: LogEntry): string {
    if (this.#written?.entry !== entry) {
      this.#written = { entry, json: JSON.stringify(entry.json()) };
    }
    return this.#written.json;
  }
}

function hasNews({ changed, removed }: ClientChanges): boolean {
  return changed.length > 0 || removed.length > 0;
}
