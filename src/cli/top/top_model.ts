import { type ClientOrder, filterClients, sortClients } from "../../watch/client_order.ts";
import type { RatedClient } from "../../watch/client_rates.ts";
import { TopControls } from "./top_controls.ts";
import { type TopFigures, TopMeter } from "./top_figures.ts";
import type { Key } from "./top_keys.ts";
import type { TopSample } from "./top_sample.ts";
import type { TopStatus, TopView } from "./top_view.ts";

/** What a view starts with. */
export interface TopModelOptions {
  /** `host:port` of the control port. */
  readonly server: string;
  /** Time between two samples, milliseconds. */
  readonly intervalMs: number;
  /** How clients are sorted. */
  readonly order: ClientOrder;
  /** What they are filtered by. */
  readonly filter: string;
}

/** How long after the time for it an answer counts as late. */
const LATE_MS = 2_000;

/** How long it is said that the server is back. */
const BACK_MS = 5_000;

/** The clients that a filter lets through, to be worked out once only. */
interface Picked {
  readonly from: TopFigures;
  readonly filter: string;
  readonly clients: readonly RatedClient[];
}

/** The same, sorted. */
interface Sorted {
  readonly from: readonly RatedClient[];
  readonly order: ClientOrder;
  readonly clients: readonly RatedClient[];
}

/**
 * What `hushcast top` knows and shows: samples and keys go in, views come out. Times are monotonic
 * milliseconds.
 */
export class TopModel {
  readonly #options: TopModelOptions;
  readonly #controls: TopControls;
  #meter = new TopMeter();
  #latest: TopFigures;
  #shown: TopFigures;
  #heardAtMs: number;
  #backAtMs = -Infinity;
  #gone: { readonly sinceMs: number; readonly reason: string } | undefined;
  #picked: Picked | undefined;
  #sorted: Sorted | undefined;

  /**
   * @param options What to start with.
   * @param sample The first sample.
   */
  constructor(options: TopModelOptions, sample: TopSample) {
    this.#options = options;
    this.#controls = new TopControls(options);
    this.#latest = this.#meter.update(sample);
    this.#shown = this.#latest;
    this.#heardAtMs = sample.atMs;
  }

  /**
   * Takes the next sample; with the first one behind `lost` the rates begin anew.
   *
   * @param sample What the server says.
   */
  sampled(sample: TopSample): void {
    if (this.#gone !== undefined) this.#backAtMs = sample.atMs;
    this.#gone = undefined;
    this.#heardAtMs = sample.atMs;
    this.#latest = this.#meter.update(sample);
    this.#catchUp();
  }

  /**
   * Takes note that there is no connection; the latest figures stay, but without rates.
   *
   * @param reason Why, in words for a person.
   * @param nowMs The moment.
   */
  lost(reason: string, nowMs: number): void {
    this.#gone = { sinceMs: this.#gone?.sinceMs ?? nowMs, reason };
    this.#meter = new TopMeter();
    this.#latest = { ...this.#latest, rates: undefined };
    this.#catchUp();
  }

  /**
   * Does what a key stands for.
   *
   * @param key The key.
   * @param pageRows How many clients are shown at once.
   * @returns Whether that is to end.
   */
  press(key: Key, pageRows: number): "stay" | "quit" {
    // Counted, not sorted: many keys come at once where text is pasted, or a key is held down.
    const outcome = this.#controls.press(key, { count: this.#pick().length, rows: pageRows });
    this.#catchUp();
    return outcome;
  }

  /**
   * What is to be shown.
   *
   * @param nowMs The moment.
   * @param pageRows How many clients are shown at once.
   */
  view(nowMs: number, pageRows: number): TopView {
    const { server, intervalMs } = this.#options;
    const { order, filter, isTyping, isPaused, isHelpShown } = this.#controls;
    const clients = this.#clients();
    return {
      server,
      intervalMs,
      status: this.#status(nowMs),
      figures: this.#shown,
      clients,
      order,
      filter,
      isTyping,
      offset: this.#controls.offset({ count: clients.length, rows: pageRows }),
      isPaused,
      isHelpShown,
    };
  }

  #status(nowMs: number): TopStatus {
    if (this.#gone !== undefined) {
      const { sinceMs, reason } = this.#gone;
      return { state: "gone", forMs: nowMs - sinceMs, reason };
    }
    const forMs = nowMs - this.#heardAtMs;
    if (forMs > this.#options.intervalMs + LATE_MS) return { state: "late", forMs };
    return { state: nowMs - this.#backAtMs < BACK_MS ? "back" : "connected" };
  }

  #catchUp(): void {
    if (!this.#controls.isPaused) this.#shown = this.#latest;
  }

  #clients(): readonly RatedClient[] {
    const { order } = this.#controls;
    const from = this.#pick();
    if (this.#sorted?.from !== from || this.#sorted.order !== order) {
      this.#sorted = { from, order, clients: sortClients(from, order) };
    }
    return this.#sorted.clients;
  }

  #pick(): readonly RatedClient[] {
    const { filter } = this.#controls;
    const from = this.#shown;
    if (this.#picked?.from !== from || this.#picked.filter !== filter) {
      this.#picked = { from, filter, clients: filterClients(from.clients, filter) };
    }
    return this.#picked.clients;
  }
}
