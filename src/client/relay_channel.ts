import { concat } from "@std/bytes";
import { Fernet } from "../crypto/fernet.ts";
import type { Endpoint } from "../session/endpoint.ts";
import { mayAskForFragments } from "../session/fragment_requests.ts";
import type { Instant } from "../session/instant.ts";
import { Outbox } from "../session/outbox.ts";
import { encodeFragmentNack } from "../wire/fragment_nack.ts";
import { Reassembly } from "../wire/reassembly.ts";
import type { ReassemblyPool, StalledMessage } from "../wire/reassembly_pool.ts";
import { encodeTlvs, type Tlv } from "../wire/tlv.ts";
import type { ClientDrops } from "./client_drops.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import { GroupReceiver } from "./group_receiver.ts";
import type { RelayClientCoreOptions } from "./relay_client_core_options.ts";
import { TokenReceiver } from "./token_receiver.ts";

/** What a channel is made of, beside the options of the client. */
export interface RelayChannelParts {
  /** Address of the relay. */
  readonly relay: Endpoint;
  /** The Fernet key, 44 characters, fresh for this registration (PROTOCOL 1.4). */
  readonly fernetKey: string;
  readonly pool: ReassemblyPool;
  readonly drops: ClientDrops;
}

/**
 * What a client shares with one relay under one Fernet key: from the moment that the key is made
 * until the next registration replaces it.
 */
export class RelayChannel {
  /** Address of the relay. */
  readonly relay: Endpoint;
  /** What waits to be sent to it. */
  readonly outbox: Outbox;
  /** What comes from it. */
  readonly receiver: TokenReceiver;
  /** What comes to the group; `undefined` when group delivery is not asked for. */
  readonly group: GroupReceiver | undefined;
  readonly #reassembly: Reassembly;
  readonly #pool: ReassemblyPool;
  readonly #types: TlvTypes;

  /** @param parts Its parts. @param options Those of the client. @param now The moment. */
  constructor(parts: RelayChannelParts, options: RelayClientCoreOptions, now: Instant) {
    const fernet = new Fernet(parts.fernetKey);
    const { types, name, maxMessageAgeSeconds } = options;
    const { pool, drops } = parts;
    this.relay = parts.relay;
    this.#types = types;
    this.outbox = new Outbox({
      types,
      budgetBytes: options.datagramBudgetBytes,
      sealer: fernet,
      randomBytes: options.randomBytes,
    }, now);
    this.#pool = pool;
    const reassembly = new Reassembly(pool, "relay");
    this.#reassembly = reassembly;
    this.receiver = new TokenReceiver({ types, fernet, maxMessageAgeSeconds, reassembly, drops });
    this.group = options.groupDelivery
      ? new GroupReceiver({ types, name, maxMessageAgeSeconds, pool, drops })
      : undefined;
  }

  /**
   * Seals TLVs that fit one datagram, ahead of what waits in the outbox.
   *
   * @param tlvs Their values are copied.
   * @param now The moment.
   * @returns The datagram.
   */
  seal(tlvs: readonly Tlv[], now: Instant): Uint8Array {
    return this.outbox.sealUrgent(encodeTlvs(tlvs), now);
  }

  /**
   * Seals a token that moves the session to where this client is now (PROTOCOL 1.5).
   *
   * @param sessionId 8 bytes.
   * @param plaintext The TLVs of the token, CLIENT_SEQUENCE among them; not kept.
   * @param now The moment.
   * @returns The datagram.
   */
  sealShowing(sessionId: Uint8Array, plaintext: Uint8Array, now: Instant): Uint8Array {
    const shown = encodeTlvs([{ type: this.#types.SESSION_ID, value: sessionId }]);
    return concat([shown, this.outbox.sealUrgent(plaintext, now)]);
  }

  /**
   * Seals a request for missing fragments.
   *
   * @param stalled What is missing, of a message of the relay or of the group.
   * @param now The moment.
   * @returns The datagram; `undefined` when too little has come of the message to ask for more.
   */
  sealFragmentNack(stalled: StalledMessage, now: Instant): Uint8Array | undefined {
    const tlv = { type: this.#types.FRAGMENT_NACK, value: encodeFragmentNack(stalled) };
    const datagram = this.seal([tlv], now);
    const reassembly = this.group?.reassemblyOf(stalled.peer) ?? this.#reassembly;
    const isAllowed = mayAskForFragments(reassembly, stalled, datagram.byteLength);
    return isAllowed ? datagram : undefined;
  }

  /** Whether an unfinished message may yet be finished by fragments that are asked for. */
  get isCollecting(): boolean {
    return this.#pool.isAsking;
  }

  /** Forgets unfinished messages of the relay, and the keys of the group. */
  close(): void {
    this.#reassembly.clear();
    this.group?.close();
  }
}
