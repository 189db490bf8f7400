import type { BanBook } from "../../session/ban_book.ts";
import { earliest } from "../../session/earliest.ts";
import type { EffectQueue } from "../../session/effect_queue.ts";
import type { Instant } from "../../session/instant.ts";
import type { BanExchange } from "./ban_exchange.ts";
import type { OwnRoster } from "./own_roster.ts";
import { encodePresence } from "./presence_codec.ts";
import type { PresenceEffect } from "./presence_effect.ts";
import type { Beat, PresenceMessage } from "./presence_message.ts";

/** How often a relay says that it is there, milliseconds. */
export const BEAT_MS = 2_000;

/** Greeted by many relays at once, a relay answers all of them together, milliseconds after its last beat. */
const GREETED_MS = 200;

/** What a relay has to say. */
export interface VoiceParts {
  /** What people call it. */
  readonly relayName: string;
  readonly own: OwnRoster;
  readonly bans: BanBook;
  readonly exchange: BanExchange;
  readonly effects: EffectQueue<PresenceEffect>;
}

/** Says to the other relays what is due, as long as they can be reached. */
export class PresenceVoice {
  readonly #parts: VoiceParts;
  #beatMs = -Infinity;
  #nextBeatMs = -Infinity;
  #isConnected = false;

  /** @param parts What there is to say. */
  constructor(parts: VoiceParts) {
    this.#parts = parts;
  }

  /** Whether anybody can be reached. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Takes note that the others can be reached, and greets them. */
  connect(nowMs: number): void {
    this.#isConnected = true;
    this.#beat({ greets: true }, nowMs);
  }

  /** Takes note that they can't. */
  disconnect(): void {
    this.#isConnected = false;
  }

  /** Takes note that a relay greets, which knows nobody yet. */
  greeted(): void {
    this.#nextBeatMs = Math.min(this.#nextBeatMs, this.#beatMs + GREETED_MS);
  }

  /** Says something now. */
  say(message: PresenceMessage): void {
    if (!this.#isConnected) return;
    this.#parts.effects.push({ type: "publish", payload: encodePresence(message) });
  }

  /** Says several things in order. */
  sayAll(messages: readonly PresenceMessage[]): void {
    for (const message of messages) this.say(message);
  }

  /** Says what is due by now. */
  sayDue(now: Instant): void {
    const { own, bans, exchange } = this.#parts;
    const { monotonicMs: nowMs } = now;
    // Also while nobody hears: by the version they notice later what they have missed.
    this.sayAll(own.takeDue(nowMs));
    if (!this.#isConnected) return;
    if (nowMs >= this.#nextBeatMs) {
      bans.expire(now.unixMs);
      this.#beat({ greets: false }, nowMs);
    }
    this.sayAll(exchange.takeDue(nowMs));
  }

  /** When something is due next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    const { own, exchange } = this.#parts;
    if (!this.#isConnected) return own.nextDeadlineMs();
    return earliest(this.#nextBeatMs, exchange.nextDeadlineMs(), own.nextDeadlineMs());
  }

  #beat({ greets }: Pick<Beat, "greets">, nowMs: number): void {
    const { relayName: name, own, exchange } = this.#parts;
    // A beat shows by its numbers what was told; so all that there is has been told before.
    this.sayAll(own.takeChanges(nowMs));
    const { version, size: count } = own;
    this.say({ kind: "beat", name, version, count, bans: exchange.digest, greets });
    this.#beatMs = nowMs;
    this.#nextBeatMs = nowMs + BEAT_MS;
  }
}
