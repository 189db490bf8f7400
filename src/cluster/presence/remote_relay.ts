import type { RelayId } from "../cluster_bus.ts";
import type { LocatedClient } from "./located_client.ts";
import { RosterCopy } from "./roster_copy.ts";

/** Why a relay is gone: it said so, or it was not heard any more. */
export type GoneReason = "relay_stopped" | "relay_lost";

/** Whether a relay is there. */
export type RelayState =
  | { readonly state: "present"; readonly heardMs: number }
  /** Its clients may yet turn up elsewhere, until `untilMs`. */
  | { readonly state: "gone"; readonly reason: GoneReason; readonly untilMs: number };

/** Another relay of the cluster, as far as is known here. */
export class RemoteRelay {
  readonly relayId: RelayId;
  /** What people call it. */
  readonly name: string;
  /** How far its roster is known. */
  readonly copy: RosterCopy = new RosterCopy();
  /** Its clients by session id, as it told them. */
  readonly clients: Map<string, LocatedClient> = new Map();
  state: RelayState;

  /** @param relayId The relay. @param name What it calls itself. @param nowMs Monotonic time. */
  constructor(relayId: RelayId, name: string, nowMs: number) {
    this.relayId = relayId;
    this.name = name;
    this.state = { state: "present", heardMs: nowMs };
  }

  /** Whether it is there. */
  get isPresent(): boolean {
    return this.state.state === "present";
  }

  /** Whether it is there and was heard at `sinceMs` or later, monotonic milliseconds. */
  wasHeardSince(sinceMs: number): boolean {
    return this.state.state === "present" && this.state.heardMs >= sinceMs;
  }
}
