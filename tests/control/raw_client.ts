/** A plain TCP client, as `nc` is one: it knows nothing of the protocol. */
export class RawClient implements Disposable {
  readonly #conn: Deno.TcpConn;
  readonly #buffer = new Uint8Array(64 << 10);
  readonly #decoder = new TextDecoder();
  #text = "";
  #isClosed = false;

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /** Connects to a port of this machine. */
  static async connect({ port }: { readonly port: number }): Promise<RawClient> {
    return new RawClient(await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  /** Connects, and reads the greeting. */
  static async greeted(endpoint: { readonly port: number }): Promise<RawClient> {
    const client = await RawClient.connect(endpoint);
    const greeting = await client.readLine();
    if (greeting !== "# hushcast control 1") throw new Error(`Greeting is ${greeting}`);
    return client;
  }

  /** Sends text as it is. */
  async send(text: string): Promise<void> {
    await this.sendBytes(new TextEncoder().encode(text));
  }

  /** Sends bytes as they are. */
  async sendBytes(bytes: Uint8Array): Promise<void> {
    for (let sent = 0; sent < bytes.byteLength;) {
      sent += await this.#conn.write(bytes.subarray(sent));
    }
  }

  /** Ends the sending direction. */
  async endInput(): Promise<void> {
    await this.#conn.closeWrite();
  }

  /** The next line without its end, or `undefined` at the end of the stream. */
  async readLine(): Promise<string | undefined> {
    for (;;) {
      const end = this.#text.indexOf("\n");
      if (end >= 0) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return line;
      }
      const bytes = await this.#conn.read(this.#buffer);
      if (bytes === null) return undefined;
      this.#text += this.#decoder.decode(this.#buffer.subarray(0, bytes), { stream: true });
    }
  }

  /** Reads so many lines. */
  async readLines(count: number): Promise<(string | undefined)[]> {
    const lines: (string | undefined)[] = [];
    while (lines.length < count) lines.push(await this.readLine());
    return lines;
  }

  /** Reads up to and with the line that ends a reply. */
  async readReply(): Promise<string[]> {
    const lines: string[] = [];
    for (;;) {
      const line = await this.readLine();
      if (line === undefined) throw new Error(`Connection ended after ${lines.length} lines`);
      lines.push(line);
      if (line === "OK" || line.startsWith("ERR ")) return lines;
    }
  }

  /** Reads all lines up to the end of the stream. */
  async readToEnd(): Promise<string[]> {
    const lines: string[] = [];
    for (let line = await this.readLine(); line !== undefined; line = await this.readLine()) {
      lines.push(line);
    }
    return lines;
  }

  [Symbol.dispose](): void {
    if (!this.#isClosed) this.#conn.close();
    this.#isClosed = true;
  }
}
