import { createPrivateKey, X509Certificate } from "node:crypto";
import { TLSSocket } from "node:tls";
import type { ControlConn } from "./control_conn.ts";
import { TcpDuplex } from "./tcp_duplex.ts";
import { WakeUp } from "./wake_up.ts";

/** What the control port proves itself with over TLS. */
export interface ControlTls {
  /** Its certificate, then those between it and the root, in PEM. */
  readonly cert: string;
  /** The certificate's private key, in PEM, unencrypted. */
  readonly key: string;
}

/**
 * Looks at what the control port is to prove itself with.
 *
 * @param tls Certificate and key.
 * @returns What is wrong with them, in words for a person; `undefined` when they can be used.
 */
export function faultOf({ cert, key }: ControlTls): string | undefined {
  try {
    const isPair = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
    return isPair ? undefined : "the key is not that of the certificate";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * The server's end of a TLS connection.
 *
 * The runtime's own TLS keeps the socket of a handshake that is given up open until the client
 * closes it; so whoever connects and says nothing could use up all sockets. Here the socket is
 * ours, and closed when we say so.
 */
export class TlsControlConn implements ControlConn {
  readonly remoteAddr: Deno.NetAddr;
  readonly #tcp: TcpDuplex;
  readonly #tls: TLSSocket;
  readonly #wakeUp = new WakeUp();
  #isSecure = false;
  #failure: Error | undefined;

  /**
   * Begins the handshake.
   *
   * @param conn The connection, which this object owns from now on.
   * @param tls Certificate and key.
   */
  constructor(conn: Deno.TcpConn, tls: ControlTls) {
    this.remoteAddr = conn.remoteAddr;
    this.#tcp = new TcpDuplex(conn);
    // Any duplex stream will do (Node's documentation of `tls.TLSSocket`); the types know sockets only.
    // deno-lint-ignore no-explicit-any
    this.#tls = new TLSSocket(this.#tcp as any, { isServer: true, ...tls });
    for (const stream of [this.#tcp, this.#tls]) {
      stream.on("error", (error: Error) => this.#fail(error));
      stream.on("close", () => this.#fail(new Error("The connection is closed")));
    }
    this.#tls.on("secure", () => {
      this.#isSecure = true;
      this.#wakeUp.wake();
    });
    for (const event of ["readable", "end"]) this.#tls.on(event, () => this.#wakeUp.wake());
  }

  /**
   * Waits for the end of the handshake.
   *
   * @throws {Error} If the client speaks no TLS, does not trust the certificate, or goes away.
   */
  async handshake(): Promise<void> {
    while (!this.#isSecure) {
      if (this.#failure !== undefined) throw this.#failure;
      await this.#wakeUp.wait();
    }
  }

  /** See `ControlConn`. */
  async read(buffer: Uint8Array): Promise<number | null> {
    for (;;) {
      const wanted = Math.min(buffer.byteLength, this.#tls.readableLength);
      const chunk: Uint8Array | null = this.#tls.read(wanted === 0 ? undefined : wanted);
      if (chunk !== null) {
        buffer.set(chunk);
        return chunk.byteLength;
      }
      if (this.#tls.readableEnded) return null;
      if (this.#failure !== undefined) throw lost(this.#failure);
      await this.#wakeUp.wait();
    }
  }

  /** See `ControlConn`. */
  write(bytes: Uint8Array): Promise<number> {
    const { byteLength } = bytes;
    return new Promise((resolve, reject) => {
      const done = (error?: Error | null) => error ? reject(lost(error)) : resolve(byteLength);
      this.#tls.write(bytes.slice(), done);
    });
  }

  /** See `ControlConn`. */
  closeWrite(): Promise<void> {
    return new Promise((resolve) => void this.#tls.end(resolve));
  }

  /** See `ControlConn`. */
  close(): void {
    this.#tls.destroy();
    this.#tcp.destroy();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wakeUp.wake();
  }
}

/** In the form in which a plain connection says it. */
function lost(cause: Error): Error {
  return new Deno.errors.ConnectionReset(cause.message, { cause });
}
