import { earlierOf } from "../session/earlier_of.ts";
import type { Instant } from "../session/instant.ts";
import type { NoticeTeller } from "./notice_teller.ts";
import type { RelayState } from "./relay_state.ts";

/** Lets the group go on: changes its epoch, gives out keys, sends what waits (PROTOCOL 1.8). */
export class GroupDesk {
  readonly #state: RelayState;
  readonly #notices: NoticeTeller;

  /** @param state What the parts of the core share. @param notices Tells who joined and left. */
  constructor(state: RelayState, notices: NoticeTeller) {
    this.#state = state;
    this.#notices = notices;
  }

  /** Does what is due. */
  goOn(now: Instant): void {
    const { changes, keys, channel } = this.#state.group;
    if (changes.isUrgent) this.#change("at once", now);
    keys.give(now);
    // After it: a change that has just ended may have left newcomers out.
    if (!keys.isGiving) this.#changeIfDue(now);
    channel.release(now);
  }

  /** When `goOn` wants to run next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    const { changes, keys, channel, members } = this.#state.group;
    // A gathered change waits until the keys of the one before are given.
    const keysDueMs = keys.isGiving ? keys.nextDeadlineMs() : changes.nextDeadlineMs();
    return members.isEmpty ? undefined : earlierOf(keysDueMs, channel.nextDeadlineMs());
  }

  #changeIfDue(now: Instant): void {
    const { changes, keys, members } = this.#state.group;
    if (members.newcomers.size > 0) changes.wantForNewcomers();
    if (!changes.isDue(now.monotonicMs)) return;
    if (changes.isForNewcomers && !keys.isAnyReady()) changes.postpone(now.monotonicMs);
    else this.#change("when all have it", now);
  }

  #change(when: "at once" | "when all have it", now: Instant): void {
    const { group: { changes, keys, members }, notices } = this.#state;
    changes.begin(now.monotonicMs);
    if (members.isEmpty) return;
    // Told under the key of before, so that no new member is told of what was before its time. By a
    // change at once nobody becomes a member, and each token under a key that lasts a moment is one
    // more key that all must be given.
    const isTold = when === "when all have it" && notices.nextDeadlineMs() !== undefined;
    if (isTold) this.#notices.tell(now);
    keys.begin(when, now);
  }
}
