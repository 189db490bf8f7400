import { setImmediate } from "node:timers";
import { HushcastError } from "../errors.ts";
import { Deque } from "./deque.ts";
import { type Endpoint, formatEndpoint } from "./endpoint.ts";

/** Large enough for any UDP payload; Deno's own default of 1,024 bytes would cut datagrams short. */
const RECEIVE_BUFFER_BYTES = 65_536;

/** Errors of the socket in a row that are taken as passing; one more ends the receive loop. */
const MAX_ERRORS_IN_A_ROW = 100;

/**
 * How long datagrams are handled in one go, milliseconds. As long as there are more, the socket hands
 * out one after the other, and no timer and nothing else of this process gets its turn.
 */
export const MAX_TURN_MS = 8;

/** Datagrams that wait for the system to take them; one more is refused. */
export const MAX_WAITING_SENDS = 65_536;

/** Raised when a UDP socket can't be opened, or its group not be joined. */
export class UdpSocketError extends HushcastError {
  /** Stable name of this error. */
  readonly code = "UDP_SOCKET";
}

/** What takes the datagrams. `datagram` is good until the handler returns. */
export type DatagramHandler = (datagram: Uint8Array, from: Endpoint) => void;

/** How a socket is opened. */
export interface UdpSocketOptions {
  /**
   * Whether others on this machine may be bound to the same address and port: each of them then gets
   * what comes to a multicast group. Not for unicast, of which one of them would get all.
   */
  readonly sharesPort?: boolean;
}

interface WaitingSend {
  readonly datagram: Uint8Array;
  readonly to: Endpoint;
  readonly onFailure: (error: unknown) => void;
}

/**
 * A UDP socket that can be disposed of, with sends that no caller need await.
 *
 * This is the one place that opens UDP sockets; servers and clients share it.
 */
export class UdpSocket implements AsyncDisposable {
  readonly #conn: Deno.DatagramConn;
  readonly #memberships: { leave(): Promise<void> }[] = [];
  #beside: UdpSocket | undefined;
  readonly #waiting = new Deque<WaitingSend>();
  #sending: Promise<void> | undefined;
  readonly #receiving = new Set<Promise<void>>();
  #isClosed = false;

  private constructor(conn: Deno.DatagramConn) {
    this.#conn = conn;
  }

  /**
   * Opens a socket.
   *
   * @param local IP address and port to bind to; port 0 picks a free one.
   * @param options How it is opened.
   * @throws {UdpSocketError} If the port is in use, the address not of this machine, or not allowed.
   */
  static open(local: Endpoint, { sharesPort = false }: UdpSocketOptions = {}): UdpSocket {
    try {
      const options = { transport: "udp", reuseAddress: sharesPort, ...local } as const;
      return new UdpSocket(Deno.listenDatagram(options));
    } catch (cause) {
      const reason = reasonOf(cause);
      throw new UdpSocketError(`Cannot open UDP ${formatEndpoint(local)}: ${reason}`, { cause });
    }
  }

