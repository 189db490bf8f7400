import { PythonPeer } from "./python.ts";

const SCRIPT = new URL("../interop/direct_client.py", import.meta.url);
const RSA_KEYS = new URL("../testdata/rsa/", import.meta.url);

/** Long enough for any answer, short enough for a test that waits for one in vain. */
const PATIENCE_SECONDS = 10;

/** What is asked of a Python client, and what it answers: one JSON object each way. */
type Fields = Readonly<Record<string, unknown>>;

/** What a hybrid message of the Python client holds beside the message; by default nothing. */
export interface PythonHybridOptions {
  /** CLIENT_SEQUENCE. */
  readonly sequence?: number;
  /** MESSAGE_PART. */
  readonly part?: {
    /** 8 bytes. */
    readonly transferId: Uint8Array;
    readonly number: number;
    readonly count: number;
  };
  /** SIGNATURE: `{}` signs the message as it is, the others something else. */
  readonly sign?: { readonly sequence?: number; readonly message?: string };
  /** Age of the token, seconds. */
  readonly age?: number;
  /**
   * The RSA block: by default that of the message before; `new` for the same Fernet key encrypted
   * anew, `whole` for one that does not look like a header, so that the body can be sent without.
   */
  readonly block?: "new" | "whole";
}

/** `tests/interop/direct_client.py` at work: a client of the direct protocol with a port of its own. */
export class PythonDirectClient implements AsyncDisposable {
  readonly #peer: PythonPeer;
  #address = "";
  #fingerprint: string | undefined;

  private constructor(python: string) {
    this.#peer = new PythonPeer(python, SCRIPT);
  }

  /**
   * Starts one and asks for the server's key.
   *
   * @param python What `findPython` gave.
   * @param server `IP:PORT` of the server.
   * @param key Bits of the key that it makes and tells the server, or 4096 or 8192 for that of
   * `tests/testdata/rsa`; without one the server gets none.
   */
  static async start(python: string, server: string, key?: number): Promise<PythonDirectClient> {
    const client = new PythonDirectClient(python);
    try {
      await client.#start(server, key);
      return client;
    } catch (error) {
      await client[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Its `IP:PORT`. */
  get address(): string {
    return this.#address;
  }

  /** Fingerprint of its key, if it has one. */
  get fingerprint(): string | undefined {
    return this.#fingerprint;
  }

  /** Asks for the server's key in a padded request; the answer says what came. */
  async requestKey(): Promise<unknown> {
    return await this.#ask("request_key");
  }

  /** Sends its key as PEM. */
  async sendKey(): Promise<void> {
    await this.#ask("send_key");
  }

  /** A body of RSA blocks alone. */
  async plain(message: string): Promise<Uint8Array> {
    return bytesOf(await this.#ask("plain", { message: toBase64(message) }), "body");
  }

  /** A hybrid body. */
  async hybrid(message: string, options: PythonHybridOptions = {}): Promise<Uint8Array> {
    const { part, sign } = options;
    const fields = {
      ...options,
      message: toBase64(message),
      part: part && { ...part, transferId: part.transferId.toBase64() },
      sign: sign && { ...sign, message: sign.message && toBase64(sign.message) },
    };
    return bytesOf(await this.#ask("hybrid", fields), "body");
  }

  /** A body in datagrams that hold `size` bytes of it each. */
  async fragments(body: Uint8Array, messageId: number, size = 1194): Promise<Uint8Array[]> {
    const fields = { body: body.toBase64(), message_id: messageId, size };
    const { datagrams } = await this.#ask("fragments", fields);
    if (!Array.isArray(datagrams)) throw new TypeError("Reply has no datagrams");
    return datagrams.map((datagram) => Uint8Array.fromBase64(String(datagram)));
  }

  /** Sends datagrams as they are. */
  async send(...datagrams: readonly Uint8Array[]): Promise<void> {
    await this.#ask("send", { datagrams: datagrams.map((datagram) => datagram.toBase64()) });
  }

  /**
   * Waits for the next answer.
   *
   * @returns `{ text, form: "bare" | "blocks" | "hybrid", bytes, datagrams }`, `{ pem, bytes }`, or
   * `{ silent: true }` when none comes.
   */
  async answer(seconds = PATIENCE_SECONDS): Promise<Fields> {
    return await this.#ask("answer", { seconds });
  }

  /** Whether no answer comes for a while, which is longer than a NACK would take. */
  async hearsNothing(): Promise<boolean> {
    return "silent" in await this.answer(0.5);
  }

  /** Sends datagrams, and what NACKs name, until the ACK; see `answer`, and `nacks` of them. */
  async deliver(...datagrams: readonly Uint8Array[]): Promise<Fields> {
    return await this.#ask("deliver", {
      datagrams: datagrams.map((datagram) => datagram.toBase64()),
    });
  }

  /** Ends the process. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#peer[Symbol.asyncDispose]();
  }

  async #start(server: string, key?: number): Promise<void> {
    const isKept = key === 4096 || key === 8192;
    const reply = await this.#ask("start", { server, key: isKept ? rsaKeyFile(key) : key });
    this.#address = String(reply.address);
    this.#fingerprint = key === undefined ? undefined : String(reply.fingerprint);
    await this.requestKey();
    if (key !== undefined) await this.sendKey();
  }

  async #ask(operation: string, fields: Fields = {}): Promise<Fields> {
    const reply = await this.#peer.request({ operation, ...fields });
    if (typeof reply !== "object" || reply === null) throw new TypeError("Reply is no object");
    return { ...reply };
  }
}

/** Path of a private key that is made for tests: making one takes seconds. */
export function rsaKeyFile(bits: 4096 | 8192): string {
  return new URL(`direct_client_${bits}.pem`, RSA_KEYS).pathname;
}

function toBase64(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}

function bytesOf(reply: Fields, field: string): Uint8Array {
  return Uint8Array.fromBase64(String(reply[field]));
}
