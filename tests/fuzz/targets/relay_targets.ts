import { anyTarget, type FuzzTarget } from "./fuzz_target.ts";
import { RELAY_CODECS_TARGET } from "./relay_codecs_target.ts";
import { RELAY_MEMBERS_TARGET } from "./relay_members_target.ts";
import { RELAY_MIDDLE_TARGET } from "./relay_middle_target.ts";
import { RELAY_PRESENCE_TARGET } from "./relay_presence_target.ts";
import { RELAY_SESSION_TARGET } from "./relay_session_target.ts";

/** Everything of the relay protocol that is fuzzed, and what relays of a cluster say to each other. */
export const RELAY_TARGETS: readonly FuzzTarget[] = [
  anyTarget(RELAY_SESSION_TARGET),
  anyTarget(RELAY_MEMBERS_TARGET),
  anyTarget(RELAY_MIDDLE_TARGET),
  anyTarget(RELAY_PRESENCE_TARGET),
  anyTarget(RELAY_CODECS_TARGET),
];
