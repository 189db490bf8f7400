import { UdpSocket } from "../../../src/session/udp_socket.ts";
import { GROUP_EPOCH_BYTES } from "../../../src/wire/group_frame.ts";
import type { GroupAddress } from "../../../src/wire/group_key.ts";
import { TLV_HEADER_BYTES, tryDecodeTlvs } from "../../../src/wire/tlv.ts";
import type { GroupInbox } from "./group_inbox.ts";

/** The sockets in the relay's group, which the receivers of this process share. */
export class GroupSockets implements AsyncDisposable {
  readonly #sockets: UdpSocket[] = [];
  #inboxes: readonly GroupInbox[] = [];

  /**
   * Joins the group.
   *
   * @param address Where the relay sends to.
   * @param count How many sockets.
   * @throws {UdpSocketError} If that is not possible.
   */
  static async open(address: GroupAddress, count: number): Promise<GroupSockets> {
    const sockets = new GroupSockets();
    for (let index = 0; index < count; index++) {
      const socket = UdpSocket.open(address, { sharesPort: true });
      sockets.#sockets.push(socket);
      await socket.joinGroup(address.hostname, "127.0.0.1");
      void socket.receive((datagram) => sockets.#read(index, datagram));
    }
    return sockets;
  }

  /** How many there are. */
  get count(): number {
    return this.#sockets.length;
  }

  /** Says who takes what comes: one inbox for each socket. */
  deliverTo(inboxes: readonly GroupInbox[]): void {
    this.#inboxes = inboxes;
  }

  /** Leaves the group. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#sockets.map((socket) => socket[Symbol.asyncDispose]()));
  }

  #read(index: number, datagram: Uint8Array): void {
    if (datagram.byteLength < TLV_HEADER_BYTES + GROUP_EPOCH_BYTES) return;
    const [tlv] = tryDecodeTlvs(datagram) ?? [];
    if (tlv !== undefined) this.#inboxes[index]?.read(tlv.type, tlv.value, performance.now());
  }
}
