import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { MAX_HELD_BYTES } from "../../../src/relay/ordered_intake.ts";
import { MAX_PENDING_REGISTRATIONS } from "../../../src/relay/registration_queue.ts";
import type { RelayEffect } from "../../../src/relay/relay_effects.ts";
import { type Endpoint, formatEndpoint } from "../../../src/session/endpoint.ts";
import { decodeFragment } from "../../../src/wire/fragment.ts";
import { decodeTlvs, type Tlv } from "../../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../../src/wire/tlv_types.ts";
import { RelayHarness } from "../../support/relay_harness.ts";

const TYPES = DEFAULT_TLV_TYPES;
const PUBLIC_KEY_ANSWER_BYTES = 564;
const MAX_PEER_FRAGMENT_BYTES = 4 * 1024 * 1024;

/** What a relay says in the clear. */
const CLEAR_TYPES: ReadonlySet<number> = new Set([
  TYPES.SERVER_PUBLIC_KEY_RESPONSE,
  TYPES.SERVER_IDENTITY,
  TYPES.UNKNOWN_SESSION,
  TYPES.REGISTRATION_REJECTED,
  TYPES.COOKIE,
]);

interface Traffic {
  bytesIn: number;
  /** In the clear. */
  bytesOut: number;
}

/** A relay of which all that leaves it is held against what the protocol allows. */
export class WatchedHarness extends RelayHarness {
  readonly #sessions = new Set<string>();
  readonly #traffic = new Map<string, Traffic>();
  readonly #startMs = this.clock.now.monotonicMs;
  #question: { address: string; bytes: number } | undefined;
  #datagramsIn = 0;
  #bytesIn = 0;
  #datagramsOut = 0;
  #bytesOut = 0;
  #registered = 0;

  /** The last COOKIE that an address was sent. */
  readonly cookies = new Map<string, Uint8Array>();
  /** Message ids of fragments that were sent, each once. */
  readonly messageIds: number[] = [];

  override send(datagram: Uint8Array, from: Endpoint): void {
    this.#datagramsIn++;
    this.#bytesIn += datagram.byteLength;
    this.#trafficOf(from.hostname).bytesIn += datagram.byteLength;
    this.#question = { address: formatEndpoint(from), bytes: datagram.byteLength };
    super.send(datagram, from);
    this.#question = undefined;
  }

  override carryOut(effects: readonly RelayEffect[]): void {
    for (const effect of effects) this.#watch(effect);
    super.carryOut(effects);
  }

  override tick(): void {
    // What is said by itself answers no question.
    this.#question = undefined;
    super.tick();
  }

  /** Checks that counters are what was seen, and that no table is past its bound. */
  checkCounters(maxClients: number, historyBytes: number): void {
    assertEquals(this.stat("datagrams.in"), this.#datagramsIn);
    assertEquals(this.stat("datagrams.bytes_in"), this.#bytesIn);
    assertEquals(this.stat("datagrams.out"), this.#datagramsOut);
    assertEquals(this.stat("datagrams.bytes_out"), this.#bytesOut);
    assertEquals(this.stat("registrations.accepted"), this.#registered);
    assertEquals(this.stat("clients"), this.#sessions.size);
    assertEquals(this.stat("drops.internal_error"), 0);
    assertLessOrEqual(this.stat("clients"), maxClients);
    assertLessOrEqual(this.stat("registrations.waiting"), MAX_PENDING_REGISTRATIONS);
    const unfinished = this.stat("fragments.unfinished_bytes");
    assertLessOrEqual(unfinished, maxClients * MAX_PEER_FRAGMENT_BYTES);
    assertLessOrEqual(this.stat("reliable.held_bytes"), maxClients * MAX_HELD_BYTES);
    assertLessOrEqual(this.stat("history.bytes"), historyBytes);
  }

  #watch(effect: RelayEffect): void {
    switch (effect.type) {
      case "client_registered":
        this.#registered++;
        return void this.#sessions.add(effect.client.address);
      case "client_moved":
        assert(this.#sessions.delete(effect.from), "a move of nobody");
        return void this.#sessions.add(effect.client.address);
      case "client_removed":
        assert(this.#sessions.delete(effect.client.address), "an end of what never began");
        return;
      case "send":
        return this.#watchSent(effect.datagram, effect.to);
      case "send_to_group":
        this.#datagramsOut++;
        this.#bytesOut += effect.datagram.byteLength;
        return;
      default:
        return;
    }
  }

  #watchSent(datagram: Uint8Array, to: Endpoint): void {
    const { byteLength } = datagram;
    this.#datagramsOut++;
    this.#bytesOut += byteLength;
    const address = formatEndpoint(to);
    const tlvs = decodeTlvs(datagram);
    for (const tlv of tlvs) this.#noteFragment(tlv);
    if (!tlvs.every(({ type }) => CLEAR_TYPES.has(type))) {
      return assert(this.#sessions.has(address), "something sealed for one without a session");
    }
    const cookie = tlvs.find(({ type }) => type === TYPES.COOKIE);
    if (cookie !== undefined) this.cookies.set(address, cookie.value.slice());
    const traffic = this.#trafficOf(to.hostname);
    traffic.bytesOut += byteLength;
    const seconds = (this.clock.now.monotonicMs - this.#startMs) / 1_000;
    const allowance = PUBLIC_KEY_ANSWER_BYTES * (5 + seconds);
    assertLessOrEqual(traffic.bytesOut, 3 * traffic.bytesIn + allowance, "too much is answered");
    if (this.#question === undefined || byteLength === PUBLIC_KEY_ANSWER_BYTES) return;
    assertEquals(this.#question.address, address, "an answer to another address");
    assertLessOrEqual(byteLength, 3 * this.#question.bytes, "an answer that is too long");
  }

  #noteFragment({ type, value }: Tlv): void {
    if (type !== TYPES.FRAGMENT) return;
    const { messageId } = decodeFragment(value);
    if (this.messageIds.at(-1) !== messageId) this.messageIds.push(messageId);
  }

  #trafficOf(hostname: string): Traffic {
    const known = this.#traffic.get(hostname);
    if (known !== undefined) return known;
    const traffic = { bytesIn: 0, bytesOut: 0 };
    this.#traffic.set(hostname, traffic);
    return traffic;
  }
}
