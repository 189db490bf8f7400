import type { SendProgress } from "../client/pending_sends.ts";
import type { RelayClient } from "../client/relay_client.ts";
import type { RelayClientEvent } from "../client/relay_client_event.ts";
import type { CliIo } from "./cli_io.ts";
import { readClientAccess } from "./client_access.ts";
import { withRelayClient } from "./client_connection.ts";
import { clientNote } from "./client_note.ts";
import type { CommandContext } from "./command.ts";
import { EXIT_CODE, type ExitCode } from "./exit_code.ts";
import { type MessageSource, openMessageSource } from "./message_source.ts";
import { openProgressBar } from "./progress_bar.ts";
import { writeNote } from "./write_note.ts";

/** Messages of fewer datagrams are gone before anyone could read a progress bar. */
const MIN_DATAGRAMS = 200;

/** Events about messages of others, which nobody reads here. */
const ABOUT_OTHERS: readonly RelayClientEvent["type"][] = ["overflow", "gap", "new_series"];

/** Runs `hushcast send`; see `CommandModule`. */
export async function run(context: CommandContext<"send">): Promise<ExitCode> {
  const { settings, positionals } = context;
  const access = await readClientAccess("send", settings, context.io);
  const { io } = access;
  // Read before anything is connected: a file that is not there should cost nobody a registration.
  const source = await openMessageSource({
    words: positionals,
    file: settings.file,
    stdin: io.stdin,
    maxBytes: settings.maxMessageBytes,
    maxBytesFlag: "--max-message",
  });
  // A script would rather fail than wait for a relay that does not come back.
  const options = { reconnectTimeoutMs: settings.timeoutMs };
  return await withRelayClient(settings, access, (client) => sendAll(client, source, io), options);
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
    await using progress = openProgressBar(io, { label, minTotal: MIN_DATAGRAMS });
    const onProgress = ({ sentDatagrams, totalDatagrams }: SendProgress) =>
      progress.show({ done: sentDatagrams, total: totalDatagrams });
    await client.send(message, { onProgress });
  }
  await client.flush();
}

/** Prints what the user should know while messages leave, whether anyone reads it or not. */
async function printNotes(client: RelayClient, io: CliIo): Promise<void> {
  for await (const event of client.events()) {
    const note = ABOUT_OTHERS.includes(event.type) ? undefined : clientNote(event);
    if (note !== undefined) await writeNote(io, "send", note);
  }
}
