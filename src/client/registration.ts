import { concat } from "@std/bytes";
import type { Instant } from "../session/instant.ts";
import { encodeClientHello, PROTOCOL_VERSION } from "../wire/client_hello.ts";
import { Feature } from "../wire/features.ts";
import { type RegistrationRejected, RejectionCode } from "../wire/registration_rejected.ts";
import { encodeReplay, type Replay } from "../wire/replay.ts";
import { encodeTlvs, type Tlv } from "../wire/tlv.ts";
import type { Backoff } from "../session/backoff.ts";
import type { RelayChannel } from "./relay_channel.ts";
import type { RelayClientCoreOptions } from "./relay_client_core_options.ts";

/**
 * How often one registration is sent before the public key is asked for again. What is relayed to a
 * registration whose acceptance never came is lost, so this is not to happen on a bad link.
 */
export const REGISTRATION_TRIES = 6;

/**
 * How long an authentic acceptance may still come after REGISTRATION_REJECTED, milliseconds: anyone
 * can forge a rejection, so it counts only when nothing better comes.
 */
export const REJECTION_GRACE_MS = 500;

/** What is to be done about a registration. */
export type RegistrationStep =
  | { readonly step: "nothing" }
  /** Send the datagram. */
  | { readonly step: "send" }
  /** Nobody answered: begin again with a fresh key. */
  | { readonly step: "unanswered" }
  /** The relay refused. */
  | { readonly step: "rejected"; readonly rejection: RegistrationRejected };

/**
 * Sends one registration until it is answered (PROTOCOL 1.4).
 *
 * The same datagram each time: to the relay it is the same registration, and changes nothing when it
 * comes twice.
 */
export class Registration {
  /** The datagram: ENCRYPTED_SYMMETRIC_KEY and the first token. */
  readonly datagram: Uint8Array;
  readonly #backoff: Backoff;
  #triesLeft = REGISTRATION_TRIES;
  #nextMs: number;
  #rejection: { readonly value: RegistrationRejected; readonly countsAtMs: number } | undefined;

  /**
   * @param datagram The datagram.
   * @param backoff Delays between tries.
   * @param nowMs Monotonic time of the first try.
   */
  constructor(datagram: Uint8Array, backoff: Backoff, nowMs: number) {
    this.datagram = datagram;
    this.#backoff = backoff;
    this.#nextMs = nowMs;
  }

  /** The rejection that came, if one did. */
  get rejection(): RegistrationRejected | undefined {
    return this.#rejection?.value;
  }

  /** Takes note of a REGISTRATION_REJECTED; the first one counts. */
  reject(rejection: RegistrationRejected, nowMs: number): void {
    this.#rejection ??= { value: rejection, countsAtMs: nowMs + REJECTION_GRACE_MS };
  }

  /**
   * Does what is due.
   *
   * @param nowMs Monotonic time.
   */
  tick(nowMs: number): RegistrationStep {
    if (this.#rejection !== undefined && nowMs >= this.#rejection.countsAtMs) {
      return { step: "rejected", rejection: this.#rejection.value };
    }
    if (nowMs < this.#nextMs) return { step: "nothing" };
    if (this.#triesLeft === 0) return { step: "unanswered" };
    this.#triesLeft--;
    this.#nextMs = nowMs + this.#backoff.next();
    return { step: "send" };
  }

  /** When `tick` has something to do next, monotonic milliseconds. */
  nextDeadlineMs(): number {
    return Math.min(this.#nextMs, this.#rejection?.countsAtMs ?? Infinity);
  }
}

/** Who registers. */
export interface Applicant {
  /** Its type table, what it asks for, its name and its admission token. */
  readonly options: RelayClientCoreOptions;
  /** CLIENT_INSTANCE, 16 bytes; `undefined` to send none. */
  readonly instance: Uint8Array | undefined;
  /** What it wants to hear of the past; `undefined` for nothing. */
  readonly replay: Replay | undefined;
}

/**
 * Builds the datagram that registers a client.
 *
 * @param encryptedKey The value of ENCRYPTED_SYMMETRIC_KEY.
 * @param channel The channel under that key.
 * @param client What the client is told, what it calls itself, and what it wants of the past.
 * @param now The moment.
 * @returns ENCRYPTED_SYMMETRIC_KEY and a token with CLIENT_HELLO and, where there are, CLIENT_NAME,
 *   AUTH_TOKEN, CLIENT_INSTANCE and REPLAY.
 * @see PROTOCOL 1.4, docs/HISTORY.md
 */
export function registrationDatagram(
  encryptedKey: Uint8Array,
  channel: RelayChannel,
  { options, instance, replay }: Applicant,
  now: Instant,
): Uint8Array {
  const { types, name, token, reliable, groupDelivery } = options;
  const features = (reliable ? Feature.RELIABLE_DELIVERY : 0) |
    (groupDelivery ? Feature.GROUP_DELIVERY : 0);
  const hello = encodeClientHello({ version: PROTOCOL_VERSION, features });
  const tlvs: Tlv[] = [{ type: types.CLIENT_HELLO, value: hello }];
  const encoder = new TextEncoder();
  if (name !== undefined) tlvs.push({ type: types.CLIENT_NAME, value: encoder.encode(name) });
  if (token !== undefined) tlvs.push({ type: types.AUTH_TOKEN, value: encoder.encode(token) });
  if (instance !== undefined) tlvs.push({ type: types.CLIENT_INSTANCE, value: instance });
  if (replay !== undefined) tlvs.push({ type: types.REPLAY, value: encodeReplay(replay) });
  const key = encodeTlvs([{ type: types.ENCRYPTED_SYMMETRIC_KEY, value: encryptedKey }]);
  return concat([key, channel.seal(tlvs, now)]);
}

/** What a rejection means for a client. */
export type RejectionMeaning =
  /** The key was not right: ask for the public key again. */
  | "start_over"
  /** It may pass: the relay has room again, or the name is free. */
  | "temporary"
  /** It will not pass by waiting. */
  | "permanent";

/**
 * Says what a rejection means.
 *
 * @param reason Reason code; one that is not known may pass.
 * @see PROTOCOL 1.2
 */
export function meaningOf(reason: number): RejectionMeaning {
  switch (reason) {
    case RejectionCode.KEY_UNUSABLE:
    case RejectionCode.REPLAYED:
      return "start_over";
    case RejectionCode.AUTHENTICATION_REQUIRED:
    case RejectionCode.AUTHENTICATION_FAILED:
    case RejectionCode.BANNED:
      return "permanent";
    default:
      return "temporary";
  }
}
