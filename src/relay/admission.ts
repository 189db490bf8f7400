import { Fernet, FernetError } from "../crypto/fernet.ts";
import { sha256 } from "../crypto/sha256.ts";
import type { Endpoint } from "../session/endpoint.ts";
import { openFreshToken } from "../session/fresh_token.ts";
import { type Instant, unixSeconds } from "../session/instant.ts";
import { RegistrationMemory } from "../session/registration_memory.ts";
import type { Session } from "../session/session.ts";
import { ClientHelloError } from "../wire/client_hello.ts";
import { ClientNameError } from "../wire/client_name.ts";
import { encodeRegistrationAccepted } from "../wire/registration_accepted.ts";
import { RejectionCode } from "../wire/registration_rejected.ts";
import { encodeTlvs, type Tlv } from "../wire/tlv.ts";
import { type Hello, readHello, SILENT_HELLO } from "./hello.ts";
import { type PendingRegistration, RegistrationQueue } from "./registration_queue.ts";
import type { ServerKey } from "./relay_options.ts";
import type { RelayState } from "./relay_state.ts";
import { type Source, StrangerAnswers } from "./stranger_answers.ts";

/** Registrations remembered, so that a recorded one can't be used again. */
export const MAX_REMEMBERED_REGISTRATIONS = 100_000;

const REJECTION_TEXT = {
  [RejectionCode.RELAY_FULL]: "the relay is full",
  [RejectionCode.KEY_UNUSABLE]: "key unusable, ask for the public key again",
  [RejectionCode.NAME_TAKEN]: "the name is taken",
  [RejectionCode.REPLAYED]: "stale or replayed registration",
} as const;

type UsedRejectionCode = keyof typeof REJECTION_TEXT;

/** A session that has just begun, and what its client said meanwhile. */
export interface Admitted {
  readonly session: Session;
  /** Tokens from the datagram of its registration, the hello among them. */
  readonly tokens: readonly Uint8Array[];
}

class Rejection {
  constructor(readonly code: UsedRejectionCode, readonly text: string = REJECTION_TEXT[code]) {}
}

/** Answers those who are not registered yet, and registers them (PROTOCOL 1.4). */
export class Admission {
  readonly #state: RelayState;
  readonly #queue = new RegistrationQueue();
  readonly #memory = new RegistrationMemory(MAX_REMEMBERED_REGISTRATIONS);
  readonly #answers: StrangerAnswers;
  #serverKey: ServerKey;
  #identity: Uint8Array;

  /**
   * @param state What the parts of the core share.
   * @param serverKey The public key to hand out.
   * @param identity The value of SERVER_IDENTITY for it.
   * @param nowMs Monotonic time.
   */
  constructor(state: RelayState, serverKey: ServerKey, identity: Uint8Array, nowMs: number) {
    this.#state = state;
    this.#serverKey = serverKey;
    this.#identity = identity;
    this.#answers = new StrangerAnswers(state, nowMs);
  }

  /** RSA jobs that have not come back. */
  get jobsInFlight(): number {
    return this.#queue.jobsInFlight;
  }

  /** Replaces the public key and its signature; registrations made for the old key no longer count. */
  setServerKey(serverKey: ServerKey, identity: Uint8Array): void {
    this.#serverKey = serverKey;
    this.#identity = identity;
    this.#memory.clear();
  }

  /** Replaces the signature of the public key in use. */
  setIdentity(identity: Uint8Array): void {
    this.#identity = identity;
  }

  /** Answers a PUBLIC_KEY_REQUEST. */
  answerKey(source: Source, now: Instant): void {
    this.#answers.publicKey(this.#serverKey, this.#identity, source, now);
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
    const digest = sha256(value).toHex();
    const former = this.#memory.sessionOf(digest);
    if (former !== undefined) return this.#answerAgain(former, source, now);
    if (this.#queue.at(source.address)?.digest === digest) return;
    const rejection = this.#refusalBeforeRsa(value, source);
    if (rejection !== undefined) return this.#reject(rejection, source);
    const tokens = this.#tokensOf(rest);
    if (!this.#queue.hasRoomFor(tokens)) return this.#state.counters.drop("overloaded");
    const { generation } = this.#serverKey;
    const { jobId } = this.#queue.begin({
      from: source.endpoint,
      address: source.address,
      digest,
      questionBytes: source.datagramBytes,
      tokens,
      generation,
    });
    this.#state.counters.rsaOperations++;
    const ciphertext = Uint8Array.from(value);
    this.#state.effects.push({ type: "decrypt_key", jobId, ciphertext, generation });
  }

  /**
   * Takes the result of an RSA job.
   *
   * @param plaintext What the block held, or `undefined` when it does not decrypt.
   * @returns The client that is registered now, if one is; and the datagrams that were held back
   *   for its address, which are to be read next in either case.
   */
  settle(
    jobId: number,
    plaintext: Uint8Array | undefined,
    now: Instant,
  ): { admitted: Admitted | undefined; from: Endpoint; held: readonly Uint8Array[] } | undefined {
    const pending = this.#queue.settle(jobId);
    if (pending === undefined) return undefined;
    const { from, held, address, questionBytes, tokens } = pending;
    const outcome = this.#admit(pending, plaintext, now);
    if (outcome instanceof Rejection) {
      this.#reject(outcome, { endpoint: from, address, datagramBytes: questionBytes });
      return { admitted: undefined, from, held };
    }
    return { admitted: { session: outcome, tokens }, from, held };
  }

