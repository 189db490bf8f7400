import { sha256 } from "../crypto/sha256.ts";
import type { AdmissionToken } from "../session/admission_tokens.ts";

/** Length of a token, bytes before they become text. */
const TOKEN_BYTES = 32;

/** A token as it is handed out, and what the relay keeps of it. */
export interface NewAdmissionToken {
  /** The token: 43 characters of base64url. */
  readonly text: string;
  /** What the token file gets. */
  readonly record: AdmissionToken;
}

/**
 * Makes an admission token of 256 random bits.
 *
 * @param name Whose it is.
 * @param nowUnixMs Wall-clock time.
 * @param lifetimeMs How long it counts; `undefined` for ever.
 */
export function newAdmissionToken(
  name: string,
  nowUnixMs: number,
  lifetimeMs: number | undefined,
): NewAdmissionToken {
  const text = randomText();
  return {
    text,
    record: {
      name,
      digest: sha256(new TextEncoder().encode(text)),
      createdUnixMs: nowUnixMs,
      expiresUnixMs: lifetimeMs === undefined ? undefined : nowUnixMs + lifetimeMs,
    },
  };
}

/** One that begins with `-` is drawn again: behind a flag it would read as another flag. */
function randomText(): string {
  for (;;) {
    const bytes = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES));
    const text = bytes.toBase64({ alphabet: "base64url", omitPadding: true });
    if (!text.startsWith("-")) return text;
  }
}
