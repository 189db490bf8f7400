import type { HttpClock } from "../../src/http/http_clock.ts";
import type { Instant } from "../../src/session/instant.ts";
import { FakeClock } from "../control/fake_clock.ts";

/** A clock for the shell that moves, with timers that fire, only when the test says so. */
export class FakeHttpClock extends FakeClock implements HttpClock {
  now(): Instant {
    return { monotonicMs: this.nowMs(), unixMs: 1_700_000_000_000 + this.nowMs() };
  }
}
