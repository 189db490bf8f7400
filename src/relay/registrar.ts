import { constantTimeEqual } from "../crypto/constant_time.ts";
import { Fernet, FernetError } from "../crypto/fernet.ts";
import { openFreshToken } from "../session/fresh_token.ts";
import { type Instant, unixSeconds } from "../session/instant.ts";
import type { RegisteredClient } from "../session/registered_client.ts";
import { RegistrationMemory } from "../session/registration_memory.ts";
import type { Session } from "../session/session.ts";
import { encodeRegistrationAccepted } from "../wire/registration_accepted.ts";
import { RejectionCode } from "../wire/registration_rejected.ts";
import { encodeTlvs, type Tlv } from "../wire/tlv.ts";
import { encodeU64 } from "../wire/u64.ts";
import { dismissSession } from "./dismiss_session.ts";
import type { GateRules } from "./gate_rules.ts";
import type { PendingRegistration } from "./registration_queue.ts";
import { Rejection } from "./rejection.ts";
import type { Newcomer, RelayState } from "./relay_state.ts";

/** Registrations remembered, so that a recorded one can't be used again. */
export const MAX_REMEMBERED_REGISTRATIONS = 100_000;

const TAKEN_OVER = "replaced by a newer client with the same token";

/** Makes sessions of registrations whose RSA block is decrypted, or says why not (PROTOCOL 1.4). */
export class Registrar {
  readonly #state: RelayState;
  readonly #rules: GateRules;
  readonly #memory = new RegistrationMemory(MAX_REMEMBERED_REGISTRATIONS);

  /** @param state What the parts of the core share. @param rules Who may come in. */
  constructor(state: RelayState, rules: GateRules) {
    this.#state = state;
    this.#rules = rules;
  }

  /** Whether there is no room for one more client. */
  get isFull(): boolean {
    return this.#state.registry.size >= this.#state.options.maxClients;
  }

  /** Forgets which registrations have been made, for when none of them decrypts any more. */
  forgetRegistrations(): void {
    this.#memory.clear();
  }

  /** Whether the registration with a digest has made a session, whether that still lasts or not. */
  hasMade(digest: string): boolean {
    return this.#memory.has(digest);
  }

  /**
   * Registers a client, in place of its own earlier session if it has one.
   *
   * @param pending Its registration.
   * @param key What the RSA block held, or `undefined` when it does not decrypt.
   * @param now The moment.
   * @returns The session that has begun, or why there is none.
   */
  register(
    pending: PendingRegistration,
    key: Uint8Array | undefined,
    now: Instant,
  ): Session | Rejection {
    const fernet = this.#fernetOf(pending, key);
    if (fernet instanceof Rejection) return fernet;
    const hello = this.#helloOf(fernet, pending.tokens[0], now);
    if (hello instanceof Rejection) return hello;
    const newcomer = this.#rules.decide(hello, now.unixMs);
    if (newcomer instanceof Rejection) return newcomer;
    const rejection = this.#makeRoom(pending.address, newcomer, now);
    if (rejection !== undefined) return rejection;
    const session = this.#state.createSession(pending, fernet, newcomer, now);
    this.#memory.remember(pending.digest);
    this.#state.counters.accepted++;
    this.#state.addSession(session, now);
    this.accept(session, now);
    return session;
  }

  /** Tells a client that it is registered. */
  accept(session: Session, now: Instant): void {
    const { options: { types, clientTimeoutMs }, history: { seriesId } } = this.#state;
    const value = encodeRegistrationAccepted({
      sessionId: Uint8Array.fromHex(session.sessionId),
      keepAliveSeconds: Math.max(1, Math.floor(clientTimeoutMs / 3000)),
      clientTimeoutSeconds: Math.max(1, Math.round(clientTimeoutMs / 1000)),
      features: session.features,
      // Not the latest of now: an answer that is repeated must not hide what came in between.
      latestRelaySequence: session.baseSequence,
    });
    const tlvs = [
      { type: types.REGISTRATION_ACCEPTED, value },
      { type: types.SERIES_ID, value: seriesId },
    ];
    const { replayFrom } = session;
    if (replayFrom !== undefined) {
      tlvs.push({ type: types.REPLAY_FROM, value: encodeU64(replayFrom) });
    }
    const accepted = encodeTlvs(tlvs);
    this.#state.delivery.sendSealed(session, accepted, now);
  }

