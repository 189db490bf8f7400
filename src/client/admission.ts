import { Fernet } from "../crypto/fernet.ts";
import type { Endpoint } from "../session/endpoint.ts";
import type { Instant } from "../session/instant.ts";
import {
  decodeRegistrationRejected,
  type RegistrationRejected,
  RegistrationRejectedError,
} from "../wire/registration_rejected.ts";
import { findTlv, type Tlv } from "../wire/tlv.ts";
import type { AdmissionFailure, AdmissionGoal } from "./admission_goal.ts";
import { Backoff } from "../session/backoff.ts";
import type { SealKeyJob, SealKeyResult } from "./client_effect.ts";
import type { ClientState } from "./client_state.ts";
import { CookieJar } from "./cookie_jar.ts";
import { Discovery } from "./discovery.ts";
import { meaningOf, Registration, registrationDatagram } from "./registration.ts";
import { RelayChannel } from "./relay_channel.ts";
import { refusalError } from "./relay_failure.ts";

/** How long a trusted relay may still answer once another one has, milliseconds. */
export const DISTRUST_GRACE_MS = 300;

/** The same for a relay that was lost: whoever forges one answer meanwhile must not end the client. */
export const RECONNECT_DISTRUST_GRACE_MS = 5_000;

const CONNECT_BACKOFF = { firstMs: 250, capMs: 2_000 } as const;
const REGISTRATION_BACKOFF = { firstMs: 250, capMs: 1_000 } as const;
const RECONNECT_BACKOFF = { firstMs: 250, capMs: 5_000 } as const;

type State =
  | { readonly state: "asking"; readonly discovery: Discovery }
  | { readonly state: "sealing"; readonly discovery: Discovery; readonly job: SealKeyJob }
  | {
    readonly state: "registering";
    readonly channel: RelayChannel;
    readonly registration: Registration;
    readonly fingerprint: string | undefined;
  };

/**
 * Gets a client registered (PROTOCOL 1.4).
 *
 *                  answer                 sealed
 *     --> asking ----------> sealing ------------------> registering --> (accepted)
 *           ^ ^                 | unusable, not trusted      |
 *           | '-----------------'                            |
 *           '------------------------------------------------'
 *                 unanswered, key unusable, refused for now
 *
 * It fails in `tick` alone: when time is up, when the relay refuses for good, and when only relays
 * answer that are not trusted. With others to try it also fails when its turn is over, and when the
 * relay refuses for now.
 */
export class Admission {
  readonly #client: ClientState;
  readonly #goal: AdmissionGoal;
  readonly #backoff: Backoff;
  readonly #cookies: CookieJar;
  #state: State;

  /** @param client What the parts of the core share. @param goal What it is for. */
  constructor(client: ClientState, goal: AdmissionGoal) {
    this.#client = client;
    this.#goal = goal;
    const limits = goal.isReconnect ? RECONNECT_BACKOFF : CONNECT_BACKOFF;
    this.#backoff = new Backoff(limits, client.options.random);
    this.#cookies = new CookieJar(client.options.types.COOKIE);
    this.#state = this.#asking(goal.firstAskMs);
  }

  /** Whether the client was registered before. */
  get isReconnect(): boolean {
    return this.#goal.isReconnect;
  }

  /** Which step is under way. */
  get state(): State["state"] {
    return this.#state.state;
  }

  /** The channel of the registration that waits for its answer. */
  get channel(): RelayChannel | undefined {
    return this.#state.state === "registering" ? this.#state.channel : undefined;
  }

  /** Fingerprint of the relay's identity, once it is trusted. */
  get fingerprint(): string | undefined {
    return this.#state.state === "registering" ? this.#state.fingerprint : undefined;
  }

