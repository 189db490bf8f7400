import type { TokenDigest } from "../../control/control_token.ts";
import type { EventLogger } from "../../observe/event_logger.ts";
import { LogLimiter } from "../../session/log_limiter.ts";
import { headerOf, type HttpRequest } from "../http_request.ts";
import { LoginLimiter, RETRY_AFTER_SECONDS } from "./login_limiter.ts";
import { LoginSessions, type SessionId } from "./login_sessions.ts";
import { AUTH_FAILED, AUTH_REQUIRED, type Refusal, tooManyAttempts } from "../refusal.ts";
import type { SessionCookie } from "./session_cookie.ts";

/** What access is made of. */
export interface HttpAccessOptions {
  /** The control token; without it everybody who can connect may do everything. */
  readonly token: TokenDigest | undefined;
  /** The cookie that carries a session. */
  readonly cookie: SessionCookie;
  /** Gives unpredictable bytes. */
  readonly randomBytes: (count: number) => Uint8Array;
  /** Where logins are logged. */
  readonly logger: EventLogger;
}

/** Whether a request may see and do what strangers may not. */
export type AccessVerdict =
  | {
    readonly isGranted: true;
    /** The session that it belongs to; a bearer token has none. */
    readonly session: SessionId | undefined;
  }
  | { readonly isGranted: false; readonly refusal: Refusal };

const BEARER = /^Bearer +(.+)$/i;

/** Who may: by the control token in a request, or by a session that began with it. */
export class HttpAccess {
  readonly #token: TokenDigest | undefined;
  readonly #cookie: SessionCookie;
  readonly #logger: EventLogger;
  readonly #sessions: LoginSessions;
  readonly #limiter = new LoginLimiter();
  readonly #warnings: LogLimiter;

  /** @param options What it is made of. @param nowMs Monotonic time. */
  constructor({ token, cookie, randomBytes, logger }: HttpAccessOptions, nowMs: number) {
    this.#token = token;
    this.#cookie = cookie;
    this.#logger = logger;
    this.#sessions = new LoginSessions(randomBytes);
    this.#warnings = new LogLimiter(nowMs);
  }

  /** Whether one has to log in. */
  get hasLogin(): boolean {
    return this.#token !== undefined;
  }

  /**
   * Looks at a request's cookie and bearer token.
   *
   * @param request The request.
   * @param nowMs Monotonic time.
   */
  judge(request: HttpRequest, nowMs: number): AccessVerdict {
    const session = this.sessionOf(request, nowMs);
    if (this.#token === undefined || session !== undefined) return { isGranted: true, session };
    const bearer = bearerOf(request);
    if (bearer === undefined) return { isGranted: false, refusal: AUTH_REQUIRED };
    const refusal = this.#check(this.#token, bearer, request, nowMs);
    return refusal === undefined ? { isGranted: true, session } : { isGranted: false, refusal };
  }

  /**
   * The session of a request.
   *
   * @param request The request.
   * @param nowMs Monotonic time.
   * @returns What it is known by; `undefined` when it has none, or one that is over.
   */
  sessionOf({ headers }: HttpRequest, nowMs: number): SessionId | undefined {
    for (const secret of this.#cookie.read(headerOf(headers, "cookie"))) {
      const session = this.#sessions.find(secret, nowMs);
      if (session !== undefined) return session;
    }
    return undefined;
  }

  /**
   * Begins a session.
   *
   * @param token What was typed into the login form.
   * @param request The request.
   * @param nowMs Monotonic time.
   * @returns The value of `Set-Cookie`, or why not.
   */
  logIn(token: string, request: HttpRequest, nowMs: number): string | Refusal {
    const refusal = this.#token && this.#check(this.#token, token, request, nowMs);
    if (refusal !== undefined) return refusal;
    this.#logger.info("http login", { address: request.peer });
    return this.#cookie.set(this.#sessions.begin(nowMs));
  }

  /**
   * Ends the session of a request, if it has one.
   *
   * @param request The request.
   * @param nowMs Monotonic time.
   * @returns The value of `Set-Cookie`.
   */
  logOut(request: HttpRequest, nowMs: number): string {
    const session = this.sessionOf(request, nowMs);
    if (session !== undefined) this.#sessions.end(session);
    return this.#cookie.clear();
  }

  /**
   * Whether what a request was granted is granted still.
   *
   * @param session The session that it came with, if it came with one.
   * @param nowMs Monotonic time.
   */
  isOpen(session: SessionId | undefined, nowMs: number): boolean {
    return session === undefined || this.#sessions.isOpen(session, nowMs);
  }

  #check(
    expected: TokenDigest,
    token: string,
    { address, peer }: HttpRequest,
    nowMs: number,
  ): Refusal | undefined {
    const mayTry = this.#limiter.mayTry(address, nowMs);
    if (mayTry && expected.matches(token)) return undefined;
    if (mayTry) this.#limiter.fail(address, nowMs);
    const suppressed = this.#warnings.admit(nowMs);
    if (suppressed !== undefined) {
      const reason = mayTry ? "wrong_token" : "too_many_attempts";
      const fields = { address: peer, reason, suppressed: suppressed || undefined };
      this.#logger.warn("http login refused", fields);
    }
    return mayTry ? AUTH_FAILED : tooManyAttempts(RETRY_AFTER_SECONDS);
  }
}

function bearerOf({ headers }: HttpRequest): string | undefined {
  const token = BEARER.exec(headerOf(headers, "authorization") ?? "")?.[1];
  // Each character stands for a byte, and the token's bytes are UTF-8.
  return token && new TextDecoder().decode(Uint8Array.from(token, (char) => char.charCodeAt(0)));
}
