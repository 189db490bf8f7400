import { RsaPrivateKey } from "../../src/crypto/rsa_private_key.ts";
import { formatEndpoint } from "../../src/session/endpoint.ts";
import { UdpSocket } from "../../src/session/udp_socket.ts";
import { isKeyRequest } from "../../src/wire/direct_frame.ts";

/** A direct server that gives its key to everyone, and an answer to nobody. */
export class SilentDirectServer implements AsyncDisposable {
  readonly #socket: UdpSocket;
  /** `SHA256:...` of its key. */
  readonly fingerprint: string;

  private constructor(socket: UdpSocket, key: RsaPrivateKey) {
    this.#socket = socket;
    this.fingerprint = key.fingerprint;
    const pem = new TextEncoder().encode(key.publicPem);
    void socket.receive((datagram, from) => {
      if (isKeyRequest(datagram)) socket.send(pem, from, () => undefined);
    });
  }

  /** Starts one on a free port of this machine. */
  static async start(): Promise<SilentDirectServer> {
    const key = await RsaPrivateKey.generate(2048);
    return new SilentDirectServer(UdpSocket.open({ hostname: "127.0.0.1", port: 0 }), key);
  }

  /** `127.0.0.1:PORT`. */
  get address(): string {
    return formatEndpoint(this.#socket.local);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket[Symbol.asyncDispose]();
  }
}
