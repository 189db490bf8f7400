/** Version, time, IV and HMAC of a Fernet token, bytes. */
const TOKEN_OVERHEAD_BYTES = 57;

const BLOCK_BYTES = 16;
const TLV_HEADER_BYTES = 4;

/** IPv4 and UDP; the same and Ethernet would be 66. */
const UDP_HEADER_BYTES = 28;

/** Ids, times and lengths beside the payload in what NATS keeps; about, for names differ. */
const SAID_FIELDS_BYTES = 140;

/** Subject, headers with mark and stream, and where the answer goes; about. */
const NATS_HEADER_BYTES = 260;

/** What is sealed as a Fernet token: padded, and a third longer in base64. */
function tokenBytes(plaintextBytes: number): number {
  const padded = (Math.floor(plaintextBytes / BLOCK_BYTES) + 1) * BLOCK_BYTES;
  return Math.ceil((padded + TOKEN_OVERHEAD_BYTES) / 3) * 4;
}

/** What a message takes on the network between client and relay, bytes; in one datagram. */
export function clientWireBytes(messageBytes: number): number {
  return tokenBytes(messageBytes + TLV_HEADER_BYTES) + TLV_HEADER_BYTES + UDP_HEADER_BYTES;
}

/** What a message takes between relay and NATS, or between servers, bytes. */
export function natsWireBytes(messageBytes: number): number {
  return tokenBytes(messageBytes + SAID_FIELDS_BYTES) + NATS_HEADER_BYTES;
}
