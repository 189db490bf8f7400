import { concat } from "@std/bytes";
import { decodeHybridKey } from "../../wire/hybrid_key.ts";
import type { DirectClientState } from "./direct_client_state.ts";

/** Bodies that wait for RSA, or for a message before them; another one is dropped. */
export const MAX_OPENING_BODIES = 64;

/** Bytes that these bodies may have together; a single one may have more. */
export const MAX_OPENING_BYTES = 8 * 1024 * 1024;

/** A body on its way in. */
export interface DirectBody {
  /** At least as long as the client's modulus; kept. */
  readonly bytes: Uint8Array;
  /** SHA-256 of these bytes, as text. */
  readonly digest: string;
  /** Whether it came in a datagram without a header, and may yet be a fragment. */
  readonly isDatagram: boolean;
}

/** What a body turned out to hold; all but the last are its end. */
export type OpenedBody =
  /** Not even its first block is one for this client. */
  | { readonly outcome: "foreign"; readonly body: DirectBody }
  | { readonly outcome: "undecryptable"; readonly body: DirectBody }
  /** A token under a Fernet key of the server's choice. */
  | {
    readonly outcome: "hybrid";
    readonly body: DirectBody;
    readonly fernetKey: string;
    readonly token: Uint8Array;
  }
  | { readonly outcome: "plain"; readonly body: DirectBody; readonly plaintext: Uint8Array }
  /** There are more blocks to decrypt, or nobody asked. */
  | { readonly outcome: "nothing_yet" };

type Opening =
  | { readonly state: "decrypting"; readonly body: DirectBody; readonly plaintexts: Uint8Array[] }
  /** A message that waits until those before it are opened. */
  | { readonly state: "opened"; readonly body: DirectBody; readonly message: Uint8Array };

/**
 * Opens the bodies that come to a client, block by block.
 *
 * Of each body one block at a time is being decrypted, so that a long one keeps no short one from
 * its turn. Messages come out in the order in which their bodies came.
 */
export class DirectBodyOpener {
  readonly #client: DirectClientState;
  // By job, in the order in which they came: a body has the same job for all its blocks.
  readonly #openings = new Map<number, Opening>();

  /** @param client What the parts of the client share. */
  constructor(client: DirectClientState) {
    this.#client = client;
  }

  /** Bodies that wait. */
  get size(): number {
    return this.#openings.size;
  }

  /** Whether a copy of a body waits. */
  holds(digest: string): boolean {
    for (const { body } of this.#openings.values()) if (body.digest === digest) return true;
    return false;
  }

  /**
   * Begins to open a body.
   *
   * @returns False when too many wait, and it was not taken.
   */
  open(body: DirectBody): boolean {
    if (!this.#hasRoomFor(body)) return false;
    const jobId = this.#client.nextJobId();
    this.#openings.set(jobId, { state: "decrypting", body, plaintexts: [] });
    this.#decrypt(jobId, body, 0);
    return true;
  }

  /**
   * Takes the result of a `decrypt_block`. When the body has come to its end, `finish` is to be
   * called for it.
   *
   * @param jobId The job's number.
   * @param plaintext What the block held; `undefined` when it did not decrypt.
   */
  blockDecrypted(jobId: number, plaintext: Uint8Array | undefined): OpenedBody {
    const opening = this.#openings.get(jobId);
    if (opening?.state !== "decrypting") return { outcome: "nothing_yet" };
    const { body, plaintexts } = opening;
    if (plaintext === undefined) {
      return { outcome: plaintexts.length === 0 ? "foreign" : "undecryptable", body };
    }
    plaintexts.push(plaintext);
    const blockBytes = this.#client.options.ownKey.modulusBytes;
    const fernetKey = plaintexts.length === 1 ? decodeHybridKey(plaintext) : undefined;
    if (fernetKey !== undefined) {
      const token = body.bytes.subarray(blockBytes);
      // Without one it is what somebody has cut off a hybrid message: a key, and nobody's text.
      if (token.byteLength === 0) return { outcome: "undecryptable", body };
      return { outcome: "hybrid", body, fernetKey, token };
    }
    const blocks = body.bytes.byteLength / blockBytes;
    if (!Number.isInteger(blocks)) return { outcome: "undecryptable", body };
    if (plaintexts.length === blocks) {
      return { outcome: "plain", body, plaintext: concat(plaintexts) };
    }
    this.#decrypt(jobId, body, plaintexts.length);
    return { outcome: "nothing_yet" };
  }

  /**
   * Ends a body.
   *
   * @param jobId Its job.
   * @param message The message that it held, if it held one.
   * @returns The messages whose turn has come, in order.
   */
  finish(jobId: number, message: Uint8Array | undefined): Uint8Array[] {
    const opening = this.#openings.get(jobId);
    if (opening === undefined) return [];
    if (message === undefined) this.#openings.delete(jobId);
    else this.#openings.set(jobId, { state: "opened", body: opening.body, message });
    const messages: Uint8Array[] = [];
    for (const [firstJobId, first] of this.#openings) {
      if (first.state !== "opened") break;
      this.#openings.delete(firstJobId);
      messages.push(first.message);
    }
    return messages;
  }

  #hasRoomFor({ bytes }: DirectBody): boolean {
    let heldBytes = 0;
    for (const { body } of this.#openings.values()) heldBytes += body.bytes.byteLength;
    const fits = heldBytes === 0 || heldBytes + bytes.byteLength <= MAX_OPENING_BYTES;
    return fits && this.size < MAX_OPENING_BODIES;
  }

  #decrypt(jobId: number, { bytes }: DirectBody, index: number): void {
    const blockBytes = this.#client.options.ownKey.modulusBytes;
    const block = bytes.subarray(index * blockBytes, (index + 1) * blockBytes);
    this.#client.effects.push({ type: "decrypt_block", jobId, block });
  }
}