  #fernetOf({ digest }: PendingRegistration, key: Uint8Array | undefined): Fernet | Rejection {
    if (key === undefined) return new Rejection(RejectionCode.KEY_UNUSABLE);
    // The same block may have come from two addresses, and the other one's RSA result first.
    if (this.hasMade(digest)) return new Rejection(RejectionCode.REPLAYED);
    try {
      return new Fernet(new TextDecoder().decode(key));
    } catch (error) {
      if (error instanceof FernetError) return new Rejection(RejectionCode.KEY_UNUSABLE);
      throw error;
    }
  }

  /** Reads the hello without remembering its token, which is read once more as a message. */
  #helloOf(
    fernet: Fernet,
    token: Uint8Array | undefined,
    now: Instant,
  ): readonly Tlv[] | Rejection {
    if (token === undefined) return [];
    const { maxMessageAgeSeconds } = this.#state.options;
    const opened = openFreshToken(fernet, token, maxMessageAgeSeconds, unixSeconds(now));
    if (opened.state === "fresh") return opened.tlvs;
    if (opened.reason !== "stale") return new Rejection(RejectionCode.KEY_UNUSABLE);
    return staleRejection(opened.timestamp - unixSeconds(now));
  }

  /** Ends the sessions in whose place a newcomer comes, if it may. */
  #makeRoom(address: string, newcomer: Newcomer, now: Instant): Rejection | undefined {
    const { registry, counters, remote } = this.#state;
    const { instance, name } = newcomer;
    const holder = name === undefined ? undefined : remote.named(name);
    if (holder !== undefined && !isSameClient(holder, address, newcomer)) {
      return new Rejection(RejectionCode.NAME_TAKEN);
    }
    const before = registry.at(address);
    const former = instance === undefined ? undefined : registry.withInstance(instance);
    const named = name === undefined ? undefined : registry.named(name);
    const elsewhere = named === before || named === former ? undefined : named;
    if (elsewhere !== undefined && !hasSameToken(elsewhere, newcomer)) {
      return new Rejection(RejectionCode.NAME_TAKEN);
    }
    if ((before ?? former ?? elsewhere) !== undefined) counters.replaced++;
    else if (this.isFull) return new Rejection(RejectionCode.RELAY_FULL);
    // Not told: whoever was at this address has restarted, and a client that comes from another one is
    // no longer there.
    for (const session of new Set([before, former])) {
      if (session !== undefined) this.#state.removeSession(session, "replaced", "", now);
    }
    if (elsewhere !== undefined) {
      dismissSession(this.#state, elsewhere, "replaced", TAKEN_OVER, now);
    }
    return undefined;
  }
}

/** Whether a newcomer is the client of another relay that has its name, come over. */
function isSameClient(
  holder: Pick<RegisteredClient, "instance" | "token" | "address">,
  address: string,
  { instance, token }: Newcomer,
): boolean {
  if (instance !== undefined && instance === holder.instance) return true;
  if (token?.name !== holder.token) return false;
  return token !== undefined || address === holder.address;
}

/** Whether a newcomer is the owner of a session, come back. */
function hasSameToken({ token: ours }: Session, { token: theirs }: Newcomer): boolean {
  if (ours === undefined || theirs === undefined) return false;
  return constantTimeEqual(ours.digest, theirs.digest);
}

/** Of a client that is no attacker the clock is wrong, or ours: that it should be able to tell. */
function staleRejection(aheadSeconds: number): Rejection {
  const direction = aheadSeconds > 0 ? "ahead of" : "behind";
  const text = `stale: by its date the client's clock is ${
    Math.abs(aheadSeconds)
  } s ${direction} the relay's`;
  return new Rejection(RejectionCode.REPLAYED, text);
}
