import type { ReplyHeaders } from "./http_reply.ts";

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * What the head of every reply says, unless the reply itself says otherwise: that nothing of it is
 * run but the page's own files, shown in a frame, guessed at, kept, or handed to another site.
 *
 * The referrer policy is not `no-referrer`: then a browser would send `Origin: null` with the login
 * form, and nobody could tell it from another site's (Fetch standard, "append a request `Origin`
 * header").
 */
export const SECURITY_HEADERS: ReplyHeaders = {
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-store",
};
