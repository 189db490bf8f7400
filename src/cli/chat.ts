import type { RelayClient } from "../client/relay_client.ts";
import { RelayClientError, type RelayClientErrorCode } from "../client/relay_client_error.ts";
import type { RelayClientEvent } from "../client/relay_client_event.ts";
import { formatEndpoint } from "../session/endpoint.ts";
import { CHAT_HELP, readChatLine } from "./chat_line.ts";
import { ChatView } from "./chat_view.ts";
import type { CliIo } from "./cli_io.ts";
import { readClientAccess } from "./client_access.ts";
import { withRelayClient } from "./client_connection.ts";
import { clientNote, gapNote } from "./client_note.ts";
import type { CommandContext } from "./command.ts";
import { EXIT_CODE, type ExitCode } from "./exit_code.ts";
import { readLines } from "./read_lines.ts";
import { stoppableInput } from "./stoppable_input.ts";

/** Longest line that is read, in UTF-16 code units; no relay takes more unless configured so. */
const MAX_LINE_LENGTH = 1024 * 1024;

/** Failures of one message, after which the client goes on. */
const NOTED_FAILURES: readonly RelayClientErrorCode[] = [
  "MESSAGE_TOO_LARGE",
  "SEND_QUEUE_FULL",
  "NOT_ACKNOWLEDGED",
];

/** Runs `hushcast chat` until `/quit`, the end of input, or the signal; see `CommandModule`. */
export async function run({ settings, io }: CommandContext<"chat">): Promise<ExitCode> {
  const access = await readClientAccess("chat", settings, io);
  const chat = (client: RelayClient) => new Chat(client, access.io).run();
  return await withRelayClient(settings, access, chat);
}

class Chat {
  readonly #client: RelayClient;
  readonly #io: CliIo;
  readonly #view: ChatView;
  readonly #sending = new Set<Promise<void>>();
  #isConnected = true;

  constructor(client: RelayClient, io: CliIo) {
    this.#client = client;
    this.#io = io;
    this.#view = new ChatView(io);
  }

  /** Shows what happens and sends what is typed, until either comes to its end. */
  async run(): Promise<ExitCode> {
    const input = stoppableInput(this.#io.stdin.readable);
    const showing = this.#showEvents();
    const typing = this.#takeLines(input.readable);
    try {
      await Promise.race([typing, showing]);
    } finally {
      await input.stop();
      await this.#client.close();
      await Promise.allSettled([typing, showing]);
    }
    return EXIT_CODE.done;
  }

  async #showEvents(): Promise<void> {
    for await (const event of this.#client.events()) {
      if (event.type === "registered") this.#isConnected = true;
      if (event.type === "reconnecting") this.#isConnected = false;
      await this.#show(event);
    }
  }

  async #show(event: RelayClientEvent): Promise<void> {
    switch (event.type) {
      case "message":
        return await this.#view.said(event.sender, event.payload);
      case "joined":
      case "left":
        return await this.#view.happened(`${event.id} ${event.type}`);
      case "notice":
        return await this.#view.happened(`notice from the relay: ${event.text}`);
      case "gap":
        return await this.#view.happened(gapNote(event));
      default:
        return await this.#view.noted(clientNote(event) ?? this.#greeting());
    }
  }

  #greeting(): string {
    return `connected to relay ${formatEndpoint(this.#client.relay)}; /help lists the commands`;
  }

  async #takeLines(readable: ReadableStream<Uint8Array>): Promise<void> {
    for await (const line of readLines(readable, MAX_LINE_LENGTH)) {
      const typed = readChatLine(line);
      if (typed.action === "quit") break;
      if (typed.action === "send") await this.#send(typed.text);
      if (typed.action === "help") await this.#explain(CHAT_HELP);
      if (typed.action === "unknown") {
        await this.#explain([`unknown command ${typed.command}; /help lists them`]);
      }
    }
    await this.#leave();
  }

  /** A pipe waits for each line to leave; a person can go on typing while the relay is away. */
  async #send(text: string): Promise<void> {
    const sending: Promise<void> = this.#sendOrSay(text)
      .finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
    if (!this.#io.stdin.isTerminal) await sending;
  }

  async #sendOrSay(text: string): Promise<void> {
    try {
      await this.#client.send(text);
    } catch (error) {
      // What ended the client is told where events are shown.
      if (!(error instanceof RelayClientError)) return;
      if (NOTED_FAILURES.includes(error.code)) await this.#view.noted(error.message);
    }
  }

  async #explain(lines: readonly string[]): Promise<void> {
    for (const line of lines) await this.#view.noted(line);
  }

  /** A person who leaves does not wait for a relay that is away; a script's lines do. */
  async #leave(): Promise<void> {
    if (!this.#isConnected && this.#io.stdin.isTerminal) return;
    await Promise.all(this.#sending);
    await this.#client.flush();
  }
}
