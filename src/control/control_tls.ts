/** What the control port proves itself with over TLS. */
export interface ControlTls {
  /** Its certificate, then those between it and the root, in PEM. */
  readonly cert: string;
  /** The certificate's private key, in PEM (PKCS #8, PKCS #1 or SEC 1), unencrypted. */
  readonly key: string;
}

/** A connection of the control port, over TLS or not. */
export type ControlConn = Deno.TcpConn | Deno.TlsConn;

/** What accepts such connections. */
export type ControlListener = Deno.Listener<ControlConn, Deno.NetAddr>;

/**
 * Does the TLS handshake of an accepted connection, if it has one to do.
 *
 * @param conn The connection; still the caller's when this fails.
 * @throws {Deno.errors.InvalidData} If the client speaks no TLS, or does not trust the certificate.
 * @throws {unknown} If the connection ends meanwhile.
 */
export async function shakeHands(conn: ControlConn): Promise<void> {
  if ("handshake" in conn) await conn.handshake();
}

/**
 * Whether a handshake failed because of what the other side sent, and not by a mistake of ours.
 *
 * @param error What `shakeHands` threw.
 */
export function isHandshakeFailure(error: unknown): boolean {
  return error instanceof Deno.errors.InvalidData;
}
