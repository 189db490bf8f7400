import { systemReason } from "../observe/system_reason.ts";
import { formatEndpoint } from "../session/endpoint.ts";
import { quoteArgument } from "./command_line.ts";
import { isConnectionLoss } from "./connection_errors.ts";
import { ControlClientError } from "./control_client_error.ts";
import type { ControlConn } from "./control_conn.ts";
import { LineParser, MAX_LINE_BYTES } from "./line_parser.ts";
import { GREETING } from "./output_format.ts";

/** The longest line taken from a server, bytes: some 100,000 clients in one JSON reply. */
export const MAX_SERVER_LINE_BYTES = 64 << 20;

/** How long connecting may take unless configured otherwise, a delayed `auth` answer included. */
export const DEFAULT_CONNECT_TIMEOUT_MS = 15_000;

const READ_BUFFER_BYTES = 64 << 10;

/** Which control port to connect to, and how. */
export interface ControlLinkOptions {
  /** IP address or host name. */
  readonly hostname: string;
  /** TCP port. */
  readonly port: number;
  /** The control token, if the server wants one. */
  readonly token?: string;
  /** Certificates in PEM, one of which vouches for the server's; without them TLS is not spoken. */
  readonly ca?: string;
  /** Ends connecting, and later the connection. */
  readonly signal?: AbortSignal;
  /** Milliseconds until connecting is given up; by default 15 s. */
  readonly timeoutMs?: number;
}

/** A client's end of a control connection: lines in, lines out. */
export class ControlLink implements AsyncDisposable {
  readonly #conn: ControlConn;
  readonly #signal: AbortSignal | undefined;
  readonly #parser = new LineParser(MAX_SERVER_LINE_BYTES);
  readonly #buffer = new Uint8Array(READ_BUFFER_BYTES);
  readonly #close = () => this.close();
  #lastSend: Promise<void> = Promise.resolve();
  #isClosed = false;

