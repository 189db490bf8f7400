import { UdpSocket } from "../../src/session/udp_socket.ts";
import type { GroupAddress } from "../../src/wire/group_key.ts";

/** A group of no one: sent from 127.0.0.1, its datagrams stay on this machine. */
const GROUP = "239.255.77.98";

/** Gives the address of a multicast group with a UDP port that nobody uses now. */
export async function freeGroupAddress(): Promise<GroupAddress> {
  await using socket = UdpSocket.open({ hostname: GROUP, port: 0 });
  return { hostname: GROUP, port: socket.local.port };
}
