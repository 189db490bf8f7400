import type { Tlv } from "../../src/wire/tlv.ts";
import type { MiniRelay } from "./mini_relay.ts";
import type { MiniSession } from "./mini_session.ts";

/** Has a relay number messages of ben, and keep them. Returns the TLVs of each. */
export function numberMessages(relay: MiniRelay, texts: readonly string[]): Tlv[][] {
  return texts.map((text) => relay.relayed("ben", text));
}

/** Has a relay send some of several messages, by index. */
export function sendSome(
  relay: MiniRelay,
  session: MiniSession,
  messages: readonly Tlv[][],
  indexes: readonly number[],
): void {
  for (const index of indexes) relay.sendSealed(session, ...messages[index] ?? []);
}
