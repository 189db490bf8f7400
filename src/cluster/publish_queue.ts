import type { NewMessage } from "../history/history.ts";
import { type InLine, SessionLines } from "./session_lines.ts";

/** Bounds of what waits to be kept. */
export interface PublishLimits {
  /** Messages. */
  readonly maxMessages: number;
  /** Their payloads, bytes. */
  readonly maxBytes: number;
  /** Messages that are on their way at once. */
  readonly maxInFlight: number;
}

/** How long NATS may take for its answer, milliseconds: a cluster that elects a leader takes that long. */
const ANSWER_TIMEOUT_MS = 2_000;

/** The first rest after a failure, milliseconds; doubled with each one up to the longest. */
const FIRST_REST_MS = 100;
const LONGEST_REST_MS = 2_000;

/** A message that is to be published now. */
export interface Attempt {
  readonly ticket: number;
  readonly message: NewMessage;
}

/** A ticket whose message stands in the stream under a number, by this attempt or an earlier one. */
export interface Settled {
  readonly ticket: number;
  readonly sequence: bigint;
}

/**
 * waiting --takeDue--> sent --acknowledge--> acknowledged --settle--> (gone)
 *    ^                   |
 *    +--- fail, expire --+
 */
type Stage =
  | { readonly stage: "waiting"; readonly notBeforeMs: number }
  | { readonly stage: "sent"; readonly deadlineMs: number }
  | { readonly stage: "acknowledged"; readonly sequence: bigint };

interface Entry extends Attempt, InLine {
  readonly sinceMs: number;
  failures: number;
  stage: Stage;
}

/**
 * Messages on their way into the stream: each session's one after the other, so that none overtakes
 * another one that has to be sent again; sessions side by side. A message is gone from here once it is
 * settled: when it came back as a part of the stream, or is refused.
 */
export class PublishQueue {
  readonly #limits: PublishLimits;
  /** By ticket, in the order of tickets. */
  readonly #entries = new Map<number, Entry>();
  readonly #byId = new Map<string, Entry[]>();
  /** Those that are not acknowledged. */
  readonly #lines = new SessionLines<Entry>();
  readonly #sent = new Map<number, Entry>();
  readonly #acknowledged = new Map<number, Entry>();
  #bytes = 0;
  #lastTicket = 0;

  /** @param limits Its bounds. */
  constructor(limits: PublishLimits) {
    this.#limits = limits;
  }

  /** How many messages are not settled. */
  get size(): number {
    return this.#entries.size;
  }

  /** Whether it takes one more. */
  get hasRoom(): boolean {
    return this.size < this.#limits.maxMessages && this.#bytes < this.#limits.maxBytes;
  }

  /** Since when the oldest message waits that is not acknowledged, monotonic milliseconds. */
  get waitingSinceMs(): number | undefined {
    for (const { stage, sinceMs } of this.#entries.values()) {
      if (stage.stage !== "acknowledged") return sinceMs;
    }
    return undefined;
  }

  /**
   * Takes a message, behind those of its session.
   *
   * @param message The message; its payload is copied.
   * @param nowMs Monotonic time.
   * @returns Its ticket.
   */
  add(message: NewMessage, nowMs: number): number {
    const ticket = ++this.#lastTicket;
    const entry: Entry = {
      ticket,
      sessionId: message.sessionId,
      message: { ...message, payload: message.payload.slice() },
      sinceMs: nowMs,
      failures: 0,
      stage: { stage: "waiting", notBeforeMs: nowMs },
    };
    this.#entries.set(ticket, entry);
    this.#bytes += message.payload.byteLength;
    const sameId = this.#byId.get(message.messageId);
    if (sameId === undefined) this.#byId.set(message.messageId, [entry]);
    else sameId.push(entry);
    this.#lines.push(entry);
    return ticket;
  }

  /** Gives a ticket to a message that never comes in here. */
  nextTicket(): number {
    return ++this.#lastTicket;
  }

