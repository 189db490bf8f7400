import { DirectClient } from "../../../src/client/direct/direct_client.ts";
import { DirectClientError } from "../../../src/client/direct/direct_client_error.ts";
import type { RsaPrivateKey } from "../../../src/crypto/rsa_private_key.ts";
import type { Endpoint } from "../../../src/session/endpoint.ts";
import { type DatagramTap, NetworkPath } from "../fleet/network_path.ts";
import { writeMessage } from "../fleet/soak_message.ts";
import type { DeliveryLedger } from "../measures/delivery_ledger.ts";
import type { SeededRandom } from "../../seeded_random.ts";
import type { DirectTally } from "./direct_tally.ts";

/** From this length on a message counts as a large one, bytes. */
export const LARGE_BYTES = 16 * 1024;

/** From this length on a message goes in several parts: more than 255 fragments hold. */
export const TRANSFER_BYTES = 320 * 1024;

/** How long the server may be silent, milliseconds: longer than the longest outage. */
const TIMEOUT_MS = 20_000;

/** How a member encrypts: hybrid, hybrid with a signature, or RSA blocks alone. */
export type DirectMemberForm = "hybrid" | "signed" | "plain_rsa";

/** What a member is made of. */
export interface DirectMemberOptions {
  readonly name: string;
  readonly server: Endpoint;
  /** Fingerprint of the server's key. */
  readonly serverKey: string;
  readonly form: DirectMemberForm;
  /** What it signs with; members that do not sign need none. */
  readonly key: RsaPrivateKey;
  readonly ledger: DeliveryLedger;
  readonly tally: DirectTally;
  /** Told of what it sends. */
  readonly tap: DatagramTap;
}

/** One client of the direct server, in all its lives; its datagrams go by a path that can move. */
export class DirectMember implements AsyncDisposable {
  readonly #options: DirectMemberOptions;
  readonly #path: NetworkPath;
  readonly #sends = new Set<Promise<void>>();
  #client: DirectClient | undefined;
  #reading: Promise<void> = Promise.resolve();
  #number = 0;

  /** @param options What it is made of. */
  constructor(options: DirectMemberOptions) {
    this.#options = options;
    this.#path = new NetworkPath(options.server, options.tap);
  }

  /** Whether it is there. */
  get isThere(): boolean {
    return this.#client !== undefined;
  }

  /** How it encrypts. */
  get form(): DirectMemberForm {
    return this.#options.form;
  }

  /** How many of its messages are not acknowledged yet. */
  get underWay(): number {
    return this.#sends.size;
  }

  /**
   * Begins a life.
   *
   * @param signal Gives up.
   */
  async join(signal: AbortSignal): Promise<void> {
    const { serverKey, form, key, tally } = this.#options;
    // Of its own: the one given here would also end the client later on.
    const givesUp = new AbortController();
    const giveUp = () => givesUp.abort(signal.reason);
    signal.addEventListener("abort", giveUp);
    try {
      signal.throwIfAborted();
      const client = await DirectClient.connect({
        server: this.#path.local,
        serverKey,
        timeoutMs: TIMEOUT_MS,
        plainRsa: form === "plain_rsa",
        signal: givesUp.signal,
        ...form === "hybrid" ? {} : { key },
      });
      this.#client = client;
      this.#reading = this.#read(client);
      tally.count("joins");
    } catch (error) {
      if (!signal.aborted) tally.trouble(`connect: ${reasonOf(error)}`);
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  /** Says a message of some length; its acknowledgement is noted when it comes. */
  say(bodyBytes: number): void {
    const client = this.#client;
    if (client === undefined) return;
    const { name: sender, ledger } = this.#options;
    const number = ++this.#number;
    ledger.sent(sender, number);
    const send: Promise<void> = this.#send(client, number, bodyBytes)
      .finally(() => this.#sends.delete(send));
    this.#sends.add(send);
  }

  /** Waits until all that it said is acknowledged or given up. */
  async finish(): Promise<void> {
    await Promise.all(this.#sends);
  }

  /** Ends a life when all it said is acknowledged. */
  async leave(): Promise<void> {
    await this.finish();
    this.#options.tally.count("leaves");
    await this.#end();
  }

  /** Ends a life in the midst of what it says. */
  async crash(): Promise<void> {
    this.#options.tally.count("crashes");
    this.#path.cut();
    await this.#end();
    this.#path.heal();
    this.#path.move();
  }

  /** Lets the server see it at another port. */
  move(): void {
    this.#options.tally.count("moves");
    this.#path.move();
  }

  /** Lets nothing through, until `heal`. */
  cut(): void {
    this.#options.tally.count("outages");
    this.#path.cut();
  }

  /** Lets everything through again. */
  heal(): void {
    this.#path.heal();
  }

  /** Sends a datagram from where the server sees it. Returns whether it is there. */
  inject(datagram: Uint8Array): boolean {
    if (this.#client === undefined || this.#path.isCut) return false;
    this.#path.inject(datagram);
    return true;
  }

  /**
   * Sends what it has sent again, from where the server sees it. Not what is encrypted by RSA alone: the
   * server remembers that for a minute, and the path longer.
   *
   * @param random Says what.
   * @returns Whether that can be.
   */
  replay(random: SeededRandom): boolean {
    const isThere = this.#client !== undefined && this.form !== "plain_rsa";
    return isThere && this.#path.replay(random);
  }

  /** Ends it for good. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
    await this.#path[Symbol.asyncDispose]();
  }

  async #send(client: DirectClient, number: number, bodyBytes: number): Promise<void> {
    const { name: sender, ledger, tally, form } = this.#options;
    try {
      await client.send(writeMessage({ sender, number, bodyBytes }));
    } catch (error) {
      // Who crashes does not know what became of it.
      const isCutOff = client !== this.#client;
      return isCutOff ? tally.count("cut_off") : tally.trouble(`send: ${reasonOf(error)}`);
    }
    ledger.accepted(sender, number);
    tally.count(sizeCount(bodyBytes));
    if (form === "signed") tally.count("signed_acknowledged");
    if (form === "plain_rsa") tally.count("plain_rsa_acknowledged");
  }

  async #read(client: DirectClient): Promise<void> {
    try {
      for await (const _ of client.messages()) this.#options.tally.count("heard_from_server");
    } catch (error) {
      if (client !== this.#client) return;
      this.#client = undefined;
      this.#options.tally.trouble(`client ended: ${reasonOf(error)}`);
    }
  }

  async #end(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.close();
    await Promise.all([this.#reading, ...this.#sends]);
  }
}

function sizeCount(bytes: number) {
  if (bytes >= TRANSFER_BYTES) return "transfers_acknowledged";
  return bytes >= LARGE_BYTES ? "large_acknowledged" : "short_acknowledged";
}

function reasonOf(error: unknown): string {
  return error instanceof DirectClientError ? error.code : String(error);
}
