import type { Endpoint } from "../session/endpoint.ts";

/** A connection of the control port; `Deno.TcpConn` and `Deno.TlsConn` are such. */
export interface ControlConn {
  /** The other side. */
  readonly remoteAddr: Endpoint;
  /**
   * Reads what has come, and waits when nothing has.
   *
   * @param buffer Filled from its beginning.
   * @returns How many bytes; `null` when the other side has ended its direction.
   * @throws An error of `isConnectionLoss` when the connection is over.
   */
  read(buffer: Uint8Array): Promise<number | null>;
  /**
   * Writes, and waits until the system takes it.
   *
   * @param bytes Not changed by anyone meanwhile.
   * @returns How many of the bytes were written, from the first on.
   * @throws An error of `isConnectionLoss` when the connection is over.
   */
  write(bytes: Uint8Array): Promise<number>;
  /** Ends this direction. */
  closeWrite(): Promise<void>;
  /** Ends the connection. */
  close(): void;
}
