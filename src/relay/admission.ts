import type { Endpoint } from "../session/endpoint.ts";
import type { Instant } from "../session/instant.ts";
import { registrationDigest } from "../session/registration_memory.ts";
import type { Session } from "../session/session.ts";
import { RejectionCode } from "../wire/registration_rejected.ts";
import type { Tlv } from "../wire/tlv.ts";
import { CookieGate } from "./cookie_gate.ts";
import type { GateRules } from "./gate_rules.ts";
import { Registrar } from "./registrar.ts";
import { type PendingRegistration, RegistrationQueue } from "./registration_queue.ts";
import { Rejection } from "./rejection.ts";
import type { ServerKey } from "./relay_options.ts";
import type { RelayState } from "./relay_state.ts";
import { type Source, StrangerAnswers } from "./stranger_answers.ts";

/** A session that has just begun, and what its client said meanwhile. */
export interface Admitted {
  readonly session: Session;
  /** Tokens from the datagram of its registration, the hello among them. */
  readonly tokens: readonly Uint8Array[];
}

/** What became of a registration when its RSA result was there. */
export interface Settled {
  /** The client that is registered now, if one is. */
  readonly admitted: Admitted | undefined;
  readonly from: Endpoint;
  /** The datagrams that were held back for its address, to be read next in either case. */
  readonly held: readonly Uint8Array[];
}

/** The relay's public key, as it is handed out. */
export interface HandedOutKey {
  readonly serverKey: ServerKey;
  /** The value of SERVER_IDENTITY for it. */
  readonly identity: Uint8Array;
}

/**
 * Answers those who are not registered yet, and leads them to registration (PROTOCOL 1.4), with few
 * RSA operations at a time and the others waiting their turn.
 */
export class Admission {
  readonly #state: RelayState;
  readonly #rules: GateRules;
  readonly #queue = new RegistrationQueue();
  readonly #registrar: Registrar;
  readonly #cookies: CookieGate;
  readonly #answers: StrangerAnswers;
  #key: HandedOutKey;

  /**
   * @param state What the parts of the core share.
   * @param rules Who may come in.
   * @param key The public key to hand out.
   * @param nowMs Monotonic time.
   */
  constructor(state: RelayState, rules: GateRules, key: HandedOutKey, nowMs: number) {
    this.#state = state;
    this.#rules = rules;
    this.#key = key;
    this.#registrar = new Registrar(state, rules);
    this.#cookies = new CookieGate(state);
    this.#answers = new StrangerAnswers(state, nowMs);
  }

  /** Registrations that wait for RSA or are at it. */
  get pending(): number {
    return this.#queue.size;
  }

  /** Replaces the public key and its signature; registrations made for the old key no longer count. */
  setServerKey(key: HandedOutKey): void {
    this.#key = key;
    this.#registrar.forgetRegistrations();
  }

  /** Replaces the signature of the public key in use. */
  setIdentity(identity: Uint8Array): void {
    this.#key = { serverKey: this.#key.serverKey, identity };
  }

