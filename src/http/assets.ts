import { sha256 } from "../crypto/sha256.ts";
import { encodeBase64Url } from "../crypto/base64url.ts";
import dashboardStyle from "./assets/built/dashboard.css" with { type: "text" };
import dashboardScript from "./assets/built/dashboard.js" with { type: "text" };
import icon from "./assets/icon.svg" with { type: "text" };
import index from "./assets/index.html" with { type: "text" };
import login from "./assets/login.html" with { type: "text" };

/** A file that the pages need. */
export interface Asset {
  /** Its path on the server. */
  readonly path: string;
  /** Its `Content-Type`. */
  readonly contentType: string;
  /** Its content in UTF-8. */
  readonly bytes: Uint8Array;
  /** What tells it from the file of the same path in another version: a quoted text. */
  readonly etag: string;
}

/** The dashboard's page. */
export const DASHBOARD_PAGE: string = index;

/** The login page, with `LOGIN_MESSAGE_MARK` where it says why a login failed. */
export const LOGIN_PAGE: string = login;

/** Where a message goes in the login page. */
export const LOGIN_MESSAGE_MARK = "{{message}}";

/** The files that the pages need; they are in the executable. */
export const ASSETS: readonly Asset[] = [
  asset("/assets/dashboard.js", "text/javascript; charset=utf-8", dashboardScript),
  asset("/assets/dashboard.css", "text/css; charset=utf-8", dashboardStyle),
  asset("/assets/icon.svg", "image/svg+xml", icon),
];

function asset(path: string, contentType: string, text: string): Asset {
  const bytes = new TextEncoder().encode(text);
  const etag = `"${encodeBase64Url(sha256(bytes)).slice(0, 22)}"`;
  return { path, contentType, bytes, etag };
}
