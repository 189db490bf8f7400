import { Duplex } from "node:stream";

const READ_BUFFER_BYTES = 16 * 1024;

type Done = (error?: Error | null) => void;

/**
 * A TCP connection as a stream, for what takes no other form of it. Destroying the stream closes the
 * connection at once, whatever is under way.
 */
export class TcpDuplex extends Duplex {
  readonly #conn: Deno.TcpConn;
  readonly #buffer = new Uint8Array(READ_BUFFER_BYTES);
  #isClosed = false;

  /** @param conn The connection, which this object owns from now on. */
  constructor(conn: Deno.TcpConn) {
    super({ allowHalfOpen: true });
    this.#conn = conn;
  }

  override _read(): void {
    this.#conn.read(this.#buffer).then(
      (bytes) => this.push(bytes === null ? null : this.#buffer.slice(0, bytes)),
      (error) => this.destroy(error),
    );
  }

  override _write(chunk: Uint8Array, _encoding: string, done: Done): void {
    this.#writeAll(chunk).then(() => done(), done);
  }

  override _final(done: Done): void {
    this.#conn.closeWrite().then(() => done(), done);
  }

  override _destroy(error: Error | null, done: Done): void {
    if (!this.#isClosed) this.#conn.close();
    this.#isClosed = true;
    done(error);
  }

  async #writeAll(chunk: Uint8Array): Promise<void> {
    for (let sent = 0; sent < chunk.byteLength;) {
      sent += await this.#conn.write(chunk.subarray(sent));
    }
  }
}
