import type { RunningRelay } from "../../scripts/hushcast_process.ts";
import { PythonPeer } from "../support/python.ts";

const SCRIPT = new URL("reliable_peer.py", import.meta.url);

/** Long enough for any answer on a busy machine. */
const PATIENCE_SECONDS = 10;

/** What is asked of the Python process, and what it answers: one JSON object each way. */
type Fields = Readonly<Record<string, unknown>>;

/**
 * A TLV by its name in PROTOCOL 1.2, or by its number, and then its fields, its text, its bytes in
 * hexadecimal digits, or how many zero bytes it holds.
 */
export type NamedTlv = readonly [
  name: string | number,
  ...values: readonly (string | number | readonly NamedTlv[])[],
];

/** A datagram that came. */
export interface Answer {
  /** UDP payload. */
  readonly bytes: number;
  /** TLVs in words: `ACK 3 17`, and `ann: ACK 3 17` of a token under ann's key. */
  readonly tlvs: readonly string[];
}

/** How a Python client registers; by default without name and token, and for reliable delivery. */
export interface RegisterOptions {
  /** CLIENT_NAME; `null` for none; by default what the test calls the client. */
  readonly name?: string | null;
  /** AUTH_TOKEN. */
  readonly token?: string;
  /** Feature bits. */
  readonly features?: number;
}

/** What a Python client was told when it registered. */
export interface Registered {
  /** SESSION_ID, in hexadecimal digits. */
  readonly session: string;
  /** SERIES_ID, in hexadecimal digits. */
  readonly series: string;
  /** Feature bits granted. */
  readonly features: number;
  /** Latest relay sequence. */
  readonly latest: number;
  /** Fingerprint of the SERVER_IDENTITY, whose signature was checked. */
  readonly identity: string;
  /** The datagram that registered it. */
  readonly registration: Uint8Array;
}

/** What happened at a Python client since it last ran until something came. */
export interface Run {
  /** What its user gets, in order. */
  readonly events: readonly Fields[];
  /** Ranges of each NACK that it sent. */
  readonly nacks: readonly unknown[];
}

/**
 * `tests/interop/reliable_peer.py` at work: any number of clients and sockets in one process, known
 * by names that the test gives.
 */
export class PythonClients implements AsyncDisposable {
  readonly #peer: PythonPeer;
  readonly #relay: string;

  /**
   * @param python What `findPython` gave.
   * @param relay Where all of them talk.
   */
  constructor(python: string, relay: Pick<RunningRelay, "relay">) {
    this.#peer = new PythonPeer(python, SCRIPT);
    this.#relay = relay.relay;
  }

