/** How many bytes of what comes first are read: the greeting, which says that the connection is up. */
const GREETING_BYTES = 64;

/**
 * Connections to a control port that ask for the log, most of it, and never read it: what waits for
 * them is for the server to bound.
 */
export class UnreadControls implements Disposable {
  readonly #connections: readonly Deno.TcpConn[];

  private constructor(connections: readonly Deno.TcpConn[]) {
    this.#connections = connections;
  }

  /**
   * Opens them.
   *
   * @param port Control port on 127.0.0.1, one that asks for no token.
   * @param count How many.
   */
  static async open(port: number, count: number): Promise<UnreadControls> {
    using stack = new DisposableStack();
    const connections: Deno.TcpConn[] = [];
    for (let opened = 0; opened < count; opened++) {
      const connection = stack.use(await Deno.connect({ hostname: "127.0.0.1", port }));
      connections.push(connection);
      await connection.read(new Uint8Array(GREETING_BYTES));
      await connection.write(new TextEncoder().encode("log_level debug\nlogs on\n"));
    }
    stack.move();
    return new UnreadControls(connections);
  }

  /** How many there are. */
  get count(): number {
    return this.#connections.length;
  }

  /** Closes them. */
  [Symbol.dispose](): void {
    for (const connection of this.#connections) connection.close();
  }
}
