import { relayCommands } from "../../src/control/relay_commands.ts";
import type { HttpReply } from "../../src/http/http_reply.ts";
import type { HttpRequest } from "../../src/http/http_request.ts";
import type { HttpServiceOptions } from "../../src/http/http_server_options.ts";
import { createHttpService, type HttpService } from "../../src/http/http_service.ts";
import { FakeAdmin } from "../control/fake_admin.ts";
import { FakeLog, RecordingLogger } from "../control/fake_log.ts";
import { FakeClock } from "./fake_clock.ts";

/** What a relay might say of itself. */
export const PROFILE: HttpServiceOptions["profile"] = {
  kind: "relay",
  version: "1.2.3",
  instance: "abc",
  fingerprint: "SHA256:abc",
  udp: "0.0.0.0:47700",
  started_ms: 1_700_000_000_000,
};

/** A request as a test gives it. */
export interface AskOptions {
  readonly method?: string;
  /** Values by name in lower case; a list for a field that is sent more than once. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array | "too_large";
  readonly address?: string;
}

/** Fakes that a service stands on. */
export class HttpServiceFakes {
  readonly admin = new FakeAdmin();
  readonly log = new FakeLog();
  readonly logger = new RecordingLogger();
  notReadyBecause: string | undefined;
  lagMs = 0;

  /** Options that lead to the fakes. */
  options(options: Partial<HttpServiceOptions> = {}): HttpServiceOptions {
    return {
      hostname: "127.0.0.1",
      names: [],
      token: undefined,
      tls: undefined,
      profile: PROFILE,
      source: this.admin,
      commands: relayCommands(this.admin),
      logs: this.log,
      logger: this.logger,
      metrics: { contentType: "text/plain; version=0.0.4", text: () => Promise.resolve("up 1\n") },
      notReadyBecause: () => this.notReadyBecause,
      takeWorstLagMs: () => this.lagMs,
      ...options,
    };
  }
}

/** An HTTP service on 127.0.0.1:47702 without sockets, and a clock that the test moves. */
export class HttpServiceFixture {
  readonly fakes = new HttpServiceFakes();
  readonly clock = new FakeClock();
  readonly service: HttpService;
  #randomByte = 0;

  constructor(options: Partial<HttpServiceOptions> = {}) {
    const full = this.fakes.options(options);
    this.service = createHttpService(full, {
      endpoint: { hostname: full.hostname, port: 47702 },
      randomBytes: (count) => new Uint8Array(count).fill(++this.#randomByte),
    }, this.clock.now);
  }

  /** Asks for something. */
  ask(target: string, options: AskOptions = {}): Promise<HttpReply> {
    return this.service.core.handle(requestOf(target, options), this.clock.now);
  }

  /** Logs in. @returns The value of `Cookie` from then on. */
  async logIn(token: string, address?: string): Promise<string> {
    const reply = await this.ask("/login", loginForm(token, address));
    return (reply.headers["Set-Cookie"] ?? "").split(";", 1)[0] ?? "";
  }
}

/** The request that the login form sends. */
export function loginForm(token: string, address?: string): AskOptions {
  return {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ token }).toString(),
    ...(address !== undefined && { address }),
  };
}

/** The request of a program that sends a command. */
export function commandRequest(body: string | Uint8Array | object): AskOptions {
  const isRaw = typeof body === "string" || body instanceof Uint8Array;
  return {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: isRaw ? body : JSON.stringify(body),
  };
}

/** The text of a reply's body. */
export function textOfReply({ body }: HttpReply): string {
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  throw new TypeError("The reply is a stream");
}

function requestOf(target: string, options: AskOptions): HttpRequest {
  const { method = "GET", headers = {}, body = "", address = "127.0.0.1" } = options;
  const fields = Object.entries({ host: "127.0.0.1:47702", ...headers });
  return {
    method,
    target,
    headers: new Map(fields.map(([name, value]) => [name, [value].flat()])),
    body: typeof body === "string" && body !== "too_large" ? new TextEncoder().encode(body) : body,
    address,
    peer: `${address}:5555`,
  };
}
