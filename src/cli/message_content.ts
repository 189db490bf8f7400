/** The payload of a message in a JSON object: `text` when it is UTF-8, else `base64`. */
export type MessageContent = { readonly text: string } | { readonly base64: string };

/**
 * Gives the exact payload of a message a form that JSON can hold.
 *
 * @param payload The message; not kept.
 */
export function messageContent(payload: Uint8Array): MessageContent {
  const text = utf8Of(payload);
  return text === undefined ? { base64: payload.toBase64() } : { text };
}

function utf8Of(payload: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(payload);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
