import type { EventReader } from "./feed/event_reader.ts";

/** The fields of a reply's head by name, each sent once. */
export type ReplyHeaders = Readonly<Record<string, string>>;

/** What the shell is to answer. */
export interface HttpReply {
  /** The status, 200 to 599. */
  readonly status: number;
  /** The head, without `Content-Length`. */
  readonly headers: ReplyHeaders;
  /** The body; or a stream of events, which the shell owns from now on and has to close. */
  readonly body: string | Uint8Array | EventReader;
  /** Called once the reply was written or its reader is gone: the place for `exit`. */
  readonly afterReply?: () => void;
}

/**
 * A reply in plain text.
 *
 * @param status Its status.
 * @param text One line without its end.
 * @param headers Fields beside the content type.
 */
export function textReply(status: number, text: string, headers: ReplyHeaders = {}): HttpReply {
  return {
    status,
    headers: { "Content-Type": "text/plain; charset=utf-8", ...headers },
    body: `${text}\n`,
  };
}

/**
 * A reply in JSON.
 *
 * @param status Its status.
 * @param json The JSON text.
 * @param headers Fields beside the content type.
 */
export function jsonReply(status: number, json: string, headers: ReplyHeaders = {}): HttpReply {
  return { status, headers: { "Content-Type": "application/json", ...headers }, body: `${json}\n` };
}

/**
 * A page.
 *
 * @param status Its status.
 * @param html The page.
 * @param headers Fields beside the content type.
 */
export function pageReply(status: number, html: string, headers: ReplyHeaders = {}): HttpReply {
  return {
    status,
    headers: { "Content-Type": "text/html; charset=utf-8", ...headers },
    body: html,
  };
}

/**
 * Sends a browser on to another page of this server, with GET.
 *
 * @param path Where to.
 * @param headers Other fields.
 */
export function seeOther(path: string, headers: ReplyHeaders = {}): HttpReply {
  return { status: 303, headers: { Location: path, ...headers }, body: "" };
}
