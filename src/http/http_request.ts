/** The most bytes of a request's body. */
export const MAX_BODY_BYTES = 64 << 10;

/** The fields of a request's head by lower-case name, as often as each was sent. */
export type HttpHeaders = ReadonlyMap<string, readonly string[]>;

/** A request as the shell hands it over: whole, and within bounds. All of it is a stranger's. */
export interface HttpRequest {
  /** `GET`, `POST` and so on, as it was sent. */
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly target: string;
  /** Its head; characters stand for bytes (ISO 8859-1). */
  readonly headers: HttpHeaders;
  /** Its body, or that it is longer than `MAX_BODY_BYTES`. */
  readonly body: Uint8Array | "too_large";
  /** IP address of the sender, without the port. */
  readonly address: string;
  /** `ip:port` of the sender, for the log. */
  readonly peer: string;
}

/** A target in two. */
export interface SplitTarget {
  /** What stands before the first `?`, not decoded. */
  readonly path: string;
  /** What stands behind it. */
  readonly query: URLSearchParams;
}

/**
 * Finds a field of a request's head.
 *
 * @param headers The head.
 * @param name The field's name in lower case.
 * @returns Its value; all of them joined by `, ` where it was sent more than once (RFC 9110, 5.3),
 *   which no check of a field that has one value lets pass.
 */
export function headerOf(headers: HttpHeaders, name: string): string | undefined {
  return headers.get(name)?.join(", ");
}

/**
 * The content type of a request's body.
 *
 * @param headers The head.
 * @returns Type and subtype in lower case, without parameters; `undefined` when there is none.
 */
export function contentTypeOf(headers: HttpHeaders): string | undefined {
  return headerOf(headers, "content-type")?.split(";", 1)[0]?.trim().toLowerCase();
}

/**
 * Splits the target of a request.
 *
 * @param target Path and query, as they were sent.
 * @returns Both; `undefined` when it is no path, but `*` or another server's address.
 */
export function splitTarget(target: string): SplitTarget | undefined {
  if (!target.startsWith("/")) return undefined;
  const mark = target.indexOf("?");
  if (mark < 0) return { path: target, query: new URLSearchParams() };
  return { path: target.slice(0, mark), query: new URLSearchParams(target.slice(mark + 1)) };
}

/**
 * Reads a body as text.
 *
 * @param body The body.
 * @returns The text; `undefined` when it is not UTF-8.
 */
export function textOf(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
