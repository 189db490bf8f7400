/** The most that one flood sends: the tests share their machine with others. */
export const MAX_FLOOD_DATAGRAMS = 20_000;

/**
 * Datagrams sent at once, and the pause behind them: some 8,000 a second. More than that the kernel
 * drops before the relay sees it, the good with the bad; and it would be over too soon.
 */
const BURST_DATAGRAMS = 32;
const PAUSE_MS = 4;

/** What a flood is made of. */
export interface FloodOptions {
  /** UDP port of the relay on 127.0.0.1. */
  readonly relayPort: number;
  /** How many ports of 127.0.0.1 it comes from, in turn. */
  readonly ports: number;
  /** Makes the datagram of a number, from 0. */
  readonly datagram: (index: number) => Uint8Array;
}

/** Datagrams from one source, far more than a relay can decrypt, until it is stopped or spent. */
export class Flood implements AsyncDisposable {
  readonly #options: FloodOptions;
  readonly #sockets: readonly Deno.DatagramConn[];
  readonly #flooding: Promise<void>;
  #sent = 0;
  #isStopped = false;

  /** Begins at once. @param options What it is made of. */
  constructor(options: FloodOptions) {
    this.#options = options;
    this.#sockets = Array.from(
      { length: options.ports },
      () => Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 }),
    );
    this.#flooding = this.#flood();
  }

  /** Datagrams sent so far. */
  get sent(): number {
    return this.#sent;
  }

  /** Whether it has sent all that it may. */
  get isSpent(): boolean {
    return this.#sent >= MAX_FLOOD_DATAGRAMS;
  }

  /** Waits until so many datagrams are sent in all, or none is sent any more. */
  async reaches(count: number): Promise<void> {
    while (this.#sent < count && !this.#isOver) await pause();
  }

  /** Stops it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    await this.#flooding;
    for (const socket of this.#sockets) socket.close();
  }

  async #flood(): Promise<void> {
    const { relayPort, datagram } = this.#options;
    const to = { transport: "udp", hostname: "127.0.0.1", port: relayPort } as const;
    while (!this.#isOver) {
      const socket = this.#sockets[this.#sent % this.#sockets.length];
      await socket?.send(datagram(this.#sent), to);
      if (++this.#sent % BURST_DATAGRAMS === 0) await pause();
    }
  }

  get #isOver(): boolean {
    return this.#isStopped || this.isSpent;
  }
}

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
