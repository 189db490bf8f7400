import { systemReason } from "../observe/system_reason.ts";
import { formatEndpoint } from "../session/endpoint.ts";
import { UdpSocket, UdpSocketError } from "../session/udp_socket.ts";
import type { GroupAddress } from "../wire/group_key.ts";

const LOOPBACK = "127.0.0.1";

/** The system chooses. */
const ANY_INTERFACE = "0.0.0.0";

/** What a `GroupMembership` is made of. */
export interface GroupMembershipOptions {
  /** Address of the network interface that multicast is to come in by, if the user named one. */
  readonly interface: string | undefined;
  /** Takes what comes to the group. `datagram` is good until it returns. */
  readonly onDatagram: (datagram: Uint8Array) => void;
  /** Told why the group can't be joined, or be heard any more; what it throws ends the work. */
  readonly onFailure: (reason: string) => void;
}

/**
 * The multicast group from which a client receives, one at a time: a newer `join` or `leave` takes
 * the place of what was before, also when that is still under way.
 */
export class GroupMembership implements AsyncDisposable {
  readonly #options: GroupMembershipOptions;
  readonly #work = new Set<Promise<void>>();
  /** Ends what is under way. */
  #current: AbortController | undefined;

  /** @param options Its parts. */
  constructor(options: GroupMembershipOptions) {
    this.#options = options;
  }

  /**
   * Joins a group and receives from it.
   *
   * @param address The group's address; a multicast one.
   * @param relayHostname IP address of the relay: one on this machine is heard by loopback.
   */
  join(address: GroupAddress, relayHostname: string): void {
    this.leave();
    const current = new AbortController();
    this.#current = current;
    const work: Promise<void> = this.#receive(address, relayHostname, current.signal)
      .finally(() => this.#work.delete(work));
    this.#work.add(work);
  }

  /** Receives nothing any more. */
  leave(): void {
    this.#current?.abort();
    this.#current = undefined;
  }

  /** Leaves the group, and waits until its socket is closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.leave();
    await Promise.allSettled(this.#work);
  }

  async #receive(address: GroupAddress, relay: string, signal: AbortSignal): Promise<void> {
    try {
      // Whoever joins is in the midst of something, and is told nothing before that is done.
      await Promise.resolve();
      if (signal.aborted) return;
      await using socket = openSocket(address);
      await this.#joinOn(socket, address.hostname, relay);
      if (signal.aborted) return;
      const aborted = Promise.withResolvers<void>();
      signal.addEventListener("abort", () => aborted.resolve());
      await Promise.race([this.#receiveFrom(socket, address, signal), aborted.promise]);
    } catch (error) {
      if (signal.aborted) return;
      this.#options.onFailure(error instanceof Error ? error.message : String(error));
    }
  }

  async #receiveFrom(
    socket: UdpSocket,
    address: GroupAddress,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await socket.receive((datagram) => {
        if (!signal.aborted) this.#options.onDatagram(datagram);
      });
    } catch (error) {
      throw new UdpSocketError(failureText(address, error), { cause: error });
    }
  }

  async #joinOn(socket: UdpSocket, group: string, relay: string): Promise<void> {
    const isHere = relay.startsWith("127.") || relay === "::1";
    const named = this.#options.interface ?? (isHere ? LOOPBACK : ANY_INTERFACE);
    await socket.joinGroup(group, named);
  }
}

function failureText(address: GroupAddress, error: unknown): string {
  return `Cannot receive from group ${formatEndpoint(address)}: ${systemReason(error)}`;
}

/** Bound to the group, it gets nothing else; Windows does not allow that. */
function openSocket({ hostname, port }: GroupAddress): UdpSocket {
  const bind = Deno.build.os === "windows" ? ANY_INTERFACE : hostname;
  // Other clients on this machine are members too.
  return UdpSocket.open({ hostname: bind, port }, { sharesPort: true });
}
