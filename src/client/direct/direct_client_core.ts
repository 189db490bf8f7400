import type { RsaPublicKey } from "../../crypto/rsa_public_key.ts";
import type { Endpoint } from "../../session/endpoint.ts";
import type { Instant } from "../../session/instant.ts";
import { holdsPublicKey } from "../../wire/direct_frame.ts";
import type { DirectClientCoreOptions } from "./direct_client_core_options.ts";
import type { DirectClientDrops } from "./direct_client_drops.ts";
import type { DirectClientEffect, KeyImport } from "./direct_client_effect.ts";
import { DirectClientState } from "./direct_client_state.ts";
import type { DirectForm } from "./direct_form.ts";
import { DirectHybridForm } from "./direct_hybrid_form.ts";
import { DirectKeyRequest } from "./direct_key_request.ts";
import { DirectPlainForm } from "./direct_plain_form.ts";
import { DirectReceiver } from "./direct_receiver.ts";
import { DirectSender } from "./direct_sender.ts";
import { isSameEndpoint } from "../discovery.ts";

type State =
  | { readonly state: "asking"; readonly request: DirectKeyRequest }
  | {
    readonly state: "connected";
    readonly form: DirectForm;
    readonly sender: DirectSender;
    readonly receiver: DirectReceiver;
  }
  | { readonly state: "closed" };

/**
 * The direct client without sockets, timers, clock or randomness of its own (PROTOCOL, part 2).
 *
 *     asking for the server's key ---> connected ---> closed
 *                 |                                     ^
 *                 '-------- no key in time -------------'
 *
 * What happened goes in, with the moment; what to do comes out, in order. A shell calls `tick` at
 * `nextDeadlineMs`, does each effect, and hands the results of RSA jobs back.
 */
export class DirectClientCore {
  readonly #client: DirectClientState;
  #state: State;

