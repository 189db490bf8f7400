import type { RelayClient } from "../client/relay_client.ts";
import type { SendSettings } from "../settings/command_settings.ts";
import { type CliIo, OutputClosedError } from "./cli_io.ts";
import { readByteLines } from "./byte_lines.ts";
import { withRelayClient } from "./client_connection.ts";
import { clientNote } from "./client_note.ts";
import type { CommandContext } from "./command.ts";
import { EXIT_CODE, type ExitCode } from "./exit_code.ts";
import { ExitCodeError } from "./exit_code_error.ts";
import { openProgressBar } from "./progress_bar.ts";
import { stoppableInput } from "./stoppable_input.ts";
import { UsageError } from "./usage_error.ts";

/** What is to be sent. */
interface MessageSource {
  /** What the progress bar calls it. */
  readonly label: string;
  readonly messages: AsyncIterable<Uint8Array>;
  /** Ends `messages`, even while they wait for a key to be pressed. */
  stop(): Promise<void>;
}

/** Runs `hushcast send`; see `CommandModule`. */
export async function run(context: CommandContext<"send">): Promise<ExitCode> {
  const { settings, positionals, io } = context;
  if (positionals.length > 0 && settings.file !== undefined) {
    throw new UsageError("TEXT and --file exclude each other");
  }
  // Read before anything is connected: a file that is not there should cost nobody a registration.
  const source = await openSource(settings, positionals, io);
  // A script would rather fail than wait for a relay that does not come back.
  const options = { reconnectTimeoutMs: settings.timeoutMs };
  return await withRelayClient(settings, io, (client) => sendAll(client, source, io), options);
}

async function openSource(
  { file, maxMessageBytes }: SendSettings,
  words: readonly string[],
  io: CliIo,
): Promise<MessageSource> {
  if (words.length > 0) return single("message", new TextEncoder().encode(words.join(" ")));
  if (file !== undefined) return single(file, await readMessageFile(file, maxMessageBytes));
  const { readable, stop } = stoppableInput(io.stdin.readable);
  return { label: "line", messages: readByteLines(readable, maxMessageBytes), stop };
}

function single(label: string, message: Uint8Array): MessageSource {
  const readable = ReadableStream.from([message]);
  return { label, messages: readable, stop: () => Promise.resolve() };
}

/** Sends, and watches the client: it may end while there is nothing to send. */
async function sendAll(client: RelayClient, source: MessageSource, io: CliIo): Promise<ExitCode> {
  const sending = sendEach(client, source, io);
  const watching = printNotes(client, io);
  try {
    await Promise.race([sending, watching]);
  } finally {
    await source.stop();
    await client.close();
    await Promise.allSettled([sending, watching]);
  }
  return EXIT_CODE.done;
}

async function sendEach(
  client: RelayClient,
  { label, messages }: MessageSource,
  io: CliIo,
): Promise<void> {
  for await (const message of messages) {
    await using progress = openProgressBar(io, label);
    await client.send(message, { onProgress: (state) => progress.show(state) });
  }
  await client.flush();
}

/** Prints what the user should know while messages leave, whether anyone reads it or not. */
async function printNotes(client: RelayClient, io: CliIo): Promise<void> {
  for await (const event of client.events()) {
    const note = event.type === "overflow" ? undefined : clientNote(event);
    if (note !== undefined) await writeNote(`hushcast send: ${note}\n`, io);
  }
}

async function writeNote(line: string, io: CliIo): Promise<void> {
  try {
    await io.stderr.write(line);
  } catch (error) {
    if (!(error instanceof OutputClosedError)) throw error;
  }
}

async function readMessageFile(path: string, maxBytes: number): Promise<Uint8Array> {
  try {
    const { size } = await Deno.stat(path);
    if (size > maxBytes) {
      throw new ExitCodeError(
        EXIT_CODE.failed,
        `Cannot send ${path}: a message has at most ${maxBytes} bytes (--max-message), it has ${size}`,
      );
    }
    return await Deno.readFile(path);
  } catch (cause) {
    if (cause instanceof ExitCodeError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ExitCodeError(EXIT_CODE.failed, `Cannot read ${path}: ${reason}`, { cause });
  }
}
