import { DASHBOARD_PAGE } from "./assets.ts";
import type { HttpAccess } from "./access/http_access.ts";
import { type HttpReply, pageReply, seeOther } from "./http_reply.ts";
import type { HttpRoute, RouteCall } from "./http_route.ts";
import { loginPage } from "./login_page.ts";

/** What the pages need to know. */
export interface PageContext {
  /** Who may. */
  readonly access: HttpAccess;
  /** Called when a session has ended, with monotonic milliseconds. */
  readonly onLogout: (nowMs: number) => void;
}

/**
 * The pages, and what their forms do.
 *
 * @param context What they need to know.
 */
export function pageRoutes({ access, onLogout }: PageContext): readonly HttpRoute[] {
  return [
    { method: "GET", path: "/", guard: "page", answer: () => pageReply(200, DASHBOARD_PAGE) },
    { method: "GET", path: "/login", guard: "all", answer: (call) => showLogin(access, call) },
    {
      method: "POST",
      path: "/login",
      guard: "all",
      contentType: "application/x-www-form-urlencoded",
      answer: (call) => logIn(access, call),
    },
    {
      method: "POST",
      path: "/logout",
      guard: "all",
      answer: ({ request, now: { monotonicMs } }) => {
        const cookie = access.logOut(request, monotonicMs);
        onLogout(monotonicMs);
        return seeOther(access.hasLogin ? "/login" : "/", { "Set-Cookie": cookie });
      },
    },
  ];
}

function showLogin(access: HttpAccess, { session }: RouteCall): HttpReply {
  if (session !== undefined || !access.hasLogin) return seeOther("/");
  return pageReply(200, loginPage(""));
}

function logIn(access: HttpAccess, { request, text, now }: RouteCall): HttpReply {
  if (!access.hasLogin) return seeOther("/");
  const token = new URLSearchParams(text).get("token") ?? "";
  const outcome = access.logIn(token, request, now.monotonicMs);
  if (typeof outcome === "string") return seeOther("/", { "Set-Cookie": outcome });
  return pageReply(outcome.status, loginPage(outcome.text), outcome.headers);
}
