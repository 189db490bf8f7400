import { formatEndpoint } from "../../src/session/endpoint.ts";
import { decodeTlvs } from "../../src/wire/tlv.ts";
import type { Packet, SentPacket } from "./fake_network.ts";
import { nameOfTlv } from "./named_tlv.ts";

/**
 * Says what a datagram is by the names of its outer TLVs.
 *
 * @param packet A datagram that was sent.
 * @returns Such as `PUBLIC_KEY_REQUEST`, or several names with `+` between.
 */
export function namesOf({ datagram }: Packet): string {
  return decodeTlvs(datagram).map((tlv) => nameOfTlv(tlv) ?? tlv.type).join("+");
}

/**
 * Picks the datagrams that hold a TLV and go to an address.
 *
 * @param packets Datagrams that were sent.
 * @param name Name of an outer TLV.
 * @param to `ip:port`; without it any address.
 */
export function packetsWith(
  packets: readonly SentPacket[],
  name: string,
  to?: string,
): SentPacket[] {
  return packets.filter((packet) =>
    (to === undefined || formatEndpoint(packet.to) === to) &&
    namesOf(packet).split("+").includes(name)
  );
}
