import { identityFingerprint, verifyServerIdentity } from "../crypto/identity.ts";
import { importSpkiPem, RsaKeyError, type RsaPublicKey } from "../crypto/rsa.ts";
import { decodeServerIdentity, ServerIdentityError } from "../wire/server_identity.ts";
import type { SealKeyJob, SealKeyResult } from "./client_effect.ts";
import type { RelayIdentityError } from "./relay_identity_error.ts";

/** Decides whether a relay is the right one; `RelayTrust` does. */
export interface RelayJudge {
  /** @returns What is wrong with an identity whose signature is right, or `undefined`. */
  judge(fingerprint: string | undefined): Promise<RelayIdentityError | undefined>;
}

type IdentityCheck =
  | { readonly isProven: true; readonly fingerprint: string | undefined }
  | { readonly isProven: false; readonly reason: string };

/**
 * Does the job of a `seal_key` effect: checks who vouches for the RSA key of an answer, whether that
 * one is trusted, and encrypts the Fernet key for it.
 *
 * @param job The job.
 * @param judge Decides whom to trust.
 * @param nowUnixSeconds Unix time.
 * @returns What became of it. No answer makes it throw, whatever it holds.
 * @throws What `judge` throws.
 * @see PROTOCOL 1.3, 1.4
 */
export async function sealKey(
  job: SealKeyJob,
  judge: RelayJudge,
  nowUnixSeconds: number,
): Promise<SealKeyResult> {
  const publicKey = await importKey(job.answer.pem);
  if (publicKey instanceof RsaKeyError) return { outcome: "unusable", reason: publicKey.message };
  const check = await checkIdentity(job.answer.identity, publicKey.der, nowUnixSeconds);
  if (!check.isProven) return { outcome: "unusable", reason: check.reason };
  const error = await judge.judge(check.fingerprint);
  if (error !== undefined) return { outcome: "untrusted", error };
  const encryptedKey = await publicKey.encrypt(new TextEncoder().encode(job.fernetKey));
  return { outcome: "sealed", encryptedKey, fingerprint: check.fingerprint };
}

async function importKey(pem: Uint8Array): Promise<RsaPublicKey | RsaKeyError> {
  try {
    return await importSpkiPem(pem);
  } catch (error) {
    if (error instanceof RsaKeyError) return error;
    throw error;
  }
}

async function checkIdentity(
  value: Uint8Array | undefined,
  spkiDer: Uint8Array,
  nowUnixSeconds: number,
): Promise<IdentityCheck> {
  if (value === undefined) return { isProven: true, fingerprint: undefined };
  try {
    const claim = { ...decodeServerIdentity(value), spkiDer, nowUnixSeconds };
    const verdict = await verifyServerIdentity(claim);
    if (verdict.ok) return { isProven: true, fingerprint: identityFingerprint(claim.publicKey) };
    const reason = verdict.code === "IDENTITY_EXPIRED"
      ? "the signature of its key has expired, or this clock is wrong"
      : "the signature of its key is wrong";
    return { isProven: false, reason };
  } catch (error) {
    if (error instanceof ServerIdentityError) return { isProven: false, reason: error.message };
    throw error;
  }
}
