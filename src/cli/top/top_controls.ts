import {
  CLIENT_SORT_KEYS,
  type ClientOrder,
  type ClientSortKey,
  naturalOrder,
} from "../../watch/client_order.ts";
import type { Key, KeyName } from "./top_keys.ts";

/** How many clients there are to scroll through. */
export interface TopPage {
  /** Clients that the filter lets through. */
  readonly count: number;
  /** How many of them are shown at once. */
  readonly rows: number;
}

/** The letters that choose what clients are sorted by. */
const SORT_LETTERS: ReadonlyMap<string, ClientSortKey> = new Map([
  ["i", "id"],
  ["a", "address"],
  ["s", "since"],
  ["d", "idle"],
  ["m", "messages-in"],
  ["M", "messages-out"],
  ["b", "bytes-in"],
  ["B", "bytes-out"],
]);

/** The longest filter, UTF-16 code units. */
const MAX_FILTER_LENGTH = 200;

/** What the person at the keyboard has chosen to see. */
export class TopControls {
  #order: ClientOrder;
  #filter: string;
  /** The filter as it was when typing began; `undefined` when none is typed. */
  #formerFilter: string | undefined;
  #offset = 0;
  #isPaused = false;
  #isHelpShown = false;

  /** @param start How clients are sorted and filtered at first. */
  constructor({ order, filter }: { readonly order: ClientOrder; readonly filter: string }) {
    this.#order = order;
    this.#filter = filter;
  }

  /** How clients are sorted. */
  get order(): ClientOrder {
    return this.#order;
  }

  /** What clients are filtered by; empty for all. */
  get filter(): string {
    return this.#filter;
  }

  /** Whether the filter is being typed. */
  get isTyping(): boolean {
    return this.#formerFilter !== undefined;
  }

  /** Whether the figures stand still. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Whether the keys are explained in place of the clients. */
  get isHelpShown(): boolean {
    return this.#isHelpShown;
  }

  /** How many clients stand above the first that is shown; the last page is full. */
  offset({ count, rows }: TopPage): number {
    return Math.max(0, Math.min(this.#offset, count - rows));
  }

  /**
   * Does what a key stands for.
   *
   * @param key The key.
   * @param page What there is to scroll through.
   * @returns Whether that is to end.
   */
  press(key: Key, page: TopPage): "stay" | "quit" {
    if ("name" in key && key.name === "ctrl-c") return "quit";
    if (this.#formerFilter !== undefined) this.#type(key, this.#formerFilter);
    else if (this.#isHelpShown) this.#isHelpShown = false;
    else if ("name" in key) this.#pressNamed(key.name, page);
    else if (key.text === "q") return "quit";
    else this.#pressCharacter(key.text);
    return "stay";
  }

  #pressNamed(name: KeyName, page: TopPage): void {
    const offset = this.offset(page);
    const moves: Partial<Record<KeyName, number>> = {
      up: offset - 1,
      down: offset + 1,
      "page-up": offset - page.rows,
      "page-down": offset + page.rows,
      home: 0,
      end: Infinity,
    };
    this.#offset = moves[name] ?? offset;
    this.#offset = this.offset(page);
    if (name === "escape") this.#filterBy("");
  }

  #pressCharacter(text: string): void {
    const sortKey = SORT_LETTERS.get(text);
    if (sortKey !== undefined) this.#order = naturalOrder(sortKey);
    else if (text === "<") this.#sortBySide(-1);
    else if (text === ">") this.#sortBySide(1);
    else if (text === "r") this.#order = reversedOrder(this.#order);
    else if (text === "/") this.#formerFilter = this.#filter;
    else if (text === " ") this.#isPaused = !this.#isPaused;
    else if (text === "?") this.#isHelpShown = true;
  }

  #sortBySide(step: -1 | 1): void {
    const count = CLIENT_SORT_KEYS.length;
    const index = (CLIENT_SORT_KEYS.indexOf(this.#order.key) + step + count) % count;
    this.#order = naturalOrder(CLIENT_SORT_KEYS[index] ?? this.#order.key);
  }

  #type(key: Key, former: string): void {
    if ("text" in key) {
      if (this.#filter.length < MAX_FILTER_LENGTH) this.#filterBy(this.#filter + key.text);
      return;
    }
    if (key.name === "backspace") this.#filterBy([...this.#filter].slice(0, -1).join(""));
    if (key.name === "ctrl-u") this.#filterBy("");
    if (key.name === "escape") this.#filterBy(former);
    if (key.name === "escape" || key.name === "enter") this.#formerFilter = undefined;
  }

  #filterBy(filter: string): void {
    this.#filter = filter;
    this.#offset = 0;
  }
}

/**
 * Turns an order round.
 *
 * @param order The order.
 */
export function reversedOrder({ key, isDescending }: ClientOrder): ClientOrder {
  return { key, isDescending: !isDescending };
}
