import { DEFAULT_HTTP_LIMITS, type HttpLimits } from "../../src/http/http_limits.ts";
import { HttpServer } from "../../src/http/http_server.ts";
import type { HttpServerOptions } from "../../src/http/http_server_options.ts";
import { HttpServiceFakes } from "./http_service_fixture.ts";

/** Bounds short enough for a test to wait for. */
export const SHORT_LIMITS: HttpLimits = {
  maxConnections: 256,
  handshakeTimeoutMs: 200,
  headersTimeoutMs: 200,
  requestTimeoutMs: 300,
  keepAliveTimeoutMs: 200,
  replyTimeoutMs: 200,
  checkIntervalMs: 20,
};

/** An HTTP server on a free port of this machine, and the fakes around it. */
export class HttpServerFixture implements AsyncDisposable {
  readonly fakes: HttpServiceFakes;
  readonly server: HttpServer;

  private constructor(fakes: HttpServiceFakes, server: HttpServer) {
    this.fakes = fakes;
    this.server = server;
  }

  static async start(options: Partial<HttpServerOptions> = {}): Promise<HttpServerFixture> {
    const fakes = new HttpServiceFakes();
    const limits = DEFAULT_HTTP_LIMITS;
    const server = await HttpServer.start({
      port: 0,
      limits,
      ...fakes.options(options),
      ...options,
    });
    return new HttpServerFixture(fakes, server);
  }

  /** Where something of the server is. */
  url(target: string): string {
    return new URL(target, this.server.url).href;
  }

  /** A plain connection to it. */
  async connect(): Promise<RawHttpClient> {
    return new RawHttpClient(await Deno.connect(this.server.endpoint));
  }

  /** What was logged above the level info. */
  get complaints(): readonly string[] {
    return this.fakes.logger.lines.filter(({ level }) => level === "warn" || level === "error")
      .map(({ message, fields }) => `${message} ${fields.error}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close("test is over");
  }
}

/** A client that sends bytes as they are. */
export class RawHttpClient implements Disposable {
  readonly #conn: Deno.Conn;
  readonly #decoder = new TextDecoder();
  readonly #buffer = new Uint8Array(64 << 10);

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /** Sends text as it is. */
  async send(text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    for (let sent = 0; sent < bytes.byteLength;) {
      sent += await this.#conn.write(bytes.subarray(sent));
    }
  }

  /** Ends the sending direction. */
  async endInput(): Promise<void> {
    await this.#conn.closeWrite();
  }

  /** Reads to the end of the connection, or its loss. */
  readAll(): Promise<string> {
    return this.readUntil(() => false);
  }

  /** Reads until what was read is enough, or nothing more comes. */
  async readUntil(isEnough: (text: string) => boolean): Promise<string> {
    let text = "";
    while (!isEnough(text)) {
      const bytes = await this.#read();
      if (bytes === null) break;
      text += this.#decoder.decode(this.#buffer.subarray(0, bytes), { stream: true });
    }
    return text;
  }

  async #read(): Promise<number | null> {
    try {
      return await this.#conn.read(this.#buffer);
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionReset) return null;
      // TLS that was not ended properly.
      if (error instanceof Deno.errors.UnexpectedEof) return null;
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }
}
