import { type Endpoint, formatEndpoint } from "../../../src/session/endpoint.ts";
import { UdpSocket } from "../../../src/session/udp_socket.ts";
import { decodeGroupKey } from "../../../src/wire/group_key.ts";
import { joinMessage } from "../../../src/wire/message.ts";
import {
  decodeRegistrationAccepted,
  type RegistrationAccepted,
} from "../../../src/wire/registration_accepted.ts";
import { decodeRegistrationRejected } from "../../../src/wire/registration_rejected.ts";
import { encodeTlvs, type Tlv, TLV_HEADER_BYTES } from "../../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES as TYPES } from "../../../src/wire/tlv_types.ts";
import { ClientSealer } from "./client_sealer.ts";
import { FragmentCollector } from "./fragment_collector.ts";
import { GroupInbox } from "./group_inbox.ts";
import type { GroupKeys } from "./group_keys.ts";
import type { MessageSink } from "./message_sink.ts";

const NOTHING = new Uint8Array();

/** What a `BenchClient` is made of. */
export interface BenchClientOptions {
  readonly relay: Endpoint;
  /** Feature bits that it asks for; 0 makes it a client of the base protocol. */
  readonly features: number;
  /** Where it puts the group keys that it gets. */
  readonly groupKeys: GroupKeys;
  /** Told the `ip:port` of each client that joins. */
  readonly onJoined?: (id: string) => void;
}

/** A client that does only what a measurement needs, as cheaply as it goes. */
export class BenchClient implements AsyncDisposable {
  readonly #options: BenchClientOptions;
  readonly #socket = UdpSocket.open({ hostname: "127.0.0.1", port: 0 });
  readonly #sealer = new ClientSealer();
  readonly #fragments = new FragmentCollector();
  readonly #registered = Promise.withResolvers<void>();
  #encryptedKey: Uint8Array = NOTHING;
  #accepted: RegistrationAccepted | undefined;
  #sink: { readonly sink: MessageSink; readonly receiver: number } | undefined;
  #group: GroupInbox | undefined;
  #isDeaf = false;
  #epoch = 0;
  #heardMs = performance.now();

  /** @param options What it is made of. */
  constructor(options: BenchClientOptions) {
    this.#options = options;
    this.#registered.promise.catch(() => undefined);
    this.#socket.receive((datagram) => this.#read(datagram)).catch(this.#registered.reject);
  }

