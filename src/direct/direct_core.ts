import type { RsaPublicKey } from "../crypto/rsa_public_key.ts";
import type { ClientSummary } from "../session/client_summary.ts";
import { earliest } from "../session/earliest.ts";
import { type Endpoint, formatEndpoint } from "../session/endpoint.ts";
import type { Instant } from "../session/instant.ts";
import { holdsPublicKey, isKeyRequest, tryDecodeDirectFragment } from "../wire/direct_frame.ts";
import type { Fragment } from "../wire/fragment.ts";
import { Answers } from "./answers.ts";
import { type ClientRecord, clientRecord, clientSummary } from "./client_record.ts";
import type { DirectEffect } from "./direct_effects.ts";
import type { DirectOptions } from "./direct_options.ts";
import { DirectState } from "./direct_state.ts";
import { type DirectStatistics, directStatistics } from "./direct_statistics.ts";
import { FragmentDesk } from "./fragment_desk.ts";
import { KeyDesk } from "./key_desk.ts";
import { MessageDesk } from "./message_desk.ts";
import { Openings } from "./openings.ts";
import { Outgoing, type SendRefusal } from "./outgoing.ts";
import type { Peer } from "./peer.ts";

/** What became of a message that is to be sent. */
export type SendResult =
  /** It is on its way to this address; see `Outgoing.send`. */
  | { readonly address: string; readonly effects: DirectEffect[] }
  | { readonly refused: SendRefusal };

/**
 * The direct protocol without sockets, clocks or randomness: what happened goes in, what to do comes
 * out (PROTOCOL 2.1 to 2.3).
 *
 * Every method that returns effects has finished changing the state when it returns; the shell then
 * carries the effects out in their order. RSA is such an effect, and its result comes back as an
 * input.
 */
export class DirectCore {
  readonly #state: DirectState;
  readonly #keys: KeyDesk;
  readonly #answers: Answers;
  readonly #fragments: FragmentDesk;
  readonly #openings: Openings;
  readonly #outgoing: Outgoing;
  #isShutDown = false;