  /**
   * Opens a socket.
   *
   * @returns Its `IP:PORT`.
   */
  async open(port: string): Promise<string> {
    return String((await this.#ask("open", { port, relay: this.#relay })).address);
  }

  /** Puts a datagram together. */
  async datagram(...tlvs: readonly NamedTlv[]): Promise<Uint8Array> {
    return Uint8Array.fromBase64(String((await this.#ask("datagram", { tlvs })).datagram));
  }

  /** Sends datagrams as they are. */
  async send(port: string, ...datagrams: readonly Uint8Array[]): Promise<void> {
    await this.#ask("send", { port, datagrams: datagrams.map((bytes) => bytes.toBase64()) });
  }

  /** The next datagram, or `undefined` when none comes in time. */
  async receive(port: string, seconds = PATIENCE_SECONDS): Promise<Answer | undefined> {
    const { bytes, tlvs } = await this.#ask("receive", { port, seconds });
    return Array.isArray(tlvs) ? { bytes: Number(bytes), tlvs: tlvs.map(String) } : undefined;
  }

  /** Sends a datagram, and tells the TLVs of the next that comes; none when none comes. */
  async exchange(port: string, datagram: Uint8Array): Promise<readonly string[]> {
    await this.send(port, datagram);
    return (await this.receive(port))?.tlvs ?? [];
  }

  /**
   * Sends a datagram that is always answered, and so tells what came before, without a wait.
   *
   * @param port Where.
   * @param datagram The question.
   * @param answer What a TLV of its answer begins with.
   * @returns What came before the answer.
   * @throws {Error} If the answer doesn't come.
   */
  async answersBefore(port: string, datagram: Uint8Array, answer: string): Promise<Answer[]> {
    await this.send(port, datagram);
    const before: Answer[] = [];
    for (;;) {
      const next = await this.receive(port);
      if (next === undefined) throw new Error(`no ${answer} came, but ${JSON.stringify(before)}`);
      if (next.tlvs.some((tlv) => tlv.startsWith(answer))) return before;
      before.push(next);
    }
  }

  /** What came at a registered client's port until now, in words. */
  async heardBy(client: string, port = client): Promise<string[]> {
    const probe = await this.datagram(sealed(client, ["KEEP_ALIVE"]));
    const answers = await this.answersBefore(port, probe, `${client}: KEEP_ALIVE_REPLY`);
    return answers.flatMap(({ tlvs }) => tlvs);
  }

  /** What came at a socket without a session until now. */
  async heardByStranger(port: string): Promise<Answer[]> {
    const request = await this.datagram(["PUBLIC_KEY_REQUEST", 996]);
    return await this.answersBefore(port, request, "SERVER_PUBLIC_KEY_RESPONSE");
  }

  /** Gives a client a fresh key, for datagrams that the test puts together. */
  async renewKey(client: string): Promise<void> {
    await this.#ask("renew_key", { client });
  }

  /**
   * Registers a client at a socket of its own name, which is opened.
   *
   * @throws {Error} If it is rejected.
   */
  async join(client: string, options: RegisterOptions = {}): Promise<Registered> {
    await this.open(client);
    return await this.register(client, client, options);
  }

  /** As `join`, at a socket that is open. */
  async register(
    client: string,
    port: string,
    options: RegisterOptions = {},
  ): Promise<Registered> {
    const reply = await this.#ask("register", { client, port, name: client, ...options });
    if ("rejected" in reply) throw new Error(`${client} was rejected with code ${reply.rejected}`);
    return {
      session: String(reply.session),
      series: String(reply.series),
      features: Number(reply.features),
      latest: Number(reply.latest),
      identity: String(reply.identity),
      registration: Uint8Array.fromBase64(String(reply.registration)),
    };
  }

  /**
   * Tries to register.
   *
   * @returns The code of the rejection.
   * @throws {Error} If it is not rejected.
   */
  async rejection(client: string, options: RegisterOptions = {}): Promise<number> {
    await this.open(client);
    const reply = await this.#ask("register", { client, port: client, name: client, ...options });
    if (typeof reply.rejected === "number") return reply.rejected;
    throw new Error(`${client} was not rejected`);
  }

  /** Gives a client messages to send when it runs. */
  async say(client: string, ...texts: readonly string[]): Promise<void> {
    await this.#ask("say", { client, texts });
  }

  /** Names messages that a client is to lose, each once. */
  async drop(client: string, ...texts: readonly string[]): Promise<void> {
    await this.#ask("drop", { client, texts });
  }

  /**
   * Runs a client until everything that it said is acknowledged.
   *
   * @returns The ACKs since the last time: CLIENT_SEQUENCE and RELAY_SEQUENCE.
   */
  async flush(client: string): Promise<unknown> {
    const { done, acks } = await this.#ask("flush", { client, seconds: PATIENCE_SECONDS });
    if (done !== true) throw new Error(`${client} still waits for an ACK, and got ${acks}`);
    return acks;
  }

  /** Runs a client until an event holds this text. */
  async runUntil(client: string, until: string): Promise<Run> {
    const reply = await this.#ask("run", { client, until, seconds: PATIENCE_SECONDS });
    const { done, events, nacks } = reply;
    if (!Array.isArray(events) || !Array.isArray(nacks)) throw new TypeError("Reply is no run");
    if (done !== true) throw new Error(`no "${until}" at ${client}: ${JSON.stringify(reply)}`);
    return { events, nacks };
  }

  /**
   * Puts a forwarder between a client of hushcast and the relay.
   *
   * @returns Its address.
   */
  async forward(): Promise<string> {
    return String((await this.#ask("forward", { relay: this.#relay })).address);
  }

  /** Has the forwarder lose each `each`th datagram from now on. */
  async lose(each: number): Promise<void> {
    await this.#ask("lose", { each });
  }

  /** Moves the client behind the forwarder to another address. */
  async move(): Promise<void> {
    await this.#ask("move");
  }

  /** Names of the outer TLVs, for each datagram that the moved client has sent since. */
  async sentSinceMove(): Promise<unknown> {
    return (await this.#ask("sent")).datagrams;
  }

  /** Ends the process. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#peer[Symbol.asyncDispose]();
  }

  async #ask(operation: string, fields: Fields = {}): Promise<Fields> {
    const reply = await this.#peer.request({ operation, ...fields });
    if (typeof reply !== "object" || reply === null) throw new TypeError("Reply is no object");
    return { ...reply };
  }
}

/** A token under a client's key. */
export function sealed(client: string, ...tlvs: readonly NamedTlv[]): NamedTlv {
  return ["SYMMETRICALLY_ENCRYPTED_MESSAGE", client, tlvs];
}

/** The messages of a run, in order. */
export function messagesOf({ events }: Pick<Run, "events">): unknown[] {
  return events.filter((event) => "message" in event).map(({ message }) => message);
}
