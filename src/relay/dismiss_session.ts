import type { Instant } from "../session/instant.ts";
import type { Session } from "../session/session.ts";
import { encodeTlvs } from "../wire/tlv.ts";
import { cutText, MAX_REASON_BYTES } from "./cut_text.ts";
import type { RemovalReason } from "./relay_effects.ts";
import type { RelayState } from "./relay_state.ts";

/**
 * Says goodbye to a client and ends its session (PROTOCOL 1.5, DISCONNECT).
 *
 * @param state What the parts of the core share.
 * @param session The session.
 * @param reason Why, for log and watchers.
 * @param text Why, for the client; cut to `MAX_REASON_BYTES` on the wire.
 * @param now The moment.
 */
export function dismissSession(
  state: RelayState,
  session: Session,
  reason: RemovalReason,
  text: string,
  now: Instant,
): void {
  const value = new TextEncoder().encode(cutText(text, MAX_REASON_BYTES));
  const goodbye = encodeTlvs([{ type: state.options.types.DISCONNECT, value }]);
  state.delivery.sendUrgent(session, goodbye, now);
  state.removeSession(session, reason, text, now);
}
