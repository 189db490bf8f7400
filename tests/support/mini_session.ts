import type { Fernet } from "../../src/crypto/fernet.ts";
import type { Endpoint } from "../../src/session/endpoint.ts";
import type { Reassembly } from "../../src/wire/reassembly.ts";

/** A client that is registered with a mini relay. */
export interface MiniSession {
  /** Where it is; roaming changes it. */
  endpoint: Endpoint;
  /** CLIENT_NAME, or `ip:port`. */
  readonly id: string;
  /** Whether it gave a CLIENT_NAME. */
  readonly hasName: boolean;
  readonly fernet: Fernet;
  /** The block that it was registered with, in base64. */
  readonly block: string;
  /** SESSION_ID in hexadecimal digits. */
  readonly sessionId: string;
  /** Whether it was granted reliable delivery. */
  readonly isReliable: boolean;
  /** Whether it was granted group delivery. */
  readonly isMember: boolean;
  /** The newest number when it registered. */
  readonly base: bigint;
  readonly reassembly: Reassembly;
  /** CLIENT_SEQUENCEs that were taken, and the numbers that the relay gave them: 0 for none. */
  readonly taken: Map<bigint, bigint>;
  /** The highest of them. */
  highest: bigint;
}
