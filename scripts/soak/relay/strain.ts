import type { SoakOptions } from "../soak_target.ts";

/** How hard a relay and its clients are worked. */
export interface Strain {
  /** See `FleetOptions`. */
  readonly pace: number;
  readonly messagesPerSecond: number;
  readonly largePerMinute: number;
  /** Datagrams of attackers a second. */
  readonly attacksPerSecond: number;
  /** Messages that the history keeps: few enough that it is full before warm-up ends. */
  readonly historyMessages: number;
  readonly clientTimeoutSeconds: number;
}

/** Copies of messages that one process with all clients can take a second, and have time left. */
const DELIVERIES_PER_SECOND = 8_000;

/** However few clients there are, no more messages a second. */
const MAX_MESSAGES_PER_SECOND = 60;

/** Large messages, each a thousand datagrams and more to everybody. */
const LARGE_PER_MINUTE = 3;

const ATTACKS_PER_SECOND = 200;

/** A run of two minutes or longer has things happen as often as they do in life. */
const FULL_PACE_SECONDS = 120;
const LEAST_PACE = 0.05;

const HISTORY_MESSAGES = 1_200;
const CLIENT_TIMEOUT_SECONDS = 20;
const LEAST_CLIENT_TIMEOUT_SECONDS = 5;

/** Works out how hard to work a system. @param options How long it runs, and with how many clients. */
export function strainOf({ seconds, clients }: Pick<SoakOptions, "seconds" | "clients">): Strain {
  const pace = Math.min(1, Math.max(LEAST_PACE, seconds / FULL_PACE_SECONDS));
  const timeout = Math.ceil(CLIENT_TIMEOUT_SECONDS * pace);
  return {
    pace,
    messagesPerSecond: Math.min(MAX_MESSAGES_PER_SECOND, DELIVERIES_PER_SECOND / clients),
    largePerMinute: LARGE_PER_MINUTE / pace,
    attacksPerSecond: ATTACKS_PER_SECOND,
    historyMessages: HISTORY_MESSAGES,
    clientTimeoutSeconds: Math.max(LEAST_CLIENT_TIMEOUT_SECONDS, timeout),
  };
}
