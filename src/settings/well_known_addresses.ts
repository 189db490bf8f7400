/** Multicast group of a relay when nothing else is configured. */
export const RELAY_GROUP = "239.255.77.77";

/** UDP port of a relay when nothing else is configured. */
export const RELAY_PORT = 47700;

/** Relays that one client may name. */
export const MAX_RELAYS = 16;

/** UDP port of a direct server when nothing else is configured. */
export const DIRECT_PORT = 47710;

/** Address of the control port when nothing else is configured: this machine only. */
export const CONTROL_HOST = "127.0.0.1";

/** TCP port of the dashboard and the metrics when only an address is given. */
export const HTTP_PORT = 47702;

/** TCP port of the control port when nothing else is configured. */
export const CONTROL_PORT = 47701;
