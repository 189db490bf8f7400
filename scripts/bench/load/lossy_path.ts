import type { Endpoint } from "../../../src/session/endpoint.ts";
import { UdpSocket } from "../../../src/session/udp_socket.ts";

/**
 * What lies between a client and its relay, and loses datagrams both ways. A kernel can do the same,
 * but not every one, nor for everyone.
 */
export class LossyPath implements AsyncDisposable {
  readonly #near = UdpSocket.open({ hostname: "127.0.0.1", port: 0 });
  readonly #far = UdpSocket.open({ hostname: "127.0.0.1", port: 0 });
  #client: Endpoint | undefined;

  /**
   * @param relay Where it leads.
   * @param isLost Asked for each datagram, either way.
   */
  constructor(relay: Endpoint, isLost: () => boolean) {
    void this.#near.receive((datagram, from) => {
      this.#client = from;
      if (!isLost()) this.#far.send(datagram.slice(), relay, () => undefined);
    });
    void this.#far.receive((datagram) => {
      if (this.#client === undefined || isLost()) return;
      this.#near.send(datagram.slice(), this.#client, () => undefined);
    });
  }

  /** Where the client finds the relay. */
  get entrance(): Endpoint {
    return this.#near.local;
  }

  /** Closes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#near[Symbol.asyncDispose](), this.#far[Symbol.asyncDispose]()]);
  }
}
