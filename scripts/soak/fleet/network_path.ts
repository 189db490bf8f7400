import { type Endpoint, formatEndpoint } from "../../../src/session/endpoint.ts";
import { UdpSocket } from "../../../src/session/udp_socket.ts";
import type { SeededRandom } from "../../seeded_random.ts";

const LOOPBACK = "127.0.0.1";

/** How many of the client's last datagrams can be sent again. */
const MAX_KEPT = 32;

/** Told of each datagram that a client sends to its relay; the bytes are good until it returns. */
export type DatagramTap = (datagram: Uint8Array) => void;

/**
 * Stands between one client and one relay as a NAT does: the relay sees the client at a port of the
 * path. The path can move to another port without the client's knowing, and can be cut.
 */
export class NetworkPath implements AsyncDisposable {
  readonly #relay: Endpoint;
  readonly #tap: DatagramTap | undefined;
  readonly #front = open();
  readonly #closing = new Set<Promise<void>>();
  /** What the client sent last. */
  readonly #sent: Uint8Array[] = [];
  #back = open();
  #client: Endpoint | undefined;
  #isCut = false;

  /** @param relay Where the relay is. @param tap Told of what the client sends. */
  constructor(relay: Endpoint, tap?: DatagramTap) {
    this.#relay = relay;
    this.#tap = tap;
    this.#own(this.#front.receive((datagram, from) => {
      this.#client = from;
      if (this.#isCut) return;
      this.#tap?.(datagram);
      const copy = datagram.slice();
      this.#sent.push(copy);
      if (this.#sent.length > MAX_KEPT) this.#sent.shift();
      this.#forward(copy);
    }));
    this.#listenBehind(this.#back);
  }

  /** Where the client is to look for its relay. */
  get local(): Endpoint {
    return this.#front.local;
  }

  /** Whether nothing gets through. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** Lets nothing through in either direction, until it is healed. */
  cut(): void {
    this.#isCut = true;
  }

  /** Lets everything through again. */
  heal(): void {
    this.#isCut = false;
  }

  /** Moves the client to another port; what is sent to the former one is lost. */
  move(): void {
    const former = this.#back;
    this.#back = open();
    this.#listenBehind(this.#back);
    this.#own(former[Symbol.asyncDispose]());
  }

  /** Sends a datagram to the relay as if the client had sent it. */
  inject(datagram: Uint8Array): void {
    if (!this.#isCut) this.#forward(datagram.slice());
  }

  /**
   * Sends one of the client's own last datagrams again, from where the relay sees the client now.
   *
   * @param random Says which.
   * @returns Whether there was one, and it could get through.
   */
  replay(random: SeededRandom): boolean {
    const datagram = random.pick(this.#sent);
    if (datagram === undefined || this.#isCut) return false;
    this.#forward(datagram);
    return true;
  }

  /** Closes its sockets. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#front[Symbol.asyncDispose](), this.#back[Symbol.asyncDispose]()]);
    await Promise.all(this.#closing);
  }

  /** Takes none of a socket's buffer: that is used again before the datagram has left. */
  #forward(datagram: Uint8Array): void {
    this.#back.send(datagram, this.#relay, () => undefined);
  }

  #listenBehind(back: UdpSocket): void {
    this.#own(back.receive((datagram, from) => {
      const isRelay = formatEndpoint(from) === formatEndpoint(this.#relay);
      if (this.#isCut || !isRelay || this.#client === undefined) return;
      this.#front.send(datagram.slice(), this.#client, () => undefined);
    }));
  }

  #own(work: Promise<void>): void {
    const owned: Promise<void> = work.finally(() => this.#closing.delete(owned));
    this.#closing.add(owned);
  }
}

function open(): UdpSocket {
  return UdpSocket.open({ hostname: LOOPBACK, port: 0 });
}
