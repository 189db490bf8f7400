import { beginOpening, type Opening, type Origin } from "../../src/direct/opening.ts";
import { type ClientStanding, Peer } from "../../src/direct/peer.ts";
import { directReassemblyLimits } from "../../src/wire/direct_reassembly.ts";
import { ReassemblyPool } from "../../src/wire/reassembly_pool.ts";
import { DirectFakeKey } from "./direct_fake_key.ts";
import { SeededRandom } from "./seeded_random.ts";

/** How long the first block of a body is. */
const MODULUS_BYTES = 256;

/** A pool as a direct core has two of. */
export function directPool(): ReassemblyPool {
  const MEBIBYTE = 1024 * 1024;
  const limits = {
    maxBodyBytes: MEBIBYTE,
    maxTotalBytes: 16 * MEBIBYTE,
    maxMessages: 1_000,
    timeoutMs: 10_000,
  };
  return new ReassemblyPool(directReassemblyLimits(limits));
}

/** Someone without a key, at a port of 127.0.0.1. */
export function strangerPeer(port: number): Peer {
  const now = { monotonicMs: 0, unixMs: 0 };
  return new Peer({ hostname: "127.0.0.1", port }, directPool(), now);
}

/** The standing of a client. @param seed Of its key; another one makes another key. */
export function clientStanding(seed = 1, values: Partial<ClientStanding> = {}): ClientStanding {
  return {
    state: "client",
    key: new DirectFakeKey(new SeededRandom(seed), MODULUS_BYTES),
    sinceUnixMs: 0,
    hasDelivered: false,
    speaksHybrid: false,
    ...values,
  };
}

/** Someone with a key of its own, at a port of 127.0.0.1. */
export function clientPeer(port: number): Peer {
  const peer = strangerPeer(port);
  peer.becomeClient(clientStanding(port), directPool());
  return peer;
}

/** What differs between one body and another. */
export interface OpeningOptions {
  /** Its length, 4 or more. */
  readonly bytes?: number;
  /** What it begins with, u32. */
  readonly number?: number;
  readonly origin?: Origin;
}

/** A body that is to be opened. */
export function openingOf(peer: Peer, options: OpeningOptions = {}): Opening {
  const { bytes = 4, number = 0, origin = { type: "datagram" } } = options;
  const body = new Uint8Array(bytes);
  new DataView(body.buffer).setUint32(0, number);
  return beginOpening(peer, body, origin, MODULUS_BYTES);
}
