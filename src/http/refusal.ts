import { OUTPUT_FORMATS } from "../control/output_format.ts";
import { type HttpReply, jsonReply, type ReplyHeaders, textReply } from "./http_reply.ts";

/** Why a request is not answered as it wishes. */
export interface Refusal {
  /** 400 or above. */
  readonly status: number;
  /** Stable upper-case word. */
  readonly code: string;
  /** One line for a person. */
  readonly text: string;
  /** What else the reply's head has to say. */
  readonly headers?: ReplyHeaders;
}

/** A request without a usable `Host`. */
export const BAD_HOST: Refusal = {
  status: 400,
  code: "BAD_HOST",
  text: "Cannot read request: it has to name one host",
};

/** A page of another name that leads here: DNS rebinding, or a name that was not set. */
export const HOST_REFUSED: Refusal = {
  status: 403,
  code: "HOST_REFUSED",
  text: "This server is not known by that name; allow it with --http-names",
};

/** A target that is no path. */
export const BAD_TARGET: Refusal = {
  status: 400,
  code: "BAD_TARGET",
  text: "Cannot read request: its target has to be a path",
};

/** No such path. */
export const NOT_FOUND: Refusal = { status: 404, code: "NOT_FOUND", text: "Not found" };

/** A request that a page of another origin made. */
export const ORIGIN_REFUSED: Refusal = {
  status: 403,
  code: "ORIGIN_REFUSED",
  text: "Requests of other sites are refused",
};

/** A body past the bound. */
export const BODY_TOO_LARGE: Refusal = {
  status: 413,
  code: "BODY_TOO_LARGE",
  text: "Cannot read request: its body is too large",
};

/** A body that is no text. */
export const BODY_NOT_UTF8: Refusal = {
  status: 400,
  code: "NOT_UTF8",
  text: "Cannot read request: its body is not UTF-8",
};

/** Neither a token nor a session, or one that is over. */
export const AUTH_REQUIRED: Refusal = {
  status: 401,
  code: "AUTH_REQUIRED",
  text: "Log in, or send the control token as a bearer token",
  headers: { "WWW-Authenticate": "Bearer" },
};

/** A wrong bearer token. */
export const AUTH_FAILED: Refusal = { ...AUTH_REQUIRED, code: "AUTH_FAILED", text: "Wrong token" };

/** As many streams are read as there may be. */
export const TOO_MANY_READERS: Refusal = {
  status: 503,
  code: "TOO_MANY_READERS",
  text: "All event streams are taken, try again later",
  headers: { "Retry-After": "10" },
};

/** A mistake of ours. */
export const INTERNAL: Refusal = {
  status: 500,
  code: "INTERNAL",
  text: "The request failed, see the server's log",
};

/**
 * A method that a path does not take.
 *
 * @param methods Those that it takes.
 */
export function methodRefused(methods: readonly string[]): Refusal {
  return {
    status: 405,
    code: "METHOD_REFUSED",
    text: `Want ${methods.join(" or ")}`,
    headers: { Allow: methods.join(", ") },
  };
}

/**
 * A body of another kind than a path takes.
 *
 * @param contentType What it takes.
 */
export function wrongContentType(contentType: string): Refusal {
  return { status: 415, code: "WRONG_CONTENT_TYPE", text: `Want Content-Type: ${contentType}` };
}

/**
 * Too many wrong tokens.
 *
 * @param retryAfterSeconds When the next one is looked at.
 */
export function tooManyAttempts(retryAfterSeconds: number): Refusal {
  return {
    status: 429,
    code: "TOO_MANY_ATTEMPTS",
    text: `Too many wrong tokens, try again in ${retryAfterSeconds} seconds`,
    headers: { "Retry-After": String(retryAfterSeconds) },
  };
}

/**
 * Words a refusal: for a program under `/api/`, as the control port's JSON mode does, elsewhere as a
 * line of text.
 *
 * @param refusal Why.
 * @param path What was asked for; `undefined` where that could not be read.
 */
export function refuse({ status, code, text, headers }: Refusal, path?: string): HttpReply {
  return path?.startsWith("/api/")
    ? jsonReply(status, OUTPUT_FORMATS.json.error(undefined, code, text), headers)
    : textReply(status, text, headers);
}
