import type { DirectMessage } from "../../src/direct/direct_effects.ts";

/**
 * A message as a direct server hands it over.
 *
 * @param payload Its bytes, or text that is sent as UTF-8.
 * @param values What differs from an unsigned hybrid message of 127.0.0.1:5000.
 */
export function directMessage(
  payload: Uint8Array | string,
  values: Partial<DirectMessage> = {},
): DirectMessage {
  return {
    sender: "127.0.0.1:5000",
    from: { hostname: "127.0.0.1", port: 5000 },
    payload: typeof payload === "string" ? new TextEncoder().encode(payload) : payload,
    signedBy: undefined,
    form: "hybrid",
    ...values,
  };
}
