import type { Endpoint } from "../../../../src/session/endpoint.ts";
import { UdpSocket } from "../../../../src/session/udp_socket.ts";
import type { SeededRandom } from "../../../seeded_random.ts";

/** Ports of each address that are open at once. */
const PORTS_PER_ADDRESS = 3;

/** From where attackers send. */
export interface AttackPortsOptions {
  /** Addresses of this machine that no client has; other systems than Linux have but one. */
  readonly addresses: readonly string[];
  /** They go on from another port after so many datagrams, on average. */
  readonly datagramsPerPort: number;
  readonly random: SeededRandom;
}

/** Ports of several addresses, which change all the while: servers bound what they answer for each. */
export class AttackPorts implements AsyncDisposable {
  readonly #options: AttackPortsOptions;
  readonly #sockets: UdpSocket[];
  readonly #closing = new Set<Promise<void>>();
  #refused = 0;

  /** Opens them. */
  constructor(options: AttackPortsOptions) {
    this.#options = options;
    const addresses = Deno.build.os === "linux" ? options.addresses : ["127.0.0.1"];
    this.#sockets = addresses.flatMap((hostname) =>
      Array.from({ length: PORTS_PER_ADDRESS }, () => open(hostname))
    );
  }

  /** How many datagrams the system refused to send. */
  get refused(): number {
    return this.#refused;
  }

  /** Sends a datagram from one of them. */
  send(datagram: Uint8Array, target: Endpoint): void {
    const { random, datagramsPerPort } = this.#options;
    const place = random.below(this.#sockets.length);
    const socket = this.#sockets[place];
    if (socket === undefined) return;
    socket.send(datagram, target, () => this.#refused++);
    if (!random.chance(1 / datagramsPerPort)) return;
    this.#sockets[place] = open(socket.local.hostname);
    this.#close(socket);
  }

  /** Closes them. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) this.#close(socket);
    await Promise.all(this.#closing);
  }

  #close(socket: UdpSocket): void {
    const closing: Promise<void> = socket[Symbol.asyncDispose]()
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

function open(hostname: string): UdpSocket {
  return UdpSocket.open({ hostname, port: 0 });
}
