import type { RelayClient } from "../../../src/client/relay_client.ts";
import { RelayClientError } from "../../../src/client/relay_client_error.ts";
import type { DeliveryLedger } from "../measures/delivery_ledger.ts";
import { type FleetMember, LARGE_MESSAGE_BYTES } from "./fleet_member.ts";
import type { FleetTally } from "./fleet_tally.ts";
import { pause } from "../../../src/cluster/pause.ts";
import type { SeededRandom } from "../../seeded_random.ts";
import { writeMessage } from "./soak_message.ts";

/** Most of the others' bodies, bytes: some fit one datagram, some take two. */
const MAX_SHORT_BODY_BYTES = 240;
const FRAGMENTED_SHARE = 0.02;
const FRAGMENTED_BODY_BYTES = 1_500;

/** Now and then several messages are said at once. */
const BURST_SHARE = 0.05;
const BURST_MESSAGES = 6;

/** Told of each message that was acknowledged. */
export type OnAccepted = (sender: string, number: number) => void;

/** What a speaker is made of. */
export interface SpeakerOptions {
  readonly member: FleetMember;
  /** Messages a second, on average. */
  readonly perSecond: number;
  readonly random: SeededRandom;
  readonly ledger: DeliveryLedger;
  readonly tally: FleetTally;
  readonly onAccepted: OnAccepted;
}

/** Has one member say numbered messages, and notes which of them were acknowledged. */
export class Speaker {
  readonly #options: SpeakerOptions;
  #number = 0;
  #owedBytes: number | undefined;

  /** @param options What it is made of. */
  constructor(options: SpeakerOptions) {
    this.#options = options;
  }

  /** The next message is a large one. @param bodyBytes How large. */
  sayLarge(bodyBytes: number): void {
    this.#owedBytes = bodyBytes;
  }

  /** Speaks until the signal says stop; what was said by then is waited for. */
  async run(signal: AbortSignal): Promise<void> {
    const { member, perSecond, random } = this.#options;
    const meanMs = 1000 / perSecond * (1 + BURST_SHARE * (BURST_MESSAGES - 1));
    while (!signal.aborted) {
      await pause(random.between(0.5, 1.5) * meanMs, signal);
      const { client } = member;
      if (client !== undefined && !signal.aborted) await this.#say(client, this.#nextBodies());
    }
  }

  #nextBodies(): number[] {
    const { random } = this.#options;
    const owedBytes = this.#owedBytes;
    this.#owedBytes = undefined;
    if (owedBytes !== undefined) return [owedBytes];
    const count = random.chance(BURST_SHARE) ? BURST_MESSAGES : 1;
    return Array.from({ length: count }, () => this.#shortBody());
  }

  #shortBody(): number {
    const { random } = this.#options;
    const isFragmented = random.chance(FRAGMENTED_SHARE);
    return isFragmented ? FRAGMENTED_BODY_BYTES : random.below(MAX_SHORT_BODY_BYTES);
  }

  /** Acknowledged is what a flush behind it says so of; of all else nobody knows. */
  async #say(client: RelayClient, bodies: readonly number[]): Promise<void> {
    const { member: { name: sender }, ledger, tally, onAccepted } = this.#options;
    const messages = bodies.map((bodyBytes) => ({ sender, number: ++this.#number, bodyBytes }));
    try {
      const sends = messages.map((message) => {
        ledger.sent(sender, message.number);
        return client.send(writeMessage(message));
      });
      await Promise.all(sends);
      await client.flush();
    } catch (error) {
      if (!(error instanceof RelayClientError)) throw error;
      return tally.count("unconfirmed", messages.length);
    }
    for (const { number, bodyBytes } of messages) {
      ledger.accepted(sender, number);
      onAccepted(sender, number);
      if (bodyBytes >= LARGE_MESSAGE_BYTES) tally.count("large_acknowledged");
    }
  }
}
