import { HushcastError } from "../errors.ts";
import { type Endpoint, formatEndpoint } from "../session/endpoint.ts";
import { type DatagramHandler, UdpSocket, UdpSocketError } from "../session/udp_socket.ts";

/** Raised when `--group` is no multicast address. */
export class GroupAddressError extends HushcastError {
  readonly code = "GROUP_ADDRESS";

  /** @param group What was given. */
  constructor(readonly group: string) {
    super(
      `Cannot use group ${group}: want a multicast address, 224.0.0.0 to 239.255.255.255 or ff00::/8`,
    );
  }
}

/** Where a relay listens. */
export interface RelaySocketOptions {
  /** IP address to bind to. */
  readonly bind: string;
  /** UDP port; 0 picks a free one. */
  readonly port: number;
  /** Multicast group to join, or `undefined` for none. */
  readonly group: string | undefined;
  /** IPv4 address (IPv6: index) of the interface to join on; `undefined` leaves it to the system. */
  readonly interface: string | undefined;
  /** Told when the system has no interface for multicast and loopback is used instead. */
  readonly onLoopbackOnly: (reason: string) => void;
}

const LOOPBACK = "127.0.0.1";

/**
 * The relay's UDP sockets: one for everything, or, when it is bound to one address of the machine,
 * a second one bound to the group, because a socket bound to a unicast address gets no multicast.
 * Everything is sent from the first.
 */
export class RelaySockets implements AsyncDisposable {
  readonly #unicast: UdpSocket;
  readonly #group: UdpSocket | undefined;
  /** Where the relay is reached. */
  readonly local: Endpoint;
  /** The multicast group and port, if it is reached by multicast. */
  readonly groupEndpoint: Endpoint | undefined;

  private constructor(unicast: UdpSocket, group: UdpSocket | undefined, address?: string) {
    this.#unicast = unicast;
    this.#group = group;
    this.local = unicast.local;
    this.groupEndpoint = address === undefined
      ? undefined
      : { hostname: address, port: this.local.port };
  }

  /**
   * Opens the sockets and joins the group.
   *
   * @throws {GroupAddressError} If the group is no multicast address.
   * @throws {UdpSocketError} If a socket can't be opened or the group not be joined.
   */
  static async open(options: RelaySocketOptions): Promise<RelaySockets> {
    const { group, port } = options;
    if (group !== undefined && !isMulticast(group)) throw new GroupAddressError(group);
    const bind = group?.includes(":") && options.bind === "0.0.0.0" ? "::" : options.bind;
    await using stack = new AsyncDisposableStack();
    const unicast = stack.use(UdpSocket.open({ hostname: bind, port }));
    if (group === undefined) return new RelaySockets(owned(stack, unicast), undefined);
    const isWildcard = bind === "0.0.0.0" || bind === "::";
    const listener = isWildcard
      ? unicast
      : stack.use(UdpSocket.open({ hostname: group, port: unicast.local.port }));
    await join(listener, group, options);
    return new RelaySockets(owned(stack, unicast), isWildcard ? undefined : listener, group);
  }

  /** See `UdpSocket.send`. */
  send(datagram: Uint8Array, to: Endpoint, onFailure: (error: unknown) => void): void {
    this.#unicast.send(datagram, to, onFailure);
  }

  /** See `UdpSocket.receive`; both sockets' datagrams go to the one handler. */
  async receive(handler: DatagramHandler): Promise<void> {
    await Promise.all([this.#unicast.receive(handler), this.#group?.receive(handler)]);
  }

  /** See `UdpSocket.flush`. */
  async flush(): Promise<void> {
    await this.#unicast.flush();
  }

  /** Leaves the group and closes the sockets; doing it twice is safe. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#group?.[Symbol.asyncDispose]();
    await this.#unicast[Symbol.asyncDispose]();
  }

  /** `127.0.0.1:47700`, as the ready line has it. */
  toString(): string {
    return formatEndpoint(this.local);
  }
}

async function join(socket: UdpSocket, group: string, options: RelaySocketOptions): Promise<void> {
  const isIPv6 = group.includes(":");
  if (options.interface !== undefined) return await socket.joinGroup(group, options.interface);
  try {
    await socket.joinGroup(group, isIPv6 ? "0" : "0.0.0.0");
  } catch (error) {
    // A machine without a network has no route for multicast, and still has its loopback.
    if (!(error instanceof UdpSocketError) || isIPv6) throw error;
    await socket.joinGroup(group, LOOPBACK);
    options.onLoopbackOnly(error.message);
  }
}

function isMulticast(group: string): boolean {
  if (group.includes(":")) return /^ff[0-9a-f]{2}:[0-9a-f:]*$/i.test(group);
  const bytes = group.split(".").map((part) => /^\d{1,3}$/.test(part) ? Number(part) : NaN);
  const [first = NaN] = bytes;
  return bytes.length === 4 && bytes.every((byte) => byte <= 255) && first >= 224 && first <= 239;
}

/** Takes the sockets out of the stack that would have closed them had something failed. */
function owned(stack: AsyncDisposableStack, unicast: UdpSocket): UdpSocket {
  stack.move();
  return unicast;
}