  /** Answers a PUBLIC_KEY_REQUEST. */
  answerKey(source: Source, now: Instant): void {
    if (this.#cookies.check(source, this.pending, now) === "turned_away") return;
    this.#answers.publicKey(this.#key.serverKey, this.#key.identity, source, now);
  }

  /** Tells an address that it has no session here; counts the datagram that showed it. */
  answerUnknownSession(tlvs: readonly Tlv[], source: Source, now: Instant): void {
    this.#answers.unknownSession(tlvs, source, now);
  }

  /**
   * Holds a datagram back while its address has a registration pending.
   *
   * @returns Whether one is pending; past the bounds the datagram is then dropped and counted.
   */
  hold(address: string, datagram: Uint8Array): boolean {
    const result = this.#queue.hold(address, datagram);
    if (result === "full") this.#state.counters.drop("overloaded");
    return result !== "not_pending";
  }

  /**
   * Takes an ENCRYPTED_SYMMETRIC_KEY.
   *
   * @param value Its value; copied when kept.
   * @param rest The TLVs behind it in the datagram; copied when kept.
   */
  request(value: Uint8Array, rest: readonly Tlv[], source: Source, now: Instant): void {
    const verdict = this.#cookies.check(source, this.pending, now);
    if (verdict === "turned_away") return;
    if (this.#isBanned(source.endpoint, now)) {
      return this.#answers.rejected(new Rejection(RejectionCode.BANNED), source);
    }
    const digest = registrationDigest(value);
    if (this.#registrar.hasMade(digest)) return this.#answerAgain(digest, source, now);
    if (this.#queue.at(source.address)?.digest === digest) return;
    const rejection = this.#refusalBeforeRsa(value, source);
    if (rejection !== undefined) return this.#answers.rejected(rejection, source);
    const isTaken = this.#queue.add({
      from: source.endpoint,
      address: source.address,
      digest,
      ciphertext: Uint8Array.from(value),
      questionBytes: source.datagramBytes,
      tokens: this.#tokensOf(rest),
      generation: this.#key.serverKey.generation,
      isProven: verdict === "proven",
    });
    if (!isTaken) return this.#state.counters.drop("overloaded");
    this.#startRsa();
  }

  /**
   * Takes the result of an RSA job.
   *
   * @param plaintext What the block held, or `undefined` when it does not decrypt.
   * @returns `undefined` when a newer registration of that address has superseded it.
   */
  settle(jobId: number, plaintext: Uint8Array | undefined, now: Instant): Settled | undefined {
    const pending = this.#queue.settle(jobId);
    this.#startRsa();
    if (pending === undefined) return undefined;
    const { from, held, questionBytes, tokens } = pending;
    const outcome = this.#decide(pending, plaintext, now);
    if (outcome instanceof Rejection) {
      this.#answers.rejected(outcome, { endpoint: from, datagramBytes: questionBytes });
      return { admitted: undefined, from, held };
    }
    return { admitted: { session: outcome, tokens }, from, held };
  }

  #decide(
    pending: PendingRegistration,
    plaintext: Uint8Array | undefined,
    now: Instant,
  ): Session | Rejection {
    // It may have been banned since it asked.
    if (this.#isBanned(pending.from, now)) return new Rejection(RejectionCode.BANNED);
    const isCurrent = pending.generation === this.#key.serverKey.generation;
    return this.#registrar.register(pending, isCurrent ? plaintext : undefined, now);
  }

  #isBanned({ hostname }: Endpoint, now: Instant): boolean {
    return this.#rules.refusesAddress(hostname, now.unixMs);
  }

  #startRsa(): void {
    const { options, counters, effects } = this.#state;
    while (this.#queue.running < options.rsaConcurrency) {
      const pending = this.#queue.next();
      if (pending === undefined) return;
      const { jobId, ciphertext, generation } = pending;
      counters.rsaOperations++;
      effects.push({ type: "decrypt_key", jobId, ciphertext, generation });
    }
  }

  #tokensOf(tlvs: readonly Tlv[]): Uint8Array[] {
    const { types } = this.#state.options;
    return tlvs.filter(({ type }) => type === types.SYMMETRICALLY_ENCRYPTED_MESSAGE)
      .map(({ value }) => value.slice());
  }

  #refusalBeforeRsa(value: Uint8Array, { address }: Source): Rejection | undefined {
    if (value.byteLength !== this.#key.serverKey.modulusBytes) {
      return new Rejection(RejectionCode.KEY_UNUSABLE);
    }
    // With tokens it may be the owner of a session, come from elsewhere to replace it.
    if (this.#rules.asksForTokens || !this.#registrar.isFull) return undefined;
    const isNew = this.#state.registry.at(address) === undefined;
    return isNew ? new Rejection(RejectionCode.RELAY_FULL) : undefined;
  }

  #answerAgain(digest: string, source: Source, now: Instant): void {
    const session = this.#state.registry.at(source.address);
    if (session?.registrationDigest === digest) this.#registrar.accept(session, now);
    else this.#answers.rejected(new Rejection(RejectionCode.REPLAYED), source);
  }
}
