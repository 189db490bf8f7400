import { HushcastError } from "../errors.ts";
import { type Endpoint, formatEndpoint } from "../session/endpoint.ts";
import { isMulticastAddress } from "../session/multicast_address.ts";
import { type DatagramHandler, UdpSocket, UdpSocketError } from "../session/udp_socket.ts";
import type { GroupDelivery } from "./group_delivery.ts";

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

/** Raised when messages can't go to the group by multicast. */
export class GroupDeliveryError extends HushcastError {
  readonly code = "GROUP_DELIVERY";

  /** @param group The group, or `undefined` when there is none. */
  constructor(readonly group: string | undefined) {
    super(
      `Cannot deliver messages by multicast: want a group with an IPv4 address, got ${
        group ?? "none"
      }`,
    );
  }
}

/** How messages are to reach the clients that have group delivery. */
export interface GroupDeliveryPlan {
  readonly mode: GroupDelivery["mode"];
  /** UDP port to which they go by multicast; 0 for the one above the relay's own. */
  readonly port: number;
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
  /** How messages reach the clients that have group delivery. */
  readonly groupDelivery: GroupDeliveryPlan;
  /** Told when the system has no interface for multicast and loopback is used instead. */
  readonly onLoopbackOnly: (reason: string) => void;
}

/** What a `RelaySockets` is made of. */
interface RelaySocketParts {
  readonly unicast: UdpSocket;
  /** Gets what is sent to the group, where the first one does not. */
  readonly listener: UdpSocket | undefined;
  /** Sends to the group, where the first one would send by another interface. */
  readonly sender: UdpSocket | undefined;
  readonly group: string | undefined;
  /** Where the group is joined again when the membership is lost. */
  readonly groupInterface: string | undefined;
  /** Whether the system had no interface for multicast, and another one may be taken once it has. */
  readonly isLoopbackOnly: boolean;
  readonly groupDelivery: GroupDelivery;
}

const LOOPBACK = "127.0.0.1";
const MAX_PORT = 0xffff;

/**
 * The relay's UDP sockets: one for everything, or, when it is bound to one address of the machine,
 * a second one bound to the group, because a socket bound to a unicast address gets no multicast.
 *
 * All is sent from the first. What goes to the group leaves by the interface whose address its
 * socket is bound to; where that is not the one on which the group is joined, there is a socket for
 * it that is.
 */
export class RelaySockets implements AsyncDisposable {
  readonly #parts: RelaySocketParts;
  /** Where the relay is reached. */
  readonly local: Endpoint;
  /** The multicast group and port, if it is reached by multicast. */
  readonly groupEndpoint: Endpoint | undefined;

  private constructor(parts: RelaySocketParts) {
    const { unicast, group } = parts;
    this.#parts = parts;
    this.local = unicast.local;
    this.groupEndpoint = group === undefined
      ? undefined
      : { hostname: group, port: this.local.port };
  }

  /**
   * Opens the sockets and joins the group.
   *
   * @throws {GroupAddressError} If the group is no multicast address.
   * @throws {GroupDeliveryError} If messages are to go to the group, and it has no IPv4 address.
   * @throws {UdpSocketError} If a socket can't be opened or the group not be joined.
   */
  static async open(options: RelaySocketOptions): Promise<RelaySockets> {
    const { group, port } = options;
    if (group !== undefined && !isMulticastAddress(group)) throw new GroupAddressError(group);
    rejectGroupDelivery(options);
    const bind = group?.includes(":") && options.bind === "0.0.0.0" ? "::" : options.bind;
    await using stack = new AsyncDisposableStack();
    const unicast = stack.use(UdpSocket.open({ hostname: bind, port }));
    let listener: UdpSocket | undefined;
    let sender: UdpSocket | undefined;
    let groupInterface = options.interface;
    let isLoopbackOnly = false;
    if (group !== undefined) {
      const isWildcard = bind === "0.0.0.0" || bind === "::";
      const groupLocal = { hostname: group, port: unicast.local.port };
      if (!isWildcard) listener = stack.use(UdpSocket.open(groupLocal));
      const joinedOn = await join(listener ?? unicast, group, options);
      const isElsewhere = joinedOn !== undefined && joinedOn !== bind;
      if (options.groupDelivery.mode === "multicast" && isElsewhere) {
        sender = stack.use(UdpSocket.open({ hostname: joinedOn, port: 0 }));
        groupInterface = joinedOn;
      }
      isLoopbackOnly = groupInterface === undefined && joinedOn === LOOPBACK;
    }
    const groupDelivery = groupDeliveryOf(options, unicast.local.port);
    stack.move();
    return new RelaySockets({
      unicast,
      listener,
      sender,
      group,
      groupInterface,
      isLoopbackOnly,
      groupDelivery,
    });
  }

