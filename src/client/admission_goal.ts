import type { AdmissionTrouble } from "./admission_trouble.ts";
import type { RelayClientError } from "./relay_client_error.ts";
import type { RelayTarget } from "./relay_target.ts";

/** How long one of several relays is tried. */
export interface AdmissionTurn {
  /** Monotonic time at which the turn ends while the relay has not answered. */
  readonly silentUntilMs: number;
  /** The same once it has given its public key. */
  readonly untilMs: number;
}

/** What an `Admission` is for. */
export interface AdmissionGoal {
  /** Where the relay is asked for. */
  readonly target: RelayTarget;
  /** What went wrong with it before; taken further. */
  readonly trouble: AdmissionTrouble;
  /** Whether the client was registered before: then a refusal that may pass is waited out. */
  readonly isReconnect: boolean;
  /** Monotonic time of the first PUBLIC_KEY_REQUEST. */
  readonly firstAskMs: number;
  /** Monotonic time at which it fails; `Infinity` for never. */
  readonly deadlineMs: number;
  /** Where there are other relays to try: when this one has had its turn. */
  readonly turn: AdmissionTurn | undefined;
}

/** Why a relay did not take a client in. */
export interface AdmissionFailure {
  readonly error: RelayClientError;
  /** Whether there is no use in asking it again. */
  readonly isRefusal: boolean;
}
