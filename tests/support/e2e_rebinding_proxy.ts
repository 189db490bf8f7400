const LOOPBACK = "127.0.0.1";

/**
 * Stands between one client and its relay as a NAT does: the relay sees the client at a port of the
 * proxy, which can become another one without the client's knowing.
 */
export class RebindingProxy implements AsyncDisposable {
  readonly #front: Deno.DatagramConn;
  readonly #relay: Deno.NetAddr;
  #back: Deno.DatagramConn;
  #client: Deno.Addr | undefined;
  readonly #pumps: Promise<void>[] = [];

  /** @param relayPort UDP port of the relay on 127.0.0.1. */
  constructor(relayPort: number) {
    this.#relay = { transport: "udp", hostname: LOOPBACK, port: relayPort };
    this.#front = openSocket();
    this.#back = openSocket();
    this.#pumps.push(this.#pumpFromClient(), this.#pumpFromRelay(this.#back));
  }

  /** Where the client is to look for its relay, `127.0.0.1:PORT`. */
  get address(): string {
    return addressOf(this.#front);
  }

  /** Where the relay sees the client now, `127.0.0.1:PORT`. */
  get clientAddress(): string {
    return addressOf(this.#back);
  }

  /**
   * Moves the client to another port; what is sent to the former one is lost.
   *
   * @param hostname IP address of this machine at which the relay sees the client from now on.
   */
  rebind(hostname = LOOPBACK): void {
    const former = this.#back;
    this.#back = openSocket(hostname);
    this.#pumps.push(this.#pumpFromRelay(this.#back));
    former.close();
  }

  /** Closes its sockets. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#front.close();
    this.#back.close();
    await Promise.all(this.#pumps);
  }

  async #pumpFromClient(): Promise<void> {
    for await (const [datagram, from] of this.#front) {
      this.#client = from;
      await send(this.#back, datagram, this.#relay);
    }
  }

  async #pumpFromRelay(back: Deno.DatagramConn): Promise<void> {
    for await (const [datagram] of back) {
      if (this.#client !== undefined) await send(this.#front, datagram, this.#client);
    }
  }
}

function openSocket(hostname = LOOPBACK): Deno.DatagramConn {
  return Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
}

function addressOf({ addr }: Deno.DatagramConn): string {
  if (addr.transport !== "udp") throw new TypeError(`Cannot name address: ${addr.transport}`);
  return `${addr.hostname}:${addr.port}`;
}

/** A socket that was closed meanwhile, or a port where nobody listens any more, loses it. */
async function send(socket: Deno.DatagramConn, datagram: Uint8Array, to: Deno.Addr): Promise<void> {
  try {
    await socket.send(datagram, to);
  } catch (error) {
    const isGone = error instanceof Deno.errors.BadResource ||
      error instanceof Deno.errors.ConnectionRefused || error instanceof Deno.errors.Interrupted;
    if (!isGone) throw error;
  }
}
