import { DirectClient } from "../client/direct/direct_client.ts";
import { DirectClientError } from "../client/direct/direct_client_error.ts";
import type { RsaPrivateKey } from "../crypto/rsa_private_key.ts";
import { isFingerprint } from "../crypto/fingerprint.ts";
import type { Endpoint } from "../session/endpoint.ts";
import type { DirectSendSettings } from "../settings/command_settings.ts";
import { type CliIo, OutputClosedError } from "./cli_io.ts";
import { openClientLog } from "./client_log.ts";
import type { CommandContext } from "./command.ts";
import { directFailure } from "./direct_failure.ts";
import { EXIT_CODE, type ExitCode } from "./exit_code.ts";
import { type MessageSource, openMessageSource } from "./message_source.ts";
import { printableMessage } from "./printable_message.ts";
import { openProgressBar } from "./progress_bar.ts";
import { loadSenderKey } from "./sender_key.ts";
import { UsageError } from "./usage_error.ts";
import { writeNote } from "./write_note.ts";

/** Messages of fewer bytes are gone before anyone could read a progress bar. */
const MIN_PROGRESS_BYTES = 256 * 1024;

/** Runs `hushcast direct-send`; see `CommandModule`. */
export async function run(context: CommandContext<"direct-send">): Promise<ExitCode> {
  const { settings, positionals, io } = context;
  const server = requireServer(settings);
  // Before a key is made or anything is sent: a file that is not there should cost nobody anything.
  const source = await openMessageSource({
    words: positionals,
    file: settings.file,
    stdin: io.stdin,
    maxBytes: settings.maxTransferBytes,
    maxBytesFlag: "--max-transfer",
  });
  try {
    const key = await loadKey(settings, io);
    await sendTo(server, key, settings, source, io);
    return EXIT_CODE.done;
  } catch (error) {
    // What fails because of the interruption is no failure.
    throw io.signal.aborted ? io.signal.reason : directFailure(error);
  } finally {
    await source.stop();
  }
}

function requireServer({ server, serverKey }: DirectSendSettings): Endpoint {
  if (server === undefined) {
    throw new UsageError("Missing --server: write --server=HOST[:PORT]");
  }
  if (serverKey !== undefined && !isFingerprint(serverKey)) {
    throw new UsageError("Cannot use --server-key: it is not the fingerprint of any key");
  }
  return server;
}

async function loadKey(
  { key: path, plainRsa }: DirectSendSettings,
  io: CliIo,
): Promise<RsaPrivateKey | undefined> {
  if (path === undefined) return undefined;
  const note = (text: string) => writeNote(io, "direct-send", text);
  const key = await loadSenderKey(path, note);
  if (plainRsa) {
    await note("messages go unsigned: with --plain-rsa there is no place for a signature");
  }
  return key;
}

async function sendTo(
  server: Endpoint,
  key: RsaPrivateKey | undefined,
  settings: DirectSendSettings,
  source: MessageSource,
  io: CliIo,
): Promise<void> {
  using logging = openClientLog(settings, io);
  await using client = await DirectClient.connect({
    server,
    serverKey: settings.serverKey,
    key,
    plainRsa: settings.plainRsa,
    interface: settings.interface,
    timeoutMs: settings.timeoutMs,
    maxFragmentBytes: settings.maxFragmentBytes,
    maxMessageBytes: settings.maxTransferBytes,
    logger: logging.logger,
    signal: io.signal,
  });
  if (settings.serverKey === undefined && io.stderr.isTerminal) {
    const note = `server key ${client.serverFingerprint} (pin it with --server-key)`;
    await writeNote(io, "direct-send", note);
  }
  const printing = printMessages(client, io);
  // It is waited for below, but may fail while messages are still being sent.
  printing.catch(() => undefined);
  try {
    await sendAll(client, source, io);
  } finally {
    await client.close();
    await printing;
  }
}

/** Prints what the server says by itself meanwhile, one line a message, as long as anyone reads it. */
async function printMessages(client: DirectClient, io: CliIo): Promise<void> {
  try {
    for await (const payload of client.messages()) {
      await io.stdout.write(`${printableMessage(payload)}\n`);
    }
  } catch (error) {
    // Whatever ended the client, the sending has been told as well.
    const isEnd = error instanceof DirectClientError || error === io.signal.reason;
    if (!isEnd && !(error instanceof OutputClosedError)) throw error;
  }
}

/** Sends one message after the other, each when the one before is acknowledged. */
async function sendAll(client: DirectClient, source: MessageSource, io: CliIo): Promise<void> {
  const stop = () => void source.stop(); // waited for where the source was opened
  io.signal.addEventListener("abort", stop, { once: true });
  try {
    for await (const message of source.messages) {
      await using progress = openProgressBar(io, {
        label: source.label,
        minTotal: MIN_PROGRESS_BYTES,
      });
      await client.send(message, {
        onProgress: ({ sentBytes, totalBytes }) =>
          progress.show({ done: sentBytes, total: totalBytes }),
      });
    }
  } finally {
    io.signal.removeEventListener("abort", stop);
  }
  io.signal.throwIfAborted();
}
