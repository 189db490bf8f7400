import type { SoakOptions } from "../soak_target.ts";
import { type Strain, strainOf } from "../relay/strain.ts";

/** Two relays and NATS share a machine with the fleet: half of what one relay alone is given. */
const MAX_CLIENTS = 100;
const MESSAGES_PER_SECOND = 25;
const ATTACKS_PER_SECOND = 100;

/** How many clients there are: as many as was asked for, within reason. */
export function clusterClients({ clients }: Pick<SoakOptions, "clients">): number {
  return Math.min(MAX_CLIENTS, clients);
}

/** Works out how hard to work a cluster. @param options How long it runs, and with how many clients. */
export function clusterStrainOf(options: Pick<SoakOptions, "seconds" | "clients">): Strain {
  return {
    ...strainOf({ ...options, clients: clusterClients(options) }),
    messagesPerSecond: MESSAGES_PER_SECOND,
    attacksPerSecond: ATTACKS_PER_SECOND,
  };
}
