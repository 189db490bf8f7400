import type { RelayCounters } from "../observe/counters.ts";
import type { Session } from "../session/session.ts";
import type { Delivery } from "./delivery.ts";
import { GroupChanges } from "./group_changes.ts";
import { GroupChannel } from "./group_channel.ts";
import { GroupKeys } from "./group_keys.ts";
import { GroupMembers } from "./group_members.ts";
import type { RemovalReason } from "./relay_effects.ts";
import type { RelayOptions } from "./relay_options.ts";

/** Removals after which the one removed must not read another message. */
const URGENT_REASONS: ReadonlySet<RemovalReason> = new Set(["kicked", "banned", "revoked"]);

/** What the relay keeps for group delivery (PROTOCOL 1.8). */
export class Group {
  readonly members: GroupMembers = new GroupMembers();
  readonly channel: GroupChannel;
  readonly keys: GroupKeys;
  readonly changes: GroupChanges = new GroupChanges();

  /** @param options Those of the relay. @param counters What is counted. @param delivery Sends. */
  constructor(options: RelayOptions, counters: RelayCounters, delivery: Delivery) {
    const { members } = this;
    const channel = new GroupChannel(options, delivery, members);
    this.channel = channel;
    this.keys = new GroupKeys({ options, counters, delivery, members, channel });
  }

  /** Takes note of a session that begins. */
  add(session: Session): void {
    this.members.add(session);
  }

  /** Takes note of a session that has ended, and brings its counters up to date. */
  remove(session: Session, reason: RemovalReason): void {
    // Whoever was never given a key can read nothing.
    if (this.keys.hasKey(session) && reason !== "shutdown") {
      if (URGENT_REASONS.has(reason)) this.changes.wantAtOnce();
      else this.changes.wantForLeavers();
    }
    this.members.remove(session);
    if (!this.members.isEmpty) return;
    this.channel.clear();
    this.keys.clear();
  }
}
