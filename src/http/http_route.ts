import type { Instant } from "../session/instant.ts";
import type { HttpReply } from "./http_reply.ts";
import type { HttpRequest } from "./http_request.ts";
import type { SessionId } from "./access/login_sessions.ts";

/** A request that has passed the checks of its route. */
export interface RouteCall {
  /** The request. */
  readonly request: HttpRequest;
  /** Its body as text; empty for GET. */
  readonly text: string;
  /** What stands behind `?` in its target. */
  readonly query: URLSearchParams;
  /** When it came. */
  readonly now: Instant;
  /** The session that it belongs to, if it belongs to one. */
  readonly session: SessionId | undefined;
}

interface RouteCommon {
  /** The path, compared as it is. */
  readonly path: string;
  /**
   * Who may ask: `all`; `page` sends who has to log in to the login form; `data` refuses them, and
   * the pages of other sites.
   */
  readonly guard: "all" | "page" | "data";
  /** Answers. What it throws is answered with 500. */
  readonly answer: (call: RouteCall) => HttpReply | Promise<HttpReply>;
}

/** Something that can be asked for. GET stands for HEAD as well. */
export type HttpRoute =
  | RouteCommon & { readonly method: "GET" }
  | RouteCommon & {
    readonly method: "POST";
    /** The only type of body that it takes; without it any body, which is not looked at. */
    readonly contentType?: string;
  };
