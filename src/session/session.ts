import type { Fernet } from "../crypto/fernet.ts";
import type { Reassembly } from "../wire/reassembly.ts";
import type { AdmissionToken } from "./admission_tokens.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Outbox } from "./outbox.ts";
import type { ReplayMemory } from "./replay_memory.ts";
import type { ReplayWindow } from "./replay_window.ts";

/** One registered client, from its registration to its removal. */
export interface Session {
  /** Session id, 8 random bytes, as 16 hexadecimal digits. */
  readonly sessionId: string;
  /** `registrationDigest` of the ENCRYPTED_SYMMETRIC_KEY value that made it. */
  readonly registrationDigest: string;
  /** What others know it by: its client name if it gave one, else `ip:port`. */
  id: string;
  /** The client name that it gave. */
  readonly name: string | undefined;
  /** The token that it was admitted with, where one is asked for. */
  readonly token: AdmissionToken | undefined;
  /** What its run of a program calls itself, 32 hexadecimal digits; `undefined` when it does not say. */
  readonly instance: string | undefined;
  /** Feature bits that it was granted, u32. */
  readonly features: number;
  /** The newest relay sequence when it registered; it gets what comes after. */
  readonly baseSequence: bigint;
  /** The relay sequence before the first that it wants to hear again, where it asked for the past. */
  readonly replayFrom: bigint | undefined;
  /** Where it is; `Registry.move` alone changes this, the address and the id. */
  endpoint: Endpoint;
  /** `formatEndpoint(endpoint)`, the key of the registry. */
  address: string;
  readonly fernet: Fernet;
  readonly outbox: Outbox;
  readonly reassembly: Reassembly;
  readonly replayMemory: ReplayMemory;
  readonly replayWindow: ReplayWindow;
  /** Wall-clock time of the registration, milliseconds. */
  readonly sinceUnixMs: number;
  /** The number of the notice that it joined; earlier ones are about what was before its time. */
  joinNotice: number;
  /** Monotonic time of the last sign of life. */
  lastSeenMs: number;
  messagesIn: number;
  messagesOut: number;
  bytesIn: number;
  bytesOut: number;
}
