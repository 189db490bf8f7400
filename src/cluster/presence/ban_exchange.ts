import { sha256 } from "../../crypto/sha256.ts";
import type { BanRecord } from "../../session/ban.ts";
import type { BanBook, BanChanges } from "../../session/ban_book.ts";
import type { Instant } from "../../session/instant.ts";
import type { RelayId } from "../cluster_bus.ts";
import { banToJson } from "./ban_json.ts";
import { type BansMessage, MAX_BANS_IN_MESSAGE } from "./presence_message.ts";

/** How long relays that have the same to say wait for each other, milliseconds; each its own time. */
const STAGGER_MS = 500;

/** The first and the longest time until a book that did not help is told again, milliseconds. */
const FIRST_AGAIN_MS = 4_000;
const LAST_AGAIN_MS = 64_000;

/**
 * Sees to it that all relays have the same book of bans: each tells the digest of its own with its
 * beats, and whoever hears another one tells its whole book, unless a relay with the same book has.
 */
export class BanExchange {
  readonly #book: BanBook;
  readonly #staggerMs: number;
  readonly #digests = new Map<RelayId, string>();
  #own = "";
  #ownRevision = -1;
  #dueMs: number | undefined;
  #againMs = FIRST_AGAIN_MS;

  /** @param relayId This relay. @param book Its book. */
  constructor(relayId: RelayId, book: BanBook) {
    this.#book = book;
    this.#staggerMs = Number.parseInt(relayId.slice(0, 4), 16) % STAGGER_MS;
  }

  /** Digest of the book, 16 hexadecimal digits: the same for the same records in any order. */
  get digest(): string {
    if (this.#ownRevision !== this.#book.revision) {
      this.#own = digestOf(this.#book.records);
      this.#ownRevision = this.#book.revision;
    }
    return this.#own;
  }

  /** When `takeDue` is to be asked, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    return this.#dueMs;
  }

  /** What the others are to be told of records that were made here just now. */
  messagesOf(records: readonly BanRecord[]): BansMessage[] {
    const messages: BansMessage[] = [];
    for (let at = 0; at < records.length; at += MAX_BANS_IN_MESSAGE) {
      const some = records.slice(at, at + MAX_BANS_IN_MESSAGE);
      messages.push({ kind: "bans", digest: this.digest, records: some });
    }
    return messages;
  }

  /** Takes note of the digest of another relay's book. */
  hear(relayId: RelayId, digest: string, nowMs: number): void {
    const isNews = this.#digests.get(relayId) !== digest;
    this.#digests.set(relayId, digest);
    if (digest === this.digest) return;
    if (isNews) {
      this.#againMs = FIRST_AGAIN_MS;
      this.#dueMs = Math.min(this.#dueMs ?? Infinity, nowMs + this.#staggerMs);
    }
    // The news may be our own, which that relay has missed.
    this.#dueMs ??= nowMs + this.#staggerMs;
  }

  /** Takes over what another relay told. @returns What that changes here. */
  take(relayId: RelayId, { digest, records }: BansMessage, now: Instant): BanChanges {
    const changes = this.#book.merge(records, now.unixMs);
    // Told in our place: it has the very same records, though not necessarily all in this message.
    if (digest === this.digest && this.#dueMs !== undefined) {
      this.#dueMs = Math.max(this.#dueMs, now.monotonicMs + FIRST_AGAIN_MS);
    }
    this.hear(relayId, digest, now.monotonicMs);
    return changes;
  }

  /** Forgets a relay that is gone. */
  forget(relayId: RelayId): void {
    this.#digests.delete(relayId);
  }

  /** Takes out the whole book, if it is to be told by now. */
  takeDue(nowMs: number): BansMessage[] {
    if (this.#dueMs === undefined || nowMs < this.#dueMs) return [];
    this.#dueMs = undefined;
    const isShared = [...this.#digests.values()].every((digest) => digest === this.digest);
    if (isShared) return [];
    // What was lost on the way is told again; where books can't agree, for want of room, ever less often.
    this.#dueMs = nowMs + this.#againMs;
    this.#againMs = Math.min(this.#againMs * 2, LAST_AGAIN_MS);
    const { records } = this.#book;
    if (records.length > 0) return this.messagesOf(records);
    // Whoever has some need not wait for what an empty book has to say, but has to hear of it.
    return [{ kind: "bans", digest: this.digest, records: [] }];
  }
}

function digestOf(records: readonly BanRecord[]): string {
  const lines = records.map((record) => JSON.stringify(banToJson(record))).sort();
  return sha256(new TextEncoder().encode(lines.join("\n"))).toHex().slice(0, 16);
}
