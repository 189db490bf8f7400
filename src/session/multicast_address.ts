/**
 * Whether an IP address is one of a multicast group: 224.0.0.0 to 239.255.255.255, or ff00::/8.
 *
 * @param address Any text; one that is no IP address is none of a group either.
 * @see RFC 1112, section 4; RFC 4291, section 2.7
 */
export function isMulticastAddress(address: string): boolean {
  if (address.includes(":")) return /^ff[0-9a-f]{2}:[0-9a-f:]*$/i.test(address);
  const bytes = address.split(".").map((part) => /^\d{1,3}$/.test(part) ? Number(part) : NaN);
  const [first = NaN] = bytes;
  return bytes.length === 4 && bytes.every((byte) => byte <= 255) && first >= 224 && first <= 239;
}
