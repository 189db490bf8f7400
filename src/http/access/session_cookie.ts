import { SESSION_SECONDS } from "./login_sessions.ts";

/** What the cookie of a session is called and how it is guarded. */
export interface CookieOptions {
  /** TCP port of the server: cookies are shared by all ports of a host, so it is in the name. */
  readonly port: number;
  /** Whether the server is reached over TLS; then the cookie goes nowhere else. */
  readonly isSecure: boolean;
}

/** The cookie that carries a session: no script can read it, and no other site has it sent. */
export class SessionCookie {
  readonly #name: string;
  readonly #attributes: string;

  /** @param options Name and guards. */
  constructor({ port, isSecure }: CookieOptions) {
    this.#name = `hushcast_${port}`;
    this.#attributes = `HttpOnly; SameSite=Strict; Path=/${isSecure ? "; Secure" : ""}`;
  }

  /**
   * The value of `Set-Cookie` that begins a session.
   *
   * @param secret The session's secret, base64url.
   */
  set(secret: string): string {
    return `${this.#name}=${secret}; ${this.#attributes}; Max-Age=${SESSION_SECONDS}`;
  }

  /** The value of `Set-Cookie` that makes a browser forget its session. */
  clear(): string {
    return `${this.#name}=; ${this.#attributes}; Max-Age=0`;
  }

  /**
   * Finds the secrets in a request.
   *
   * @param header The value of `Cookie`; `undefined` where there is none.
   * @returns Its values of this name. A neighbour on the same host may have added others.
   */
  read(header: string | undefined): readonly string[] {
    return (header ?? "").split(";").flatMap((pair) => {
      const [name = "", value = ""] = pair.trim().split("=", 2);
      return name === this.#name ? [value] : [];
    });
  }
}