  /** Whether the group is joined on loopback alone, for want of another interface, until there is one. */
  get isLoopbackOnly(): boolean {
    return this.#parts.isLoopbackOnly;
  }

  /** How messages reach the clients that have group delivery, and where. */
  get groupDelivery(): GroupDelivery {
    return this.#parts.groupDelivery;
  }

  /** See `UdpSocket.send`. */
  send(datagram: Uint8Array, to: Endpoint, onFailure: (error: unknown) => void): void {
    this.#parts.unicast.send(datagram, to, onFailure);
  }

  /** Sends by multicast to the address of group delivery; see `UdpSocket.send`. */
  sendToGroup(datagram: Uint8Array, onFailure: (error: unknown) => void): void {
    const { sender, unicast, groupDelivery } = this.#parts;
    if (groupDelivery.mode !== "multicast") return;
    (sender ?? unicast).send(datagram, groupDelivery.address, onFailure);
  }

  /**
   * Joins the group again if the membership is lost; see `UdpSocket.renewGroup`. A relay that began
   * without a network joins it on the one that it has by now.
   */
  async renewGroup(): Promise<boolean> {
    const { unicast, listener, group, groupInterface } = this.#parts;
    if (group === undefined) return false;
    const systemsChoice = group.includes(":") ? "0" : "0.0.0.0";
    return await (listener ?? unicast).renewGroup(group, groupInterface ?? systemsChoice);
  }

  /** See `UdpSocket.receive`; both sockets' datagrams go to the one handler. */
  async receive(handler: DatagramHandler): Promise<void> {
    const { unicast, listener } = this.#parts;
    await Promise.all([unicast.receive(handler), listener?.receive(handler)]);
  }

  /** See `UdpSocket.flush`. */
  async flush(): Promise<void> {
    await Promise.all([this.#parts.unicast.flush(), this.#parts.sender?.flush()]);
  }

  /** Leaves the group and closes the sockets; doing it twice is safe. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { unicast, listener, sender } = this.#parts;
    await listener?.[Symbol.asyncDispose]();
    await sender?.[Symbol.asyncDispose]();
    await unicast[Symbol.asyncDispose]();
  }

  /** `127.0.0.1:47700`, as the ready line has it. */
  toString(): string {
    return formatEndpoint(this.local);
  }
}

/** Joins a group. @returns The address of the interface; `undefined` when the system has chosen it. */
async function join(
  socket: UdpSocket,
  group: string,
  options: RelaySocketOptions,
): Promise<string | undefined> {
  const isIPv6 = group.includes(":");
  if (options.interface !== undefined) {
    await socket.joinGroup(group, options.interface);
    return options.interface;
  }
  try {
    await socket.joinGroup(group, isIPv6 ? "0" : "0.0.0.0");
    return undefined;
  } catch (error) {
    // A machine without a network has no route for multicast, and still has its loopback.
    if (!(error instanceof UdpSocketError) || isIPv6) throw error;
    await socket.joinGroup(group, LOOPBACK);
    options.onLoopbackOnly(error.message);
    return LOOPBACK;
  }
}

function rejectGroupDelivery({ group, groupDelivery }: RelaySocketOptions): void {
  if (groupDelivery.mode !== "multicast") return;
  if (group === undefined || group.includes(":")) throw new GroupDeliveryError(group);
}

function groupDeliveryOf(options: RelaySocketOptions, relayPort: number): GroupDelivery {
  const { group, groupDelivery: { mode, port } } = options;
  if (mode !== "multicast" || group === undefined) {
    return { mode: mode === "multicast" ? "off" : mode };
  }
  // Not the relay's own port: then a client on the same machine would have to share it, and the relay
  // would get its own messages.
  const next = relayPort < MAX_PORT ? relayPort + 1 : relayPort - 1;
  return { mode, address: { hostname: group, port: port === 0 ? next : port } };
}
