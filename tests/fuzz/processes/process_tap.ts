/** Most datagrams that are remembered: more look like those before. */
const MAX_RECORDED = 200;

/** Stands between one client and its server, and remembers what they say. */
export class ProcessTap implements AsyncDisposable {
  /** What came through, in either direction. */
  readonly recorded: Uint8Array[] = [];
  readonly #front = openSocket();
  readonly #back = openSocket();
  readonly #server: Deno.NetAddr;
  #client: Deno.Addr | undefined;
  readonly #pumps: readonly Promise<void>[];

  /** @param serverPort UDP port of the server on 127.0.0.1. */
  constructor(serverPort: number) {
    this.#server = { transport: "udp", hostname: "127.0.0.1", port: serverPort };
    this.#pumps = [this.#pumpToServer(), this.#pumpToClient()];
  }

  /** Where the client is to look for its server, `127.0.0.1:PORT`. */
  get address(): string {
    return `127.0.0.1:${portOf(this.#front)}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#front.close();
    this.#back.close();
    await Promise.all(this.#pumps);
  }

  async #pumpToServer(): Promise<void> {
    for await (const [datagram, from] of this.#front) {
      this.#client = from;
      this.#record(datagram);
      await send(this.#back, datagram, this.#server);
    }
  }

  async #pumpToClient(): Promise<void> {
    for await (const [datagram] of this.#back) {
      this.#record(datagram);
      if (this.#client !== undefined) await send(this.#front, datagram, this.#client);
    }
  }

  #record(datagram: Uint8Array): void {
    if (this.recorded.length < MAX_RECORDED) this.recorded.push(datagram.slice());
  }
}

/** A few sockets that strangers send from; what comes back is thrown away. */
export class StrangerSockets implements AsyncDisposable {
  readonly #sockets = Array.from({ length: 4 }, openSocket);
  readonly #drains = this.#sockets.map(drain);
  readonly #server: Deno.NetAddr;

  /** @param serverPort UDP port of the server on 127.0.0.1. */
  constructor(serverPort: number) {
    this.#server = { transport: "udp", hostname: "127.0.0.1", port: serverPort };
  }

  /** Sends a datagram. @param from Picks the socket. */
  async send(datagram: Uint8Array, from: number): Promise<void> {
    const socket = this.#sockets[from % this.#sockets.length];
    if (socket !== undefined) await send(socket, datagram, this.#server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.close();
    await Promise.all(this.#drains);
  }
}

function openSocket(): Deno.DatagramConn {
  return Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
}

function portOf({ addr }: Deno.DatagramConn): number {
  return addr.transport === "udp" ? addr.port : 0;
}

async function drain(socket: Deno.DatagramConn): Promise<void> {
  for await (const _ of socket);
}

async function send(socket: Deno.DatagramConn, datagram: Uint8Array, to: Deno.Addr): Promise<void> {
  try {
    await socket.send(datagram, to);
  } catch (error) {
    // Closed meanwhile.
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
