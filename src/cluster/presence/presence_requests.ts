import { earlierOf } from "../../session/earlier_of.ts";
import type { RelayId } from "../cluster_bus.ts";

/** How long a relay has to end a session that another one is asked to end, milliseconds. */
export const KICK_TIMEOUT_MS = 2_000;

/** How long relays have to tell their clients what is broadcast, milliseconds. */
export const BROADCAST_TIMEOUT_MS = 1_000;

/** Requests under way at once; operators type them, so there are few. */
export const MAX_PRESENCE_REQUESTS = 1_024;

/** A request that waits for its answer. */
type Pending =
  | { readonly type: "kick"; readonly owner: RelayId; readonly untilMs: number }
  | {
    readonly type: "broadcast";
    /** Who has not answered yet. */
    readonly awaited: Set<RelayId>;
    readonly untilMs: number;
    clients: number;
  };

/** What came of a request. */
export type RequestResult =
  /** Whether the session was ended. */
  | { readonly type: "kicked"; readonly request: number; readonly isDone: boolean }
  /** How many clients of other relays were told. */
  | { readonly type: "told"; readonly request: number; readonly clients: number };

/** What this relay has asked others to do. */
export class PresenceRequests {
  readonly #pending = new Map<number, Pending>();
  #last = 0;

  /** Whether there is room for one more. */
  get hasRoom(): boolean {
    return this.#pending.size < MAX_PRESENCE_REQUESTS;
  }

  /** The number of a request that needs no waiting. */
  number(): number {
    return ++this.#last;
  }

  /** Awaits that a relay ends a session. @returns The number of the request. */
  kick(owner: RelayId, nowMs: number): number {
    const request = this.number();
    this.#pending.set(request, { type: "kick", owner, untilMs: nowMs + KICK_TIMEOUT_MS });
    return request;
  }

  /** Awaits that relays tell their clients something. @returns The number of the request. */
  broadcast(relayIds: Iterable<RelayId>, nowMs: number): number {
    const request = this.number();
    const untilMs = nowMs + BROADCAST_TIMEOUT_MS;
    const awaited = new Set(relayIds);
    this.#pending.set(request, { type: "broadcast", awaited, untilMs, clients: 0 });
    return request;
  }

  /** Takes the answer of a relay to a kick. @returns What came of it, if that is known now. */
  kicked(from: RelayId, request: number, isDone: boolean): RequestResult | undefined {
    const pending = this.#pending.get(request);
    if (pending?.type !== "kick" || pending.owner !== from) return undefined;
    this.#pending.delete(request);
    return { type: "kicked", request, isDone };
  }

  /** Takes the answer of a relay to a broadcast. @returns What came of it, if that is known now. */
  told(from: RelayId, request: number, clients: number): RequestResult | undefined {
    const pending = this.#pending.get(request);
    if (pending?.type !== "broadcast" || !pending.awaited.delete(from)) return undefined;
    pending.clients += clients;
    return pending.awaited.size > 0 ? undefined : this.#give(request, pending);
  }

  /** When the next request has waited long enough, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    let dueMs: number | undefined;
    for (const { untilMs } of this.#pending.values()) dueMs = earlierOf(dueMs, untilMs);
    return dueMs;
  }

  /** Takes out those that have waited long enough. */
  takeOverdue(nowMs: number): RequestResult[] {
    return [...this.#pending]
      .filter(([, { untilMs }]) => nowMs >= untilMs)
      .map(([request, pending]) => this.#give(request, pending));
  }

  #give(request: number, pending: Pending): RequestResult {
    this.#pending.delete(request);
    if (pending.type === "kick") return { type: "kicked", request, isDone: false };
    return { type: "told", request, clients: pending.clients };
  }
}
