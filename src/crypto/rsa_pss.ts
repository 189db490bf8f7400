import { SHA256_BYTES } from "./sha256.ts";

/** RSA-PSS as PROTOCOL 2.2 wants it, for WebCrypto: MGF1 takes the same hash, salt of 32 bytes. */
export const RSA_PSS = { name: "RSA-PSS", hash: "SHA-256", saltLength: SHA256_BYTES } as const;