  /**
   * Takes what is to be published now; each waits for its answer from then on.
   *
   * @param nowMs Monotonic time.
   */
  takeDue(nowMs: number): Attempt[] {
    const due: Attempt[] = [];
    for (const entry of this.#lines.idle()) {
      if (this.#sent.size >= this.#limits.maxInFlight) break;
      if (entry.stage.stage !== "waiting" || entry.stage.notBeforeMs > nowMs) continue;
      this.#lines.begin(entry);
      entry.stage = { stage: "sent", deadlineMs: nowMs + ANSWER_TIMEOUT_MS };
      this.#sent.set(entry.ticket, entry);
      due.push(entry);
    }
    return due;
  }

  /**
   * Takes note that a message stands in the stream; also when that answer belongs to an attempt that
   * was given up.
   *
   * @param ticket Its ticket.
   * @param sequence Its number.
   */
  acknowledge(ticket: number, sequence: bigint): void {
    const entry = this.#entries.get(ticket);
    if (entry === undefined || entry.stage.stage === "acknowledged") return;
    this.#leaveLine(entry);
    entry.stage = { stage: "acknowledged", sequence };
    this.#acknowledged.set(ticket, entry);
  }

  /**
   * Has a message wait for its next attempt.
   *
   * @param ticket Its ticket.
   * @param nowMs Monotonic time.
   */
  fail(ticket: number, nowMs: number): void {
    const entry = this.#sent.get(ticket);
    if (entry === undefined) return;
    const restMs = Math.min(FIRST_REST_MS * 2 ** entry.failures, LONGEST_REST_MS);
    entry.failures++;
    this.#wait(entry, nowMs + restMs);
  }

  /**
   * Gives up the attempts that were not answered in time.
   *
   * @param nowMs Monotonic time.
   * @returns Whether there were any.
   */
  expire(nowMs: number): boolean {
    let hasAny = false;
    for (const { ticket, stage } of this.#sent.values()) {
      // In the order in which they were sent.
      if (stage.stage !== "sent" || stage.deadlineMs > nowMs) break;
      this.fail(ticket, nowMs);
      hasAny = true;
    }
    return hasAny;
  }

  /** Gives up all attempts, since no answer can come; they are due at once. */
  interrupt(): void {
    for (const entry of this.#sent.values()) this.#wait(entry, -Infinity);
  }

  /** Has everything published again, since the stream that took it is gone. */
  startOver(): void {
    this.#lines.clear();
    this.#sent.clear();
    this.#acknowledged.clear();
    for (const entry of this.#entries.values()) {
      entry.stage = { stage: "waiting", notBeforeMs: -Infinity };
      this.#lines.push(entry);
    }
  }

  /**
   * Settles a message that will never be kept.
   *
   * @param ticket Its ticket.
   */
  drop(ticket: number): void {
    const entry = this.#entries.get(ticket);
    if (entry !== undefined) this.#settle(entry);
  }

  /**
   * Settles a message that came as a part of the stream.
   *
   * @param messageId Its id.
   * @returns Its ticket, the earliest if there are several; `undefined` when it is none of ours.
   */
  settle(messageId: string): number | undefined {
    const entry = this.#byId.get(messageId)?.[0];
    if (entry !== undefined) this.#settle(entry);
    return entry?.ticket;
  }

  /**
   * Settles those that were acknowledged, but did not come as new parts of the stream: they stood there
   * before, or stand there no more.
   *
   * @param newest The number up to which the stream has come.
   */
  settleUpTo(newest: bigint): Settled[] {
    const settled: Settled[] = [];
    for (const entry of this.#acknowledged.values()) {
      if (entry.stage.stage !== "acknowledged" || entry.stage.sequence > newest) continue;
      settled.push({ ticket: entry.ticket, sequence: entry.stage.sequence });
      this.#settle(entry);
    }
    return settled;
  }

  /** When `expire` or `takeDue` has something to do next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    const [first] = this.#sent.values();
    let nextMs = first?.stage.stage === "sent" ? first.stage.deadlineMs : Infinity;
    if (this.#sent.size < this.#limits.maxInFlight) {
      for (const { stage } of this.#lines.idle()) {
        if (stage.stage === "waiting") nextMs = Math.min(nextMs, stage.notBeforeMs);
      }
    }
    return nextMs === Infinity ? undefined : nextMs;
  }

  #wait(entry: Entry, notBeforeMs: number): void {
    this.#sent.delete(entry.ticket);
    entry.stage = { stage: "waiting", notBeforeMs };
    this.#lines.giveUp(entry);
  }

  #settle(entry: Entry): void {
    if (entry.stage.stage !== "acknowledged") this.#leaveLine(entry);
    this.#acknowledged.delete(entry.ticket);
    this.#entries.delete(entry.ticket);
    this.#bytes -= entry.message.payload.byteLength;
    const { messageId } = entry.message;
    const others = this.#byId.get(messageId)?.filter((other) => other !== entry) ?? [];
    if (others.length === 0) this.#byId.delete(messageId);
    else this.#byId.set(messageId, others);
  }

  #leaveLine(entry: Entry): void {
    this.#sent.delete(entry.ticket);
    this.#lines.remove(entry);
  }
}
