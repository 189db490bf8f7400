import { assert } from "@std/assert";
import { parseDirectAnswer } from "../../src/wire/direct_answer.ts";
import type { Endpoint } from "../../src/session/endpoint.ts";
import type { DirectHarness } from "./direct_harness.ts";
import type { DirectScriptedClient } from "./direct_scripted_client.ts";
import { FakeNetwork, type NetworkConditions } from "./fake_network.ts";

const SERVER: Endpoint = { hostname: "10.0.0.1", port: 47_710 };

/** Without an answer for so long a message is sent again, as a whole. */
const RETRY_MS = 2_000;

/** A message that is not acknowledged yet. */
interface Unacknowledged {
  readonly datagrams: readonly Uint8Array[];
  retryMs: number;
}

/**
 * A client that sends fragments again that a NACK names, and a message as a whole that is not
 * answered, until it is acknowledged.
 */
export class DirectRepairingClient {
  readonly scripted: DirectScriptedClient;
  /** Ids of the messages that were acknowledged. */
  readonly acknowledged = new Set<number>();
  readonly #world: DirectLossyWorld;
  readonly #unacknowledged = new Map<number, Unacknowledged>();
  #lastMessageId = 0;

  /** @param world Where it lives. @param scripted Who makes its bodies. */
  constructor(world: DirectLossyWorld, scripted: DirectScriptedClient) {
    this.#world = world;
    this.scripted = scripted;
  }

  /** How many messages are not acknowledged yet. */
  get waiting(): number {
    return this.#unacknowledged.size;
  }

  /** Begins to send a body in fragments. Returns its message id. */
  send(body: Uint8Array, payloadBytes: number): number {
    const messageId = ++this.#lastMessageId;
    const datagrams = this.scripted.fragments(body, { messageId, payloadBytes });
    assert(datagrams.length < 256, `the body makes ${datagrams.length} fragments`);
    this.#unacknowledged.set(messageId, { datagrams, retryMs: 0 });
    this.#sendAll(messageId);
    return messageId;
  }

  /** Takes a datagram of the server. */
  accept(datagram: Uint8Array): void {
    this.scripted.accept(datagram);
    for (const line of this.scripted.heard()) {
      const text = line.replace(/^\{(.*)\}$/, "$1");
      const answer = parseDirectAnswer(new TextEncoder().encode(text));
      if (answer?.messageId === undefined) continue;
      if (answer.type === "nack") this.#sendAll(answer.messageId, answer.missing);
      else if (this.#unacknowledged.delete(answer.messageId)) {
        this.acknowledged.add(answer.messageId);
      }
    }
  }

  /** When it wants to send again, monotonic milliseconds. */
  nextDeadlineMs(): number {
    return Math.min(Infinity, ...[...this.#unacknowledged.values()].map(({ retryMs }) => retryMs));
  }

  /** Sends again what is not answered. */
  tick(): void {
    for (const [messageId, { retryMs }] of this.#unacknowledged) {
      if (retryMs <= this.#world.nowMs) this.#sendAll(messageId);
    }
  }

  #sendAll(messageId: number, numbers?: readonly number[]): void {
    const message = this.#unacknowledged.get(messageId);
    if (message === undefined) return;
    message.retryMs = this.#world.nowMs + RETRY_MS;
    for (const [index, datagram] of message.datagrams.entries()) {
      if (numbers !== undefined && !numbers.includes(index + 1)) continue;
      this.#world.send(datagram, this.scripted.endpoint);
    }
  }
}

/** A harness, clients that repair, and a network between them that loses, repeats and reorders. */
export class DirectLossyWorld {
  readonly harness: DirectHarness;
  readonly network: FakeNetwork;
  readonly clients: readonly DirectRepairingClient[];

  /**
   * @param harness The server; its decryptions take their time, and end in any order.
   * @param clients Who sends, each at an address of its own.
   * @param conditions How the network treats datagrams.
   */
  constructor(
    harness: DirectHarness,
    clients: readonly DirectScriptedClient[],
    conditions: NetworkConditions,
  ) {
    this.harness = harness;
    this.network = new FakeNetwork(harness.random, conditions);
    this.network.attach(SERVER, ({ datagram, from }) => harness.send(datagram, from));
    this.clients = clients.map((scripted) => new DirectRepairingClient(this, scripted));
    for (const client of this.clients) {
      const { endpoint } = client.scripted;
      this.network.attach(endpoint, ({ datagram }) => client.accept(datagram));
    }
    harness.held.add("decrypt_block");
    harness.carry = (datagram, to) => this.network.send({ datagram, from: SERVER, to }, this.nowMs);
  }

  /** Monotonic milliseconds. */
  get nowMs(): number {
    return this.harness.clock.now.monotonicMs;
  }

  /** Carries a datagram to the server. */
  send(datagram: Uint8Array, from: Endpoint): void {
    this.network.send({ datagram, from, to: SERVER }, this.nowMs);
  }

  /** Lets time pass, with everything that is due on the way. */
  run(ms: number): void {
    const endMs = this.nowMs + ms;
    for (;;) {
      this.#step();
      // RSA takes some milliseconds when there is anything to decrypt.
      const rsaMs = this.harness.jobs.length > 0 ? this.nowMs + 3 : Infinity;
      const nextMs = Math.min(rsaMs, this.#nextDeadlineMs());
      if (nextMs > endMs) break;
      this.harness.clock.advance(Math.max(0, nextMs - this.nowMs));
    }
    this.harness.clock.advance(endMs - this.nowMs);
  }

  #step(): void {
    const { harness, network } = this;
    network.deliver(this.nowMs);
    if (harness.jobs.length > 0) harness.doJob(harness.random.below(harness.jobs.length));
    harness.tick();
    for (const client of this.clients) client.tick();
  }

  #nextDeadlineMs(): number {
    return Math.min(
      this.harness.core.nextDeadline() ?? Infinity,
      this.network.nextDeadlineMs(),
      ...this.clients.map((client) => client.nextDeadlineMs()),
    );
  }
}