  #admit(
    pending: PendingRegistration,
    plaintext: Uint8Array | undefined,
    now: Instant,
  ): Session | Rejection {
    const { registry, counters } = this.#state;
    if (plaintext === undefined || pending.generation !== this.#serverKey.generation) {
      return new Rejection(RejectionCode.KEY_UNUSABLE);
    }
    // The same block may have come from two addresses, and the other one's RSA result first.
    if (this.#memory.sessionOf(pending.digest) !== undefined) {
      return new Rejection(RejectionCode.REPLAYED);
    }
    const session = this.#candidate(pending, plaintext, now);
    if (session instanceof Rejection) return session;
    const before = registry.at(pending.address);
    if (before === undefined && this.#isFull) return new Rejection(RejectionCode.RELAY_FULL);
    if (before !== undefined) {
      counters.replaced++;
      this.#state.removeSession(before, "replaced", "", now);
    }
    this.#memory.remember(pending.digest, session.sessionId);
    counters.accepted++;
    this.#state.addSession(session, now);
    this.#accept(session, now);
    return session;
  }

  /** The session as it would be, if key, hello and name are all right. */
  #candidate(
    { from, address, tokens }: PendingRegistration,
    plaintext: Uint8Array,
    now: Instant,
  ): Session | Rejection {
    try {
      const fernet = new Fernet(new TextDecoder().decode(plaintext));
      const hello = this.#hello(fernet, tokens[0], now);
      if (hello instanceof Rejection) return hello;
      const { name } = hello;
      const holder = name === undefined ? undefined : this.#state.registry.named(name);
      if (holder !== undefined && holder.address !== address) {
        return new Rejection(RejectionCode.NAME_TAKEN);
      }
      return this.#state.createSession(from, fernet, { name, token: undefined, features: 0 }, now);
    } catch (error) {
      if (error instanceof FernetError) return new Rejection(RejectionCode.KEY_UNUSABLE);
      if (error instanceof ClientNameError || error instanceof ClientHelloError) {
        return new Rejection(RejectionCode.NAME_TAKEN, error.message);
      }
      throw error;
    }
  }

  /** Reads the hello without remembering its token, which is read once more as a message. */
  #hello(fernet: Fernet, token: Uint8Array | undefined, now: Instant): Hello | Rejection {
    if (token === undefined) return SILENT_HELLO;
    const { types, maxMessageAgeSeconds } = this.#state.options;
    const opened = openFreshToken(fernet, token, maxMessageAgeSeconds, unixSeconds(now));
    if (opened.state === "fresh") return readHello(opened.tlvs, types);
    const isStale = opened.reason === "stale";
    return new Rejection(isStale ? RejectionCode.REPLAYED : RejectionCode.KEY_UNUSABLE);
  }

  #tokensOf(tlvs: readonly Tlv[]): Uint8Array[] {
    const { types } = this.#state.options;
    return tlvs.filter(({ type }) => type === types.SYMMETRICALLY_ENCRYPTED_MESSAGE)
      .map(({ value }) => value.slice());
  }

  get #isFull(): boolean {
    return this.#state.registry.size >= this.#state.options.maxClients;
  }

  #refusalBeforeRsa(value: Uint8Array, { address }: Source): Rejection | undefined {
    if (value.byteLength !== this.#serverKey.modulusBytes) {
      return new Rejection(RejectionCode.KEY_UNUSABLE);
    }
    const isNew = this.#state.registry.at(address) === undefined;
    return isNew && this.#isFull ? new Rejection(RejectionCode.RELAY_FULL) : undefined;
  }

  #answerAgain(sessionId: string, source: Source, now: Instant): void {
    const session = this.#state.registry.withSessionId(sessionId);
    if (session?.address === source.address) this.#accept(session, now);
    else this.#reject(new Rejection(RejectionCode.REPLAYED), source);
  }

  #accept(session: Session, now: Instant): void {
    const { options: { types, clientTimeoutMs }, seriesId } = this.#state;
    const value = encodeRegistrationAccepted({
      sessionId: Uint8Array.fromHex(session.sessionId),
      keepAliveSeconds: Math.max(1, Math.floor(clientTimeoutMs / 3000)),
      clientTimeoutSeconds: Math.max(1, Math.round(clientTimeoutMs / 1000)),
      features: session.features,
      // Not the latest of now: an answer that is repeated must not hide what came in between.
      latestRelaySequence: session.baseSequence,
    });
    const accepted = encodeTlvs([
      { type: types.REGISTRATION_ACCEPTED, value },
      { type: types.SERIES_ID, value: seriesId },
    ]);
    this.#state.delivery.sendSealed(session, accepted, now);
  }

  #reject({ code, text }: Rejection, source: Source): void {
    this.#answers.rejected(code, text, source);
  }
}