  /** The address that it is bound to. */
  get local(): Endpoint {
    return endpointOf(this.#conn.addr);
  }

  /**
   * Joins a multicast group; the socket leaves it when it is disposed of.
   *
   * @param group IP address of the group.
   * @param networkInterface For IPv4 the address of the interface, for IPv6 its index.
   * @throws {UdpSocketError} If the group can't be joined there.
   */
  async joinGroup(group: string, networkInterface: string): Promise<void> {
    try {
      await this.#join(group, networkInterface);
    } catch (cause) {
      throw joinError(group, networkInterface, cause);
    }
  }

  /**
   * Joins the one group of the socket again if it is no member any more, because the interface went
   * away and came back as another one.
   *
   * @param group IP address of the group.
   * @param networkInterface As for `joinGroup`.
   * @returns Whether it was no member. Always false on Windows, and for IPv6 on Linux: they do not tell.
   * @throws {UdpSocketError} If the group can't be joined there.
   */
  async renewGroup(group: string, networkInterface: string): Promise<boolean> {
    if (Deno.build.os === "windows") return false;
    const outcome = await this.#rejoin(group, networkInterface);
    if (outcome !== "full") return outcome === "joined";
    // Linux lets a socket have 20 memberships, and counts those that went with their interface. But what
    // one socket of the machine has joined comes to all that are bound to the group or to any address.
    if (this.#beside !== undefined) {
      const beside = await this.#beside.#rejoin(group, networkInterface);
      if (beside !== "full") return beside === "joined";
      await this.#beside[Symbol.asyncDispose]();
    }
    if (this.#isClosed) return false;
    this.#beside = UdpSocket.open({ hostname: "127.0.0.1", port: 0 });
    await this.#beside.joinGroup(group, networkInterface);
    return true;
  }

  /**
   * Sends a datagram, in the order of the calls.
   *
   * @param datagram Not changed by anyone until it has left.
   * @param to Where to.
   * @param onFailure Called when the system refuses it, or more than `MAX_WAITING_SENDS` wait; a
   *   datagram that the network loses is not noticed.
   */
  send(datagram: Uint8Array, to: Endpoint, onFailure: (error: unknown) => void): void {
    if (this.#isClosed) return;
    if (this.#waiting.size >= MAX_WAITING_SENDS) {
      return onFailure(new UdpSocketError(`Cannot send: ${MAX_WAITING_SENDS} datagrams wait`));
    }
    this.#waiting.push({ datagram, to, onFailure });
    this.#sending ??= this.#sendWaiting();
  }

  /** Waits until everything sent so far is with the system. */
  async flush(): Promise<void> {
    await this.#sending;
  }

  /**
   * Hands every datagram to a handler until the socket is closed.
   *
   * @param handler Called for one datagram after the other; what it throws ends the loop.
   * @throws What the handler throws, and what the system says when receiving fails for good.
   */
  receive(handler: DatagramHandler): Promise<void> {
    const receiving = this.#receiveLoop(handler).finally(() => this.#receiving.delete(receiving));
    this.#receiving.add(receiving);
    return receiving;
  }

  /** Leaves the groups and closes the socket; doing it twice is safe. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.flush();
    await this.#beside?.[Symbol.asyncDispose]();
    for (const membership of this.#memberships) await membership.leave().catch(() => undefined);
    this.#conn.close();
    await Promise.allSettled(this.#receiving);
  }

  async #join(group: string, networkInterface: string): Promise<void> {
    this.#memberships.push(
      group.includes(":")
        ? await this.#conn.joinMulticastV6(group, Number(networkInterface))
        : await this.#conn.joinMulticastV4(group, networkInterface),
    );
  }

  async #rejoin(group: string, networkInterface: string): Promise<"joined" | "member" | "full"> {
    try {
      await this.#join(group, networkInterface);
      return "joined";
    } catch (cause) {
      // What the system says to a member.
      if (cause instanceof Deno.errors.AddrInUse || this.#isClosed) return "member";
      if (hasNoRoom(cause) && !group.includes(":")) return "full";
      throw joinError(group, networkInterface, cause);
    }
  }

  /** One at a time: sends that are under way together leave in any order. */
  async #sendWaiting(): Promise<void> {
    let next: WaitingSend | undefined;
    while ((next = this.#waiting.shift()) !== undefined) {
      const { hostname, port } = next.to;
      try {
        await this.#conn.send(next.datagram, { transport: "udp", hostname, port });
      } catch (error) {
        next.onFailure(error);
      }
    }
    this.#sending = undefined;
  }

  async #receiveLoop(handler: DatagramHandler): Promise<void> {
    const buffer = new Uint8Array(RECEIVE_BUFFER_BYTES);
    let errorsInARow = 0;
    let turnBeganMs = performance.now();
    while (!this.#isClosed) {
      let received: [Uint8Array, Deno.Addr];
      try {
        received = await this.#conn.receive(buffer);
        errorsInARow = 0;
      } catch (error) {
        // Some systems report an unreachable peer here; that must not end the socket.
        if (this.#isClosed) return;
        if (++errorsInARow > MAX_ERRORS_IN_A_ROW) throw error;
        continue;
      }
      handler(received[0], endpointOf(received[1]));
      // Also when it was idle meanwhile: a turn that was not needed costs a few microseconds.
      if (performance.now() - turnBeganMs < MAX_TURN_MS) continue;
      await nextTurn();
      turnBeganMs = performance.now();
    }
  }
}

/** Lets timers that are due run, and everything else that waits. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

function endpointOf(address: Deno.Addr): Endpoint {
  if (address.transport !== "udp") throw new TypeError(`Not a UDP address: ${address.transport}`);
  return { hostname: address.hostname, port: address.port };
}

function joinError(group: string, networkInterface: string, cause: unknown): UdpSocketError {
  const where = `group ${group} on interface ${networkInterface}`;
  return new UdpSocketError(`Cannot join ${where}: ${reasonOf(cause)}`, { cause });
}

function hasNoRoom(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ENOBUFS";
}

/** In the words of the runtime. */
const NO_NAME = /^failed to lookup address information/;

/** ENODEV, in the words of the system, where a group is joined on an interface that is not there. */
const NO_DEVICE = /^No such device\b/;

function reasonOf(cause: unknown): string {
  if (cause instanceof Deno.errors.AddrInUse) return "the port is in use";
  if (cause instanceof Deno.errors.AddrNotAvailable) return "no such address on this machine";
  if (cause instanceof Deno.errors.PermissionDenied) return "permission denied";
  const message = cause instanceof Error ? cause.message : String(cause);
  if (NO_DEVICE.test(message)) return "no network interface has this address";
  return NO_NAME.test(message) ? "no such name, or the name service does not answer" : message;
}