  /**
   * Begins to ask for the server's key: the first `tick` is due at once.
   *
   * @param options What it is told.
   * @param now The moment.
   */
  constructor(options: DirectClientCoreOptions, now: Instant) {
    this.#client = new DirectClientState(options);
    const request = new DirectKeyRequest(this.#client, now.monotonicMs);
    this.#state = { state: "asking", request };
  }

  /** Where it is in its life. */
  get state(): State["state"] {
    return this.#state.state;
  }

  /** What was dropped, by reason. */
  get drops(): DirectClientDrops {
    return this.#client.drops;
  }

  /**
   * What waits of what came from the network: bodies to be opened, and bytes of fragments. Both have
   * bounds.
   */
  get incoming(): { readonly bodies: number; readonly fragmentBytes: number } {
    if (this.#state.state !== "connected") return { bodies: 0, fragmentBytes: 0 };
    const { openingBodies, fragmentBytes } = this.#state.receiver;
    return { bodies: openingBodies, fragmentBytes };
  }

  /**
   * Takes a datagram.
   *
   * @param datagram Any bytes; copied where kept.
   * @param from Where it came from.
   * @param now The moment.
   * @returns What to do.
   */
  receive(datagram: Uint8Array, from: Endpoint, now: Instant): DirectClientEffect[] {
    if (!isSameEndpoint(from, this.#client.options.server)) this.drops.add("foreign");
    else this.#hear(datagram, now);
    return this.tick(now);
  }

  /**
   * Takes the result of an `import_key`.
   *
   * @param jobId The job's number.
   * @param result What became of it.
   * @param now The moment.
   * @returns What to do.
   */
  keyImported(jobId: number, result: KeyImport, now: Instant): DirectClientEffect[] {
    if (this.#state.state === "asking") {
      const key = this.#state.request.keyImported(jobId, result);
      if (key !== undefined) this.#connect(key, now);
    }
    return this.tick(now);
  }

  /**
   * Takes the result of an `encrypt_blocks`.
   *
   * @param jobId The job's number.
   * @param blocks A block for each plaintext, in their order; kept.
   * @param now The moment.
   * @returns What to do.
   */
  blocksEncrypted(
    jobId: number,
    blocks: readonly Uint8Array[],
    now: Instant,
  ): DirectClientEffect[] {
    if (this.#state.state === "connected") this.#state.form.blocksEncrypted(jobId, blocks, now);
    return this.tick(now);
  }

  /**
   * Takes the result of a `sign`.
   *
   * @param jobId The job's number.
   * @param signature The signature; kept.
   * @param now The moment.
   * @returns What to do.
   */
  signed(jobId: number, signature: Uint8Array, now: Instant): DirectClientEffect[] {
    if (this.#state.state === "connected") this.#state.form.signed(jobId, signature, now);
    return this.tick(now);
  }

  /**
   * Takes the result of a `decrypt_block`.
   *
   * @param jobId The job's number.
   * @param plaintext What the block held, kept; `undefined` when it did not decrypt.
   * @param now The moment.
   * @returns What to do.
   */
  blockDecrypted(
    jobId: number,
    plaintext: Uint8Array | undefined,
    now: Instant,
  ): DirectClientEffect[] {
    if (this.#state.state === "connected") {
      const { receiver, sender } = this.#state;
      const answer = receiver.blockDecrypted(jobId, plaintext, now);
      const isExpected = answer === undefined || sender.hear(answer, now.monotonicMs);
      if (!isExpected) this.drops.add("unexpected");
    }
    return this.tick(now);
  }

  /** Whether `send` may be called for a message of so many bytes: else too much waits already. */
  hasRoomFor(payloadBytes: number): boolean {
    return this.#state.state === "connected" && this.#state.sender.hasRoomFor(payloadBytes);
  }

  /**
   * Takes a message to send.
   *
   * @param messageId Given back with what becomes of it.
   * @param payload The message; kept, and not to be changed before it is delivered or given up.
   * @param now The moment.
   * @returns What to do.
   * @throws {DirectClientError} `MESSAGE_TOO_LARGE`.
   * @throws {TypeError} If there is no server, or no room.
   */
  send(messageId: number, payload: Uint8Array, now: Instant): DirectClientEffect[] {
    if (this.#state.state !== "connected" || !this.hasRoomFor(payload.byteLength)) {
      throw new TypeError(`Cannot send: the client is ${this.state}, or has no room`);
    }
    this.#state.sender.add(messageId, payload);
    return this.tick(now);
  }

  /** Ends it; the server is not told, and nothing follows. */
  close(): void {
    this.#state = { state: "closed" };
  }

  /**
   * Does everything that is due.
   *
   * @param now The moment.
   * @returns What to do.
   */
  tick(now: Instant): DirectClientEffect[] {
    if (this.#state.state === "asking") {
      const error = this.#state.request.tick(now.monotonicMs);
      if (error !== undefined) {
        this.#state = { state: "closed" };
        this.#client.effects.push({ type: "failed", error });
      }
    } else if (this.#state.state === "connected") {
      this.#state.receiver.tick(now);
      this.#state.sender.tick(now);
    }
    return this.#client.effects.take();
  }

  /** When `tick` wants to run next, monotonic milliseconds; `undefined` for never. */
  nextDeadlineMs(): number | undefined {
    switch (this.#state.state) {
      case "asking":
        return this.#state.request.nextDeadlineMs();
      case "connected": {
        const { sender, receiver } = this.#state;
        const deadlineMs = Math.min(sender.nextDeadlineMs(), receiver.nextDeadlineMs());
        return deadlineMs === Infinity ? undefined : deadlineMs;
      }
      case "closed":
        return undefined;
      default:
        return this.#state satisfies never;
    }
  }

  #hear(datagram: Uint8Array, now: Instant): void {
    if (this.#state.state === "connected") {
      const { receiver, sender } = this.#state;
      const plainAnswer = receiver.receive(datagram, now);
      if (plainAnswer !== undefined) sender.hearPlain(plainAnswer, now.monotonicMs);
    } else if (this.#state.state === "closed") return;
    else if (holdsPublicKey(datagram)) this.#state.request.hear(datagram, now.monotonicMs);
    else this.drops.add("unexpected");
  }

  #connect(serverKey: RsaPublicKey, now: Instant): void {
    const form = this.#client.options.form === "hybrid"
      ? new DirectHybridForm(this.#client, serverKey)
      : new DirectPlainForm(this.#client, serverKey);
    this.#state = {
      state: "connected",
      form,
      sender: new DirectSender(this.#client, form, now.monotonicMs),
      receiver: new DirectReceiver(this.#client, serverKey),
    };
    this.#client.effects.push({ type: "connected", fingerprint: serverKey.fingerprint });
  }
}
