import { type ControlClock, SYSTEM_CLOCK } from "../control/control_clock.ts";
import type { Instant } from "../session/instant.ts";
import { readClocks } from "../session/read_clocks.ts";

/** Time and timers, as the shell of an HTTP server uses them; tests hand in their own. */
export interface HttpClock extends Pick<ControlClock, "startTimer"> {
  /** Reads both clocks. */
  now(): Instant;
}

/** The clocks and the timers of the platform. */
export const SYSTEM_HTTP_CLOCK: HttpClock = {
  now: readClocks,
  startTimer: SYSTEM_CLOCK.startTimer,
};
