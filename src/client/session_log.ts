import type { EventLogger } from "../observe/event_logger.ts";
import { formatEndpoint } from "../session/endpoint.ts";
import type { ClientEffect } from "./client_effect.ts";

/**
 * Logs with which relay a client is, and which ones it tried in vain.
 *
 * @param logger Logged to, at level info; at level warn what its user can mend.
 * @param effect An effect; one about anything else is passed over.
 */
export function logSession(logger: EventLogger, effect: ClientEffect): void {
  switch (effect.type) {
    case "registered": {
      const { relay, fingerprint: identity, isReconnect: again } = effect;
      return logger.info("registered", { relay: formatEndpoint(relay), identity, again });
    }
    case "reconnecting": {
      const { relay, next, cause, reason } = effect;
      const fields = { relay: formatEndpoint(relay), cause, reason };
      return logger.info("relay lost", next ? { ...fields, next: formatEndpoint(next) } : fields);
    }
    case "relay_passed": {
      const { relay, next, error: { message: reason } } = effect;
      const fields = { relay: formatEndpoint(relay), reason, next: formatEndpoint(next) };
      return logger.info("relay passed over", fields);
    }
    case "registration_refused": {
      const { relay, error: { message: reason } } = effect;
      return logger.warn("registration refused", { relay: formatEndpoint(relay), reason });
    }
  }
}
