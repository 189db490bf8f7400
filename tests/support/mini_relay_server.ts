import { Identity } from "../../src/crypto/identity.ts";
import {
  exportSpkiPem,
  generateRsaKeyPair,
  rsaDecrypt,
  RsaDecryptError,
  spkiDer,
} from "../../src/crypto/rsa.ts";
import { type Endpoint, formatEndpoint } from "../../src/session/endpoint.ts";
import type { Instant } from "../../src/session/instant.ts";
import { UdpSocket } from "../../src/session/udp_socket.ts";
import { encodeServerIdentity } from "../../src/wire/server_identity.ts";
import { MiniRelay, type MiniRelayOptions } from "./mini_relay.ts";
import { SeededRandom } from "./seeded_random.ts";

/** One pair for all: a new one each time would take most of the tests' time. */
const RSA_KEYS = await generateRsaKeyPair(2048);

/** How a mini relay server differs from others. */
export interface MiniRelayServerOptions extends Partial<MiniRelayOptions> {
  /** IP address; 127.0.0.1 by default. */
  readonly hostname?: string;
  /** UDP port; a free one by default. */
  readonly port?: number;
  /** Its identity; a new one by default, and with `null` none at all. */
  readonly provesIdentity?: Identity | null;
  /** A multicast group to join on the loopback interface. */
  readonly group?: string;
}

/** A mini relay on a real socket of this machine, with a real RSA key. */
export class MiniRelayServer implements AsyncDisposable {
  readonly #socket: UdpSocket;
  readonly #decrypting = new Set<Promise<void>>();
  readonly #privateKey: CryptoKey;
  #loss = 0;
  readonly #random = new SeededRandom(1);
  /** What it does, and what it heard. */
  readonly relay: MiniRelay;
  /** Fingerprint of its identity. */
  readonly fingerprint: string | undefined;

  private constructor(
    socket: UdpSocket,
    privateKey: CryptoKey,
    fingerprint: string | undefined,
    options: MiniRelayOptions,
  ) {
    this.#socket = socket;
    this.#privateKey = privateKey;
    this.fingerprint = fingerprint;
    this.relay = new MiniRelay({
      random: this.#random,
      now: readClocks,
      send: (datagram, to) => this.#send(datagram, to),
      sendToGroup: (datagram, address) => this.#send(datagram, address),
      decrypt: (block, done) => this.#decrypt(block, done),
    }, options);
    void socket.receive((datagram, from) => {
      if (!this.#random.chance(this.#loss)) this.relay.receive(datagram, from);
    });
  }

  /** Starts one. */
  static async start(options: MiniRelayServerOptions = {}): Promise<MiniRelayServer> {
    const { hostname, port = 0, provesIdentity, group, ...rest } = options;
    const { publicKey, privateKey } = RSA_KEYS;
    const identity = provesIdentity === undefined ? await Identity.generate() : provesIdentity;
    const pem = new TextEncoder().encode(await exportSpkiPem(publicKey));
    const value = identity === null ? undefined : await identityValue(identity, publicKey);
    const bind = hostname ?? (group === undefined ? "127.0.0.1" : "0.0.0.0");
    const socket = UdpSocket.open({ hostname: bind, port });
    if (group !== undefined) await socket.joinGroup(group, "127.0.0.1");
    const answers = value === undefined ? { pem, ...rest } : { pem, identity: value, ...rest };
    return new MiniRelayServer(socket, privateKey, identity?.fingerprint, answers);
  }

  /** Its address. */
  get endpoint(): Endpoint {
    const { hostname, port } = this.#socket.local;
    return { hostname: hostname === "0.0.0.0" ? "127.0.0.1" : hostname, port };
  }

  /** The same as text. */
  get address(): string {
    return formatEndpoint(this.endpoint);
  }

  /** Loses datagrams in both directions from now on, with a probability from 0 to 1. */
  lose(probability: number): void {
    this.#loss = probability;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket[Symbol.asyncDispose]();
    await Promise.all(this.#decrypting);
  }

  #send(datagram: Uint8Array, to: Endpoint): void {
    if (!this.#random.chance(this.#loss)) this.#socket.send(datagram, to, () => undefined);
  }

  #decrypt(block: Uint8Array, done: (plaintext: Uint8Array | undefined) => void): void {
    const decrypting = rsaDecrypt(this.#privateKey, block).then(done, (error) => {
      if (!(error instanceof RsaDecryptError)) throw error;
      done(undefined);
    }).finally(() => this.#decrypting.delete(decrypting));
    this.#decrypting.add(decrypting);
  }
}

async function identityValue(identity: Identity, publicKey: CryptoKey): Promise<Uint8Array> {
  const notAfter = Math.floor(Date.now() / 1000) + 3_600;
  const signature = await identity.signServerIdentity(await spkiDer(publicKey), notAfter);
  const fields = { publicKey: identity.publicKey, notAfter: BigInt(notAfter), signature };
  return encodeServerIdentity(fields);
}

function readClocks(): Instant {
  return { monotonicMs: performance.now(), unixMs: Date.now() };
}
