import { earlierOf } from "../../session/earlier_of.ts";
import type { LocatedClient } from "./located_client.ts";
import {
  type Changes,
  MAX_CLIENTS_IN_MESSAGE,
  type RosterChange,
  type RosterPart,
} from "./presence_message.ts";

/** How long changes may be gathered into one message, milliseconds. */
export const CHANGES_GATHER_MS = 50;

/** The whole roster is told no more often than this, milliseconds, however many ask. */
export const ROSTER_INTERVAL_MS = 500;

/** Parts of a roster that go out at once, and the time until the next ones: some 15 MB a second. */
const PARTS_AT_ONCE = 8;
const PARTS_PACE_MS = 20;

/** A roster that is being told. */
interface Telling {
  readonly clients: readonly LocatedClient[];
  readonly version: number;
  readonly parts: number;
  part: number;
}

/**
 * The clients of this relay, and what the other relays are to be told of them.
 *
 * The version rises by one with each change that is told, whether anybody hears it or not: so
 * whoever missed something notices, and asks for the whole.
 */
export class OwnRoster {
  readonly #name: string;
  readonly #clients = new Map<string, LocatedClient>();
  #version = 0;
  #untold: RosterChange[] = [];
  #toldMs = -Infinity;
  #isAsked = false;
  #telling: Telling | undefined;
  #tellingSinceMs = -Infinity;
  #nextPartsMs = -Infinity;

  /** @param name What people call this relay. */
  constructor(name: string) {
    this.#name = name;
  }

  /** How many changes were told. */
  get version(): number {
    return this.#version;
  }

  /** How many clients there are, those included of whom nothing is told yet. */
  get size(): number {
    return this.#clients.size;
  }

  /** The client with a session id. */
  find(sessionId: string): LocatedClient | undefined {
    return this.#clients.get(sessionId);
  }

  /** Adds a client. */
  add(client: LocatedClient): void {
    this.#clients.set(client.sessionId, client);
    this.#untold.push({ type: "joined", client });
  }

  /** Puts a client in place of itself, at another address. */
  move(client: LocatedClient): void {
    this.#clients.set(client.sessionId, client);
    this.#untold.push({ type: "moved", sessionId: client.sessionId, address: client.address });
  }

  /** Removes a client; `reason` is a word in lower case. */
  remove(sessionId: string, reason: string): void {
    if (this.#clients.delete(sessionId)) this.#untold.push({ type: "left", sessionId, reason });
  }

  /** Takes note that a relay wants the whole roster. */
  ask(): void {
    this.#isAsked = true;
  }

  /** When `takeDue` has something next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    const changesMs = this.#untold.length > 0 ? this.#toldMs + CHANGES_GATHER_MS : undefined;
    if (this.#telling !== undefined) return earlierOf(changesMs, this.#nextPartsMs);
    const rosterMs = this.#isAsked ? this.#tellingSinceMs + ROSTER_INTERVAL_MS : undefined;
    return earlierOf(changesMs, rosterMs);
  }

  /** Takes out what is to be told by now. */
  takeDue(nowMs: number): (Changes | RosterPart)[] {
    const due: (Changes | RosterPart)[] = [];
    if (nowMs >= this.#toldMs + CHANGES_GATHER_MS) due.push(...this.takeChanges(nowMs));
    const mayBegin = this.#isAsked && this.#telling === undefined;
    if (mayBegin && nowMs >= this.#tellingSinceMs + ROSTER_INTERVAL_MS) {
      due.push(...this.takeChanges(nowMs));
      this.#begin(nowMs);
    }
    if (this.#telling !== undefined && nowMs >= this.#nextPartsMs) {
      due.push(...this.#takeParts(this.#telling, nowMs));
    }
    return due;
  }

  /** Takes out all changes that were not told yet, due or not. */
  takeChanges(nowMs: number): Changes[] {
    const messages: Changes[] = [];
    for (let at = 0; at < this.#untold.length; at += MAX_CLIENTS_IN_MESSAGE) {
      const changes = this.#untold.slice(at, at + MAX_CLIENTS_IN_MESSAGE);
      messages.push({ kind: "changes", first: this.#version + 1, changes });
      this.#version += changes.length;
    }
    if (messages.length > 0) this.#toldMs = nowMs;
    this.#untold = [];
    return messages;
  }

  #begin(nowMs: number): void {
    const clients = [...this.#clients.values()];
    const parts = Math.max(1, Math.ceil(clients.length / MAX_CLIENTS_IN_MESSAGE));
    this.#telling = { clients, version: this.#version, parts, part: 0 };
    this.#tellingSinceMs = nowMs;
    this.#nextPartsMs = nowMs;
    // Who asks from now on has missed the first part, and gets another round.
    this.#isAsked = false;
  }

  #takeParts(telling: Telling, nowMs: number): RosterPart[] {
    const { clients, version, parts } = telling;
    const taken: RosterPart[] = [];
    while (taken.length < PARTS_AT_ONCE && telling.part < parts) {
      const part = telling.part++;
      const at = part * MAX_CLIENTS_IN_MESSAGE;
      const some = clients.slice(at, at + MAX_CLIENTS_IN_MESSAGE);
      taken.push({ kind: "roster", name: this.#name, version, part, parts, clients: some });
    }
    this.#nextPartsMs = nowMs + PARTS_PACE_MS;
    if (telling.part === parts) this.#telling = undefined;
    return taken;
  }
}