  /** Its `ip:port`. */
  get id(): string {
    return formatEndpoint(this.#socket.local);
  }

  /** Its Fernet key, 44 characters. */
  get fernetKey(): string {
    return this.#sealer.fernetKey;
  }

  /** What the relay said when it took the client in; a relay of the base protocol says nothing. */
  get accepted(): RegistrationAccepted | undefined {
    return this.#accepted;
  }

  /** The latest epoch whose key came; 0 while none did. */
  get epoch(): number {
    return this.#epoch;
  }

  /** When something came last, monotonic milliseconds. */
  get heardMs(): number {
    return this.#heardMs;
  }

  /** Resolves when the relay has taken it in, or `confirm` was called; rejects when it refuses. */
  get registered(): Promise<void> {
    return this.#registered.promise;
  }

  /** Notes that others have seen it join. */
  confirm(): void {
    this.#registered.resolve();
  }

  /** Asks to be registered. @param encryptedKey `fernetKey`, encrypted for the relay. */
  register(encryptedKey: Uint8Array): void {
    this.#encryptedKey = encryptedKey;
    this.#sendRegistration([]);
  }

  /** Hands messages of others to a sink, from now on. @param receiver Its number there. */
  listen(sink: MessageSink, receiver: number): void {
    this.#sink = { sink, receiver };
    this.#group = new GroupInbox(this.#options.groupKeys, sink, receiver);
  }

  /** Reads nothing more. */
  ignoreAll(): void {
    this.#isDeaf = true;
  }

  /**
   * Seals a message.
   *
   * @param payload Not kept.
   * @returns The datagrams that carry it.
   */
  sealMessage(payload: Uint8Array): Uint8Array[] {
    return this.#sealer.sealMessage(payload);
  }

  /** Sends datagrams to the relay. */
  send(datagrams: readonly Uint8Array[]): void {
    for (const datagram of datagrams) {
      this.#socket.send(datagram, this.#options.relay, this.#registered.reject);
    }
  }

  /** Tells the relay that it is there. */
  keepAlive(): void {
    this.send([encodeTlvs([{ type: TYPES.KEEP_ALIVE, value: NOTHING }])]);
  }

  /** Asks for the group key again (PROTOCOL 1.8). */
  askForGroupKey(): void {
    this.send([this.#sealer.seal({ type: TYPES.KEEP_ALIVE, value: NOTHING })]);
  }

  /** Leaves the relay, and closes the socket when that is said. */
  async leave(): Promise<void> {
    this.send([this.#sealer.seal({ type: TYPES.DISCONNECT, value: NOTHING })]);
    await this[Symbol.asyncDispose]();
  }

  /** Closes the socket. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket[Symbol.asyncDispose]();
  }

  #sendRegistration(cookie: readonly Tlv[]): void {
    const { features } = this.#options;
    this.send([this.#sealer.registration(this.#encryptedKey, features, cookie)]);
  }

  /** Only the first TLV: a relay puts what it says to a client into datagrams of one. */
  #read(datagram: Uint8Array): void {
    if (this.#isDeaf || datagram.byteLength < TLV_HEADER_BYTES) return;
    const type = (datagram[0] ?? 0) << 8 | (datagram[1] ?? 0);
    const valueBytes = (datagram[2] ?? 0) << 8 | (datagram[3] ?? 0);
    const value = datagram.subarray(TLV_HEADER_BYTES, TLV_HEADER_BYTES + valueBytes);
    this.#heardMs = performance.now();
    switch (type) {
      case TYPES.SYMMETRICALLY_ENCRYPTED_MESSAGE:
        return this.#readToken(value);
      case TYPES.FRAGMENT: {
        const token = this.#fragments.add(value);
        return token === undefined ? undefined : this.#readToken(token);
      }
      case TYPES.GROUP_MESSAGE:
      case TYPES.GROUP_FRAGMENT:
        return this.#group?.read(type, value, this.#heardMs);
      case TYPES.COOKIE:
        return this.#sendRegistration([{ type, value: value.slice() }]);
      case TYPES.REGISTRATION_REJECTED:
        return this.#reject(value);
    }
  }

  #readToken(token: Uint8Array): void {
    // A member of the group gets messages from the group, and what is sealed for it is for it alone.
    const isMember = this.#epoch > 0;
    if (!isMember && this.#sink?.sink.countUnopened(this.#sink.receiver)) return;
    const tlvs = this.#sealer.open(token);
    if (tlvs === undefined) return this.#sink?.sink.takeDamaged();
    const payload = joinMessage(TYPES.MESSAGE, tlvs);
    if (payload !== undefined) this.#sink?.sink.take(this.#sink.receiver, payload, this.#heardMs);
    else for (const tlv of tlvs) this.#readNews(tlv);
  }

  #readNews({ type, value }: Tlv): void {
    if (type === TYPES.REGISTRATION_ACCEPTED) {
      this.#accepted = decodeRegistrationAccepted(value);
      this.#registered.resolve();
    } else if (type === TYPES.NOTIFY_CONNECT) {
      this.#options.onJoined?.(new TextDecoder().decode(value));
    } else if (type === TYPES.GROUP_KEY) {
      const groupKey = decodeGroupKey(value);
      if (groupKey === undefined) return this.#sink?.sink.takeDamaged();
      this.#epoch = Math.max(this.#epoch, groupKey.epoch);
      this.#options.groupKeys.learn(groupKey);
    }
  }

  #reject(value: Uint8Array): void {
    const text = value.byteLength === 0 ? "no reason" : decodeRegistrationRejected(value).text;
    this.#registered.reject(new Error(`Cannot measure: the relay refuses a client: ${text}`));
  }
}
