import { assert, assertExists } from "@std/assert";
import type { ClientEffect, SealKeyJob, SealKeyResult } from "../../src/client/client_effect.ts";
import type { RelayClientCore } from "../../src/client/relay_client_core.ts";
import { type Endpoint, formatEndpoint } from "../../src/session/endpoint.ts";
import type { Instant } from "../../src/session/instant.ts";
import type { GroupAddress } from "../../src/wire/group_key.ts";

/** An effect that tells something, and asks for nothing. */
export type ToldEffect = Exclude<ClientEffect, { type: "send" | "seal_key" | "progress" }>;

/** Where a `WorldClient` lives. */
export interface ClientSurroundings {
  /** The moment. */
  now(): Instant;
  /** Carries a datagram of the client. */
  send(client: WorldClient, datagram: Uint8Array, to: Endpoint): void;
  /** Lets a client hear a multicast group in place of any other; `undefined` for none. */
  joinGroup(client: WorldClient, address: GroupAddress | undefined): void;
  /** Encrypts a Fernet key for the relay with a public key. */
  encrypt(pem: Uint8Array, fernetKey: string): Uint8Array;
}

/** A client core with a shell that keeps what it is told. */
export class WorldClient {
  /** Decides on the answers of relays; by default all are sealed for, under their fake key. */
  seal: (job: SealKeyJob) => SealKeyResult;
  /** Whether jobs wait in `jobs` and are not answered. */
  holdsJobs = false;
  readonly jobs: SealKeyJob[] = [];
  readonly progress: Extract<ClientEffect, { type: "progress" }>[] = [];
  #told: ToldEffect[] = [];
  #lastMessageId = 0;
  readonly #world: ClientSurroundings;

  /** @param core The core. @param endpoint Its address. @param world Where it lives. */
  constructor(
    readonly core: RelayClientCore,
    public endpoint: Endpoint,
    world: ClientSurroundings,
  ) {
    this.#world = world;
    this.seal = ({ answer, fernetKey }) => ({
      outcome: "sealed",
      encryptedKey: world.encrypt(answer.pem, fernetKey),
      fingerprint: answer.identity && `SHA256:${answer.identity[0]}`,
    });
  }

  /** Takes a datagram. */
  receive(datagram: Uint8Array, from: Endpoint): void {
    this.perform(this.core.receive(datagram, from, this.#world.now()));
  }

  /** Takes a datagram that came to its group. */
  receiveFromGroup(datagram: Uint8Array): void {
    this.perform(this.core.receiveFromGroup(datagram, this.#world.now()));
  }

  /** Learns that its group can't be joined. */
  failGroup(reason: string): void {
    this.perform(this.core.groupFailed(reason, this.#world.now()));
  }

  /** Lets the core do what is due; a deadline that it leaves behind would keep a shell spinning. */
  tick(): void {
    const now = this.#world.now();
    this.perform(this.core.tick(now));
    const deadlineMs = this.core.nextDeadlineMs();
    assert(deadlineMs === undefined || deadlineMs > now.monotonicMs, "a tick left its deadline");
  }

  /** Sends a message. Returns its id. */
  send(payload: string | Uint8Array): number {
    const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
    const messageId = ++this.#lastMessageId;
    this.perform(this.core.send(messageId, bytes, this.#world.now()));
    return messageId;
  }

  /** Begins a flush. */
  flush(): void {
    this.perform(this.core.flush(this.#world.now()));
  }

  /** Stops taking messages. */
  pause(): void {
    this.core.pauseMessages();
  }

  /** Takes messages again. */
  resume(): void {
    this.perform(this.core.resumeMessages(this.#world.now()));
  }

  /** Closes the client. */
  close(): void {
    this.perform(this.core.close(this.#world.now()));
  }

  /** What the client told since the last call. */
  told(): ToldEffect[] {
    const told = this.#told;
    this.#told = [];
    return told;
  }

  /** The same in short: types, with what matters most of each. */
  heard(): string[] {
    return this.told().map(shortOf);
  }

  /** Why it failed. */
  failure(): Error & { readonly code: string } {
    const failed = this.told().find((effect) => effect.type === "failed");
    assertExists(failed, "the client has not failed");
    return failed.error;
  }

  /** Does what the core asks for. */
  perform(effects: readonly ClientEffect[]): void {
    for (const effect of effects) {
      if (effect.type === "join_group") this.#world.joinGroup(this, effect.address);
      if (effect.type === "leave_group") this.#world.joinGroup(this, undefined);
      if (effect.type === "send") this.#world.send(this, effect.datagram, effect.to);
      else if (effect.type === "progress") this.progress.push(effect);
      else if (effect.type !== "seal_key") this.#told.push(effect);
      else if (this.holdsJobs) this.jobs.push(effect.job);
      else this.answer(effect.job);
    }
  }

  /** Answers a job. */
  answer(job: SealKeyJob): void {
    const now = this.#world.now();
    this.perform(this.core.keySealed(job.jobId, this.seal(job), now));
  }
}

function shortOf(effect: ToldEffect): string {
  switch (effect.type) {
    case "registered":
      return effect.isReconnect ? "registered again" : "registered";
    case "reconnecting":
      return `reconnecting: ${effect.cause}`;
    case "message":
      return `message ${effect.sender}: ${new TextDecoder().decode(effect.payload).slice(0, 40)}`;
    case "joined":
    case "left":
      return `${effect.type} ${effect.id}`;
    case "notice":
      return `notice ${effect.text}`;
    case "gap":
      return `gap ${effect.first}-${effect.last}`;
    case "relay_passed":
      return `passed ${formatEndpoint(effect.relay)}: ${effect.error.code}`;
    case "registration_refused":
    case "new_series":
    case "no_replay":
    case "not_acknowledged":
    case "unreliable":
    case "group_unavailable":
    case "leave_group":
      return effect.type;
    case "join_group":
      return `join group ${formatEndpoint(effect.address)}`;
    case "message_given_up":
      return `given up ${effect.messageId}`;
    case "message_left":
      return `left ${effect.messageId}`;
    case "flushed":
      return "flushed";
    case "flush_failed":
    case "failed":
      return `${effect.type} ${effect.error.code}`;
    default:
      return effect satisfies never;
  }
}