  /**
   * Takes a datagram that may answer PUBLIC_KEY_REQUEST.
   *
   * @param tlvs Its TLVs; copied where kept.
   * @param from Where it came from.
   * @param now The moment.
   */
  hearAnswer(tlvs: readonly Tlv[], from: Endpoint, now: Instant): void {
    if (this.#state.state === "registering") return;
    const fate = this.#state.discovery.offer(tlvs, from);
    if (fate === "cookie") {
      const cookie = findTlv(tlvs, this.#client.options.types.COOKIE);
      return cookie && this.hearCookie(cookie, from, now);
    }
    if (fate !== "taken" && fate !== "duplicate") this.#client.drops.add(fate);
    if (this.#state.state === "asking") this.#sealNext(this.#state.discovery);
  }

  /**
   * Takes the value of a COOKIE, which the last request lacked; it is sent again with it.
   *
   * @param value Any bytes; copied.
   * @param from Where it came from.
   * @param now The moment.
   */
  hearCookie(value: Uint8Array, from: Endpoint, now: Instant): void {
    const fate = this.#cookies.take(value, now.monotonicMs);
    if (fate === "malformed") this.#client.drops.add("malformed");
    if (fate !== "again") return;
    if (this.#state.state === "asking") this.#send(this.#state.discovery.secondRequest, from);
    if (this.#state.state === "registering") this.#send(this.#state.registration.datagram, from);
  }

  /** Takes the value of a REGISTRATION_REJECTED. */
  hearRejected(value: Uint8Array, now: Instant): void {
    if (this.#state.state !== "registering") return;
    try {
      this.#state.registration.reject(decodeRegistrationRejected(value), now.monotonicMs);
    } catch (error) {
      if (!(error instanceof RegistrationRejectedError)) throw error;
      this.#client.drops.add("malformed");
    }
  }

  /** Takes the result of a `seal_key` effect; one that nobody waits for any more is passed over. */
  keySealed(jobId: number, result: SealKeyResult, now: Instant): void {
    if (this.#state.state !== "sealing" || this.#state.job.jobId !== jobId) return;
    const { discovery, job } = this.#state;
    if (result.outcome === "sealed") {
      return this.#register(job, result.encryptedKey, result.fingerprint, now);
    }
    this.#state = { state: "asking", discovery };
    if (result.outcome === "untrusted") discovery.distrust(result.error, now.monotonicMs);
    else {
      this.#goal.trouble.keyUnusable(result.reason);
      this.#client.drops.add("unusable_key");
    }
    this.#sealNext(discovery);
  }

  /**
   * Does what is due.
   *
   * @param now The moment.
   * @returns Why it failed, if it did.
   */
  tick(now: Instant): AdmissionFailure | undefined {
    if (now.monotonicMs >= this.#endMs) return this.#timeout();
    switch (this.#state.state) {
      case "asking":
        return this.#tickDiscovery(this.#state.discovery, now.monotonicMs);
      case "sealing":
        return undefined;
      case "registering":
        return this.#tickRegistration(this.#state.registration, this.#state.channel, now);
      default:
        return this.#state satisfies never;
    }
  }

  /** When `tick` has something to do next, monotonic milliseconds. */
  nextDeadlineMs(): number {
    switch (this.#state.state) {
      case "asking":
        return Math.min(this.#endMs, this.#state.discovery.nextDeadlineMs());
      case "sealing":
        return this.#endMs;
      case "registering":
        return Math.min(this.#endMs, this.#state.registration.nextDeadlineMs());
      default:
        return this.#state satisfies never;
    }
  }

  /** When it ends as things stand, monotonic milliseconds. */
  get #endMs(): number {
    const { deadlineMs, turn } = this.#goal;
    if (turn === undefined) return deadlineMs;
    const { silentUntilMs, untilMs } = turn;
    return Math.min(deadlineMs, this.#state.state === "asking" ? silentUntilMs : untilMs);
  }

  /**
   * Says goodbye to the relay, for another one: it may have taken this client in, though nothing was
   * heard of that, and others would see it there until it has timed out.
   */
  leave(now: Instant): void {
    if (this.#state.state === "registering") this.#sayGoodbye(this.#state.channel, now);
  }

  #asking(firstAskMs: number): State {
    const { types } = this.#client.options;
    const { target } = this.#goal;
    const distrustGraceMs = this.isReconnect ? RECONNECT_DISTRUST_GRACE_MS : DISTRUST_GRACE_MS;
    const backoff = this.#backoff;
    const discovery = new Discovery({ types, target, backoff, firstAskMs, distrustGraceMs });
    return { state: "asking", discovery };
  }

  #sealNext(discovery: Discovery): void {
    const answer = discovery.takeAnswer();
    if (answer === undefined) return;
    const fernetKey = Fernet.generateKeyFrom(this.#client.options.randomBytes(32));
    const job: SealKeyJob = { jobId: this.#client.nextJobId(), answer, fernetKey };
    this.#state = { state: "sealing", discovery, job };
    this.#client.effects.push({ type: "seal_key", job });
  }

  #register(
    job: SealKeyJob,
    encryptedKey: Uint8Array,
    fingerprint: string | undefined,
    now: Instant,
  ): void {
    const { options, pool, drops, ordered } = this.#client;
    // What an earlier registration brought is of a session that was never entered.
    ordered.takeEarly();
    const parts = { relay: job.answer.from, fernetKey: job.fernetKey, pool, drops };
    const channel = new RelayChannel(parts, options, now);
    const datagram = registrationDatagram(encryptedKey, channel, this.#client, now);
    const backoff = new Backoff(REGISTRATION_BACKOFF, options.random);
    const registration = new Registration(datagram, backoff, now.monotonicMs);
    this.#state = { state: "registering", channel, registration, fingerprint };
  }

  #send(request: Uint8Array, to: Endpoint): void {
    this.#client.send(this.#cookies.stamp(request), to);
  }

  #tickDiscovery(discovery: Discovery, nowMs: number): AdmissionFailure | undefined {
    const step = discovery.tick(nowMs);
    if (step === "ask") this.#send(discovery.request, this.#goal.target.endpoint);
    const error = step === "distrusted" ? discovery.distrustError : undefined;
    return error && { error, isRefusal: !this.#goal.trouble.distrusted() };
  }

  #tickRegistration(
    registration: Registration,
    channel: RelayChannel,
    now: Instant,
  ): AdmissionFailure | undefined {
    const step = registration.tick(now.monotonicMs);
    switch (step.step) {
      case "nothing":
        return undefined;
      case "send":
        this.#send(registration.datagram, channel.relay);
        return undefined;
      case "unanswered":
        return this.#startOver(channel, now.monotonicMs, now);
      case "rejected":
        return this.#rejected(step.rejection, channel, now);
      default:
        return step satisfies never;
    }
  }

  #rejected(
    rejection: RegistrationRejected,
    channel: RelayChannel,
    now: Instant,
  ): AdmissionFailure | undefined {
    const isRefusal = !this.#goal.trouble.rejected(rejection);
    const isLeft = this.#goal.turn !== undefined && meaningOf(rejection.reason) !== "start_over";
    if (isRefusal || isLeft) {
      return { error: refusalError(this.#goal.target, rejection), isRefusal };
    }
    const error = this.#goal.trouble.staleness(rejection);
    if (error !== undefined) {
      this.#client.effects.push({ type: "registration_refused", relay: channel.relay, error });
    }
    const delayMs = this.isReconnect ? this.#backoff.next() : 0;
    return this.#startOver(channel, now.monotonicMs + delayMs, now);
  }

  #startOver(
    channel: RelayChannel,
    firstAskMs: number,
    now: Instant,
  ): AdmissionFailure | undefined {
    this.#goal.trouble.clockSkewed(channel.receiver.skewSeconds);
    if (this.#goal.turn === undefined) channel.close();
    else this.#sayGoodbye(channel, now);
    this.#state = this.#asking(firstAskMs);
    return this.tick(now);
  }

  #sayGoodbye(channel: RelayChannel, now: Instant): void {
    const goodbye = { type: this.#client.options.types.DISCONNECT, value: new Uint8Array() };
    this.#client.send(channel.seal([goodbye], now), channel.relay);
    channel.close();
  }

  #timeout(): AdmissionFailure {
    const state = this.#state;
    const rejection = state.state === "registering" ? state.registration.rejection : undefined;
    const distrust = state.state === "registering" ? undefined : state.discovery.distrustError;
    if (rejection !== undefined) {
      return { error: refusalError(this.#goal.target, rejection), isRefusal: false };
    }
    if (distrust !== undefined) {
      return { error: distrust, isRefusal: !this.#goal.trouble.distrusted() };
    }
    this.#goal.trouble.clockSkewed(this.channel?.receiver.skewSeconds);
    const error = this.#goal.trouble.timeoutError(state.state === "registering");
    return { error, isRefusal: false };
  }
}
