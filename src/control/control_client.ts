import { ControlClientError } from "./control_client_error.ts";
import { ControlLink, type ControlLinkOptions, readTextAnswer, refusal } from "./control_link.ts";
import { type ControlReply, readReply } from "./control_reply.ts";
import { Deque } from "../session/deque.ts";
import { isJsonObject, type JsonObject } from "./json_value.ts";

/** Log lines and events that wait for `stream` at most; past it the oldest is lost. */
export const MAX_WAITING_ITEMS = 10_000;

/** Which control port to connect to, and what to get from it. */
export interface ControlClientOptions extends ControlLinkOptions {
  /** Whether the log and events are wanted, to be read by `stream`; by default they are not. */
  readonly streams?: boolean;
}

/**
 * A client of the control port, in JSON mode.
 *
 * ```ts
 * import { ControlClient } from "./control_client.ts";
 *
 * async function countClients(): Promise<number> {
 *   await using client = await ControlClient.connect({ hostname: "127.0.0.1", port: 47701 });
 *   const reply = await client.run("list_clients");
 *   return reply.ok ? reply.lines.length : 0;
 * }
 * ```
 *
 * It reads only while somebody waits for something; the server bounds what it keeps meanwhile.
 */
export class ControlClient implements AsyncDisposable {
  readonly #link: ControlLink;
  readonly #streams: boolean;
  readonly #replies = new Map<number, (reply: ControlReply) => void>();
  readonly #items = new Deque<JsonObject>();
  #lostItems = 0;
  #lastId = 0;
  #reading: Promise<boolean> | undefined;

  private constructor(link: ControlLink, streams: boolean) {
    this.#link = link;
    this.#streams = streams;
  }

  /**
   * Connects.
   *
   * @param options Where to, and what for.
   * @returns The client, owned by the caller.
   * @throws {ControlClientError} If the server cannot be reached, or refuses.
   * @throws {unknown} The signal's reason when it aborts.
   */
  static async connect(options: ControlClientOptions): Promise<ControlClient> {
    const { streams = false } = options;
    const link = await ControlLink.connect(options);
    try {
      if (!streams) await link.send("logs off");
      if (!streams) await readTextAnswer(link);
      await enterJsonMode(link);
      return new ControlClient(link, streams);
    } catch (error) {
      link.close();
      throw error;
    }
  }

  /**
   * Runs one command. Several may be under way at once.
   *
   * @param command Its name, but not `mode`, which would end the JSON mode.
   * @param args Its arguments; those past the last one it knows are joined with spaces.
   * @returns The reply, whether the command could be done or not.
   * @throws {ControlClientError} If the command is too long or the connection is lost.
   * @throws {RangeError} If the command is `mode`.
   */
  async run(command: string, args: readonly string[] = []): Promise<ControlReply> {
    if (command === "mode") throw new RangeError("Cannot run mode: this client speaks JSON");
    const id = ++this.#lastId;
    let reply: ControlReply | undefined;
    this.#replies.set(id, (received) => reply = received);
    try {
      await this.#link.send(JSON.stringify({ id, command, args }));
      while (reply === undefined) {
        if (!await this.#readOne()) throw lost();
      }
      return reply;
    } finally {
      this.#replies.delete(id);
    }
  }

  /**
   * Gives log lines and events as they come, for a client that asked for them.
   *
   * @returns JSON objects of `type` `log` or `event`, until the server ends the connection.
   */
  async *stream(): AsyncGenerator<JsonObject, void> {
    for (;;) {
      const item = this.#takeItem();
      if (item !== undefined) yield item;
      else if (!await this.#readOne()) return;
    }
  }

  /** Ends the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#link[Symbol.asyncDispose]();
  }

  #takeItem(): JsonObject | undefined {
    if (this.#lostItems === 0) return this.#items.shift();
    const count = this.#lostItems;
    this.#lostItems = 0;
    return { type: "event", event: "log_lines_dropped", count };
  }

  // Whoever waits shares one read: what it brings may be for another.
  #readOne(): Promise<boolean> {
    this.#reading ??= this.#readLine().finally(() => this.#reading = undefined);
    return this.#reading;
  }

  async #readLine(): Promise<boolean> {
    const line = await this.#link.readLine();
    if (line === undefined) return false;
    const object = parseObject(line);
    if (object?.type === "reply") this.#takeReply(object);
    else if (object !== undefined && this.#streams) this.#keepItem(object);
    return true;
  }

  #takeReply(object: JsonObject): void {
    const reply = readReply(object);
    if (reply === undefined) return;
    const { id } = object;
    const take = typeof id === "number" ? this.#replies.get(id) : undefined;
    if (take !== undefined) return take(reply);
    // What no command of ours caused is why the server is about to end the connection.
    if (!reply.ok) throw refusal(`ERR ${reply.code} ${reply.text}`);
  }

  #keepItem(object: JsonObject): void {
    this.#items.push(object);
    if (this.#items.size <= MAX_WAITING_ITEMS) return;
    this.#items.shift();
    this.#lostItems++;
  }
}

/**
 * Turns a link to JSON mode; what comes before is dropped.
 *
 * @param link A link in text mode.
 * @throws {ControlClientError} `CONTROL_REFUSED` or `CONTROL_LOST`.
 */
export async function enterJsonMode(link: ControlLink): Promise<void> {
  await link.send("mode json");
  for (;;) {
    const line = await link.readLine();
    if (line === undefined) throw lost();
    if (line.startsWith("ERR ")) throw refusal(line);
    if (parseObject(line)?.type === "reply") return;
  }
}

function parseObject(line: string): JsonObject | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : undefined;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new ControlClientError("CONTROL_NOT_SPOKEN", "Cannot read control port: bad JSON", {
      cause,
    });
  }
}

function lost(): ControlClientError {
  return new ControlClientError("CONTROL_LOST", "Connection to the server lost");
}
