import { concat } from "@std/bytes";
import { type ByteEdit, editBytes } from "./file_byte_edits.ts";
import { editJson, type Json, type JsonEdit } from "./file_json_edits.ts";

/** What is wrong with one of the answers of a server; the connection ends behind it. */
export interface OddAnswer {
  /** Which answer, from 0: the greeting. */
  readonly at: number;
  /** Changes of its values, if it is JSON. */
  readonly values: readonly JsonEdit[];
  readonly bytes: readonly ByteEdit[];
}

/** What a server says and does. */
export interface HostileScript {
  /** Lines that come before each answer but the greeting: log, events, or anything. */
  readonly stream: readonly string[];
  readonly odd: OddAnswer | undefined;
  /** Where its bytes are cut. */
  readonly cuts: readonly number[];
}

/** A control port that answers as it should, up to one answer that is odd. */
export class HostileControlServer implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #script: HostileScript;
  readonly #serving: Promise<void>;
  #answers = 0;

  /** Begins to listen. @param script What it does to its one client. */
  constructor(script: HostileScript) {
    this.#script = script;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#serving = this.#serve();
  }

  /** Its port on 127.0.0.1. */
  get port(): number {
    return this.#listener.addr.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#serving;
  }

  async #serve(): Promise<void> {
    const conn = await this.#listener.accept().catch(() => undefined);
    if (conn === undefined) return;
    conn.setNoDelay();
    try {
      await this.#talk(conn);
    } catch (error) {
      // Its client may go at any moment.
      if (!isLoss(error)) throw error;
    } finally {
      conn.close();
    }
  }

  async #talk(conn: Deno.TcpConn): Promise<void> {
    let isOver = await this.#answer(conn, greeting());
    let rest = "";
    const buffer = new Uint8Array(8_192);
    for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
      const lines = (rest + new TextDecoder().decode(buffer.subarray(0, count))).split("\n");
      rest = lines.pop() ?? "";
      for (const line of isOver ? [] : lines) isOver ||= await this.#answer(conn, answerTo(line));
    }
  }

  /** @returns Whether it was the last answer. */
  async #answer(conn: Deno.TcpConn, { json, text }: Answer): Promise<boolean> {
    const { odd, stream, cuts } = this.#script;
    const at = this.#answers++;
    const isOdd = odd?.at === at;
    const value = json !== undefined && isOdd ? editJson(json, odd.values) : json;
    const body = value === undefined ? text : `${JSON.stringify(value)}\n`;
    const lines = at === 0 ? [] : stream.map((line) => `${line}\n`);
    const bytes = new TextEncoder().encode([...lines, body].join(""));
    await writePieces(conn, isOdd ? editBytes(bytes, odd.bytes) : bytes, cuts);
    if (isOdd) await conn.closeWrite();
    return isOdd;
  }
}

interface Answer {
  /** The value, if it is a line of JSON. */
  readonly json?: Json;
  readonly text: string;
}

function greeting(): Answer {
  return { text: "# hushcast control 1\n" };
}

function answerTo(line: string): Answer {
  if (line === "mode json") return { text: "", json: { type: "reply", ok: true, lines: [line] } };
  if (!line.startsWith("{")) return { text: `= ${line}\nOK\n` };
  const { id, command } = JSON.parse(line);
  return {
    text: "",
    json: { type: "reply", id, command, ok: true, lines: ["one", "two"], data: { command } },
  };
}

async function writePieces(
  conn: Deno.TcpConn,
  bytes: Uint8Array,
  cuts: readonly number[],
): Promise<void> {
  const places = cuts.map((cut) => cut % (bytes.byteLength + 1)).toSorted((a, b) => a - b);
  for (const [index, start] of [0, ...places].entries()) {
    const piece = concat([bytes.subarray(start, places[index])]);
    for (let sent = 0; sent < piece.byteLength;) sent += await conn.write(piece.subarray(sent));
  }
}

function isLoss(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.NotConnected;
}