  /** @param options What the shell read from the settings. @param now The moment. */
  constructor(options: DirectOptions, now: Instant) {
    this.#state = new DirectState(options, now);
    this.#keys = new KeyDesk(this.#state, now.monotonicMs);
    this.#answers = new Answers(this.#state, now.monotonicMs);
    this.#fragments = new FragmentDesk(this.#state, this.#answers);
    this.#openings = new Openings(this.#state, new MessageDesk(this.#state, this.#answers), {
      readIfExpected: (peer, datagram, now) => this.#readIfExpected(peer, datagram, now),
      readNoBlock: (peer, datagram, now) => this.#readNoBlock(peer, datagram, now),
    });
    this.#outgoing = new Outgoing(this.#state, now);
  }

  /**
   * Takes a datagram from the network.
   *
   * @param datagram The UDP payload, any bytes at all; not kept.
   * @param from Where it came from.
   */
  receive(datagram: Uint8Array, from: Endpoint, now: Instant): DirectEffect[] {
    const { counters, peers, work } = this.#state;
    counters.datagramsIn++;
    counters.bytesIn += datagram.byteLength;
    if (this.#isShutDown) return [];
    if (isKeyRequest(datagram)) {
      // A sign of life of whom it knows, but nothing to remember a stranger for.
      if (peers.at(formatEndpoint(from)) !== undefined) peers.hear(from, 0, now);
      this.#answers.serverKey(from, datagram.byteLength, now);
      return this.#finish(now);
    }
    const { peer, forgotten } = peers.hear(from, datagram.byteLength, now);
    if (forgotten !== undefined) counters.drop("forgotten", work.forget(forgotten));
    this.#read(peer, datagram, now);
    return this.#finish(now);
  }

  /** Takes the result of an `import_key` effect: the key, or why it is refused. */
  keyImported(
    jobId: number,
    result: RsaPublicKey | { readonly refused: string },
    now: Instant,
  ): DirectEffect[] {
    this.#keys.keyImported(jobId, result, now);
    return this.#finish(now);
  }

  /** Takes the result of a `decrypt_block` effect: the plaintext, unless it does not decrypt. */
  blockDecrypted(jobId: number, plaintext: Uint8Array | undefined, now: Instant): DirectEffect[] {
    if (this.#isShutDown) return [];
    this.#openings.blockDecrypted(jobId, plaintext, now);
    return this.#finish(now);
  }

  /** Takes the result of an `encrypt_blocks` effect: the blocks, unless the key can't be used. */
  blocksEncrypted(
    jobId: number,
    blocks: readonly Uint8Array[] | undefined,
    now: Instant,
  ): DirectEffect[] {
    const isAnswer = this.#answers.blocksEncrypted(jobId, blocks);
    if (!isAnswer) this.#outgoing.blocksEncrypted(jobId, blocks, now);
    return this.#finish(now);
  }

  /** Takes the result of a `verify_signature` effect. */
  signatureVerified(jobId: number, isValid: boolean, now: Instant): DirectEffect[] {
    if (this.#isShutDown) return [];
    this.#openings.signatureVerified(jobId, isValid, now);
    return this.#finish(now);
  }

  /** Does everything that is due at or before `now`. */
  tick(now: Instant): DirectEffect[] {
    this.#keys.expire(now);
    this.#fragments.tick(now);
    this.#openings.expire(now);
    return this.#finish(now);
  }

  /** When `tick` wants to run next, monotonic milliseconds; `undefined` when nothing is due. */
  nextDeadline(): number | undefined {
    return earliest(
      this.#state.peers.nextDeadlineMs(),
      this.#fragments.nextDeadlineMs(),
      this.#openings.nextDeadlineMs(),
      this.#outgoing.nextDeadlineMs(),
    );
  }

  /**
   * Sends a message to a client; see `Outgoing.send`.
   *
   * @param id Its `ip:port`, or the fingerprint of its key.
   * @param payload Not changed by anyone until it has left.
   * @param sendId Named in the effect that says how it ends.
   */
  sendTo(id: string, payload: Uint8Array, sendId: number, now: Instant): SendResult {
    const result = this.#outgoing.send(id, payload, sendId, now);
    return "refused" in result ? result : { ...result, effects: this.#finish(now) };
  }

  /** Takes note that a datagram could not be sent. */
  sendFailed(): void {
    this.#state.counters.drop("send_failed");
  }

  /** Takes note that an input ended in a fault of our own code. */
  countInternalError(): void {
    this.#state.counters.drop("internal_error");
  }

  /** The clients whose keys are kept. */
  clients(now: Instant): ClientSummary[] {
    return Array.from(this.#state.peers.clients(), (peer) => clientSummary(peer, now));
  }

  /** One client, by its `ip:port` or the fingerprint of its key. */
  client(id: string, now: Instant): ClientSummary | undefined {
    const peer = this.#state.peers.findClient(id);
    return peer && clientSummary(peer, now);
  }

  /** What of the clients is to outlive a restart. */
  records(): ClientRecord[] {
    return Array.from(this.#state.peers.clients()).flatMap((peer) => clientRecord(peer) ?? []);
  }

  /** Takes a client back that was there before a restart, if its time is not over. */
  restore(record: ClientRecord, now: Instant): void {
    this.#keys.restore(record, now);
  }

  /**
   * Forgets a client's key.
   *
   * @param id Its `ip:port`, or the fingerprint of its key.
   * @param reason For the log.
   * @returns Effects, or `undefined` when there is no such client.
   */
  kick(id: string, reason: string, now: Instant): DirectEffect[] | undefined {
    const peer = this.#state.peers.findClient(id);
    if (peer === undefined) return undefined;
    this.#keys.remove(peer, "kicked", reason, now);
    return this.#finish(now);
  }

  /** Takes nothing more. What was taken before is still acknowledged, as its encryption comes. */
  shutdown(): void {
    this.#isShutDown = true;
  }

  /** The server's counters. */
  statistics(): DirectStatistics {
    return directStatistics(this.#state, this.#openings, this.#answers);
  }

  #read(peer: Peer, datagram: Uint8Array, now: Instant): void {
    if (holdsPublicKey(datagram)) return this.#keys.take(peer, datagram, now);
    const fragment = tryDecodeDirectFragment(datagram);
    // The length decides first: by its header half of all ciphertexts would look like fragments.
    const mayBeBlock = datagram.byteLength === this.#state.options.serverKey.modulusBytes;
    const isFragment = fragment !== undefined &&
      (!mayBeBlock || this.#fragments.expects(peer, fragment));
    if (isFragment) this.#takeFragment(peer, fragment, now);
    else this.#openings.beginDatagram(peer, datagram, now);
  }

  /** Reads a datagram as the fragment that it turned out to be while it waited, if it did. */
  #readIfExpected(peer: Peer, datagram: Uint8Array, now: Instant): boolean {
    const fragment = tryDecodeDirectFragment(datagram);
    if (fragment === undefined || !this.#fragments.expects(peer, fragment)) return false;
    this.#takeFragment(peer, fragment, now);
    return true;
  }

  /** Reads a datagram that is no block after all. */
  #readNoBlock(peer: Peer, datagram: Uint8Array, now: Instant): void {
    const fragment = tryDecodeDirectFragment(datagram);
    if (fragment === undefined) this.#state.counters.drop("undecryptable");
    else this.#takeFragment(peer, fragment, now);
  }

  #takeFragment(peer: Peer, fragment: Fragment, now: Instant): void {
    this.#fragments.take(peer, fragment, now, (peer, body, origin, now) => {
      this.#openings.begin(peer, body, origin, now);
    });
  }

  #finish(now: Instant): DirectEffect[] {
    if (!this.#isShutDown) this.#openings.pump(now);
    this.#outgoing.release(now);
    return this.#state.effects.take();
  }
}