  private constructor(conn: ControlConn, signal: AbortSignal | undefined) {
    this.#conn = conn;
    this.#signal = signal;
    signal?.addEventListener("abort", this.#close);
  }

  /**
   * Connects, checks the greeting and sends the token if there is one.
   *
   * @param options Where to, and how.
   * @returns A link in text mode, owned by the caller; its log stream is on.
   * @throws {ControlClientError} `CONTROL_UNREACHABLE`, `CONTROL_NOT_SPOKEN` or `CONTROL_REFUSED`.
   * @throws {unknown} The signal's reason when it aborts.
   */
  static async connect(options: ControlLinkOptions): Promise<ControlLink> {
    const { signal, timeoutMs = DEFAULT_CONNECT_TIMEOUT_MS } = options;
    const deadline = new AbortController();
    const timer = setTimeout(
      () => deadline.abort(unreachable(options, `no answer${tlsHint(options)}`)),
      timeoutMs,
    );
    const either = AbortSignal.any(signal ? [signal, deadline.signal] : [deadline.signal]);
    try {
      return await connectUntil(either, options, (conn) => new ControlLink(conn, signal));
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Reads one line.
   *
   * @returns The line without its end, or `undefined` when the connection has ended.
   * @throws {ControlClientError} `CONTROL_NOT_SPOKEN` if it is no line of a control port.
   * @throws {unknown} The signal's reason when it aborts.
   */
  async readLine(): Promise<string | undefined> {
    for (;;) {
      const event = this.#parser.next();
      if (event?.kind === "line") return event.text;
      if (event !== undefined) {
        throw new ControlClientError(
          "CONTROL_NOT_SPOKEN",
          `Cannot read control port: ${event.kind}`,
        );
      }
      const bytes = await this.#read();
      if (bytes === undefined) return undefined;
      this.#parser.push(bytes);
    }
  }

  /**
   * Sends one line, after those of earlier calls.
   *
   * @param line The line without its end, at most 4,096 bytes.
   * @throws {ControlClientError} `CONTROL_COMMAND_TOO_LONG`, or `CONTROL_LOST`.
   * @throws {RangeError} If it holds a line end.
   */
  async send(line: string): Promise<void> {
    if (line.includes("\n")) throw new RangeError("Cannot send command: it holds a line end");
    const bytes = new TextEncoder().encode(`${line}\n`);
    if (bytes.byteLength - 1 > MAX_LINE_BYTES) {
      throw new ControlClientError(
        "CONTROL_COMMAND_TOO_LONG",
        `Cannot send command: want at most ${MAX_LINE_BYTES} bytes, got ${bytes.byteLength - 1}`,
      );
    }
    const write = () => this.#write(bytes);
    this.#lastSend = this.#lastSend.then(write, write);
    await this.#lastSend;
  }

  /** Ends the sending direction: the server answers what it got, then ends the connection. */
  async endInput(): Promise<void> {
    try {
      await this.#conn.closeWrite();
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
    }
  }

  /** Closes the connection; twice is safe. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#signal?.removeEventListener("abort", this.#close);
    this.#conn.close();
  }

  /** Closes the connection; see `close`. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  async #read(): Promise<Uint8Array | undefined> {
    try {
      const bytes = await this.#conn.read(this.#buffer);
      return bytes === null ? undefined : this.#buffer.subarray(0, bytes);
    } catch (error) {
      this.#signal?.throwIfAborted();
      if (!isConnectionLoss(error)) throw error;
      return undefined;
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      for (let sent = 0; sent < bytes.byteLength;) {
        sent += await this.#conn.write(bytes.subarray(sent));
      }
    } catch (cause) {
      this.#signal?.throwIfAborted();
      if (!isConnectionLoss(cause)) throw cause;
      throw new ControlClientError("CONTROL_LOST", "Connection to the server lost", { cause });
    }
  }
}

async function connectUntil(
  signal: AbortSignal,
  options: ControlLinkOptions,
  link: (conn: ControlConn) => ControlLink,
): Promise<ControlLink> {
  let opened: ControlLink | undefined;
  const close = () => opened?.close();
  signal.addEventListener("abort", close);
  try {
    signal.throwIfAborted();
    opened = link(await dial(options, signal));
    await greet(opened, options);
    signal.throwIfAborted();
    return opened;
  } catch (error) {
    close();
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", close);
  }
}

async function dial(options: ControlLinkOptions, signal: AbortSignal): Promise<ControlConn> {
  const { hostname, port, ca } = options;
  try {
    const conn = await Deno.connect({ hostname, port, signal });
    return ca === undefined ? conn : await secure(conn, hostname, ca, signal);
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof Deno.errors.NotCapable || !(cause instanceof Error)) throw cause;
    if (cause instanceof Deno.errors.InvalidData) throw untrusted(options, cause);
    throw unreachable(options, systemReason(cause), { cause });
  }
}

/** Turns a connection to TLS, and checks the server's certificate. */
async function secure(
  plain: Deno.TcpConn,
  hostname: string,
  ca: string,
  signal: AbortSignal,
): Promise<Deno.TlsConn> {
  const conn = await Deno.startTls(plain, { hostname, caCerts: [ca] });
  let isClosed = false;
  const close = () => {
    if (!isClosed) conn.close();
    isClosed = true;
  };
  signal.addEventListener("abort", close);
  try {
    signal.throwIfAborted();
    await conn.handshake();
    return conn;
  } catch (error) {
    close();
    throw error;
  } finally {
    signal.removeEventListener("abort", close);
  }
}

async function greet(link: ControlLink, options: ControlLinkOptions): Promise<void> {
  const greeting = await link.readLine();
  if (greeting === undefined) {
    throw unreachable(options, `it closed the connection${tlsHint(options)}`);
  }
  if (greeting !== GREETING) {
    const message = `Cannot talk with ${formatEndpoint(options)}: it is no hushcast control port`;
    throw new ControlClientError("CONTROL_NOT_SPOKEN", message);
  }
  if (options.token === undefined) return;
  await link.send(`auth ${quoteArgument(options.token)}`);
  await readTextAnswer(link);
}

/**
 * Waits for the end of a reply in text mode; the log lines before it are dropped.
 *
 * @param link A link in text mode.
 * @throws {ControlClientError} `CONTROL_REFUSED` if it is `ERR`, `CONTROL_LOST` if none comes.
 */
export async function readTextAnswer(link: ControlLink): Promise<void> {
  for (;;) {
    const line = await link.readLine();
    if (line === "OK") return;
    if (line === undefined) {
      throw new ControlClientError("CONTROL_LOST", "Connection to the server lost");
    }
    if (line.startsWith("ERR ")) throw refusal(line);
  }
}

/**
 * Makes an error of a line `ERR code text`.
 *
 * @param line The line.
 * @returns An error that says both.
 */
export function refusal(line: string): ControlClientError {
  const [, serverCode = "", ...words] = line.split(" ");
  const message = `Server refused: ${words.join(" ")} (${serverCode})`;
  return new ControlClientError("CONTROL_REFUSED", message, { serverCode });
}

/** What the system says is about records and issuers; what the user can do about it is not. */
function untrusted(endpoint: ControlLinkOptions, cause: Error): ControlClientError {
  const place = formatEndpoint(endpoint);
  const message = `Cannot trust control port ${place}: ${distrustOf(cause.message)}`;
  return new ControlClientError("CONTROL_UNTRUSTED", message, { cause });
}

function distrustOf(reason: string): string {
  if (reason.includes("corrupt message")) return "it speaks no TLS, so leave the CA out";
  if (/not ?valid ?for ?name/i.test(reason)) return "its certificate is for another host name";
  return `no CA given vouches for it (${reason})`;
}

/** A server that waits for TLS says nothing to one who does not speak it. */
function tlsHint({ ca }: ControlLinkOptions): string {
  return ca === undefined ? ", as from one that speaks TLS alone (give its CA then)" : "";
}

function unreachable(
  endpoint: ControlLinkOptions,
  reason: string,
  options?: ErrorOptions,
): ControlClientError {
  const message = `Cannot reach control port ${formatEndpoint(endpoint)}: ${reason}`;
  return new ControlClientError("CONTROL_UNREACHABLE", message, options);
}
