import { sha256 } from "../../src/crypto/sha256.ts";
import type { AdmissionToken } from "../../src/session/admission_tokens.ts";

/**
 * What a relay knows of a token.
 *
 * @param text The token.
 * @param name Whose it is.
 * @param expiresUnixMs When it expires; without it never.
 */
export function admissionToken(text: string, name: string, expiresUnixMs?: number): AdmissionToken {
  const digest = sha256(new TextEncoder().encode(text));
  return { name, digest, createdUnixMs: 0, expiresUnixMs };
}
