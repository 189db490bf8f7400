import type { SoakOptions } from "../soak_target.ts";

/** How hard a direct server and its clients are worked. */
export interface DirectStrain {
  /** See `DirectHabits`. */
  readonly pace: number;
  readonly messagesPerSecond: number;
  /** Datagrams of attackers a second. */
  readonly attacksPerSecond: number;
}

/** The most clients: above that, those that come back keep the server's RSA busy all the time. */
const MAX_CLIENTS = 100;

/** A run this long or longer has things happen as often as they do in life. */
const FULL_PACE_SECONDS = 300;
const LEAST_PACE = 0.05;

/** Of each client. */
const MESSAGES_PER_SECOND = 0.4;

const ATTACKS_PER_SECOND = 40;

/** How many clients there are: as many as was asked for, within reason. */
export function directClients({ clients }: Pick<SoakOptions, "clients">): number {
  return Math.min(MAX_CLIENTS, clients);
}

/** Works out how hard to work a server. @param options How long it runs, and with how many clients. */
export function directStrainOf(options: Pick<SoakOptions, "seconds" | "clients">): DirectStrain {
  return {
    pace: Math.min(1, Math.max(LEAST_PACE, options.seconds / FULL_PACE_SECONDS)),
    messagesPerSecond: MESSAGES_PER_SECOND * directClients(options),
    attacksPerSecond: ATTACKS_PER_SECOND,
  };
}
