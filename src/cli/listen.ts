import type { RelayClientEvent } from "../client/relay_client_event.ts";
import type { RelayClient } from "../client/relay_client.ts";
import type { ReplayOptions } from "../client/relay_client_options.ts";
import { escapeUnprintable } from "../observe/printable_text.ts";
import { LISTEN_SETTINGS } from "../settings/client_settings.ts";
import type { ListenSettings } from "../settings/command_settings.ts";
import type { CliIo } from "./cli_io.ts";
import { exclusive, readClientAccess } from "./client_access.ts";
import { withRelayClient } from "./client_connection.ts";
import { clientNote } from "./client_note.ts";
import type { CommandContext } from "./command.ts";
import { eventJson } from "./event_json.ts";
import { EXIT_CODE, type ExitCode } from "./exit_code.ts";
import { printableMessage } from "./printable_message.ts";

/** Runs `hushcast listen` until its count is reached, it is interrupted or the relay ends it. */
export async function run({ settings, io }: CommandContext<"listen">): Promise<ExitCode> {
  const { json, count } = settings;
  const lineOf = json ? eventJson : textLine;
  const replay = replayOf(settings);
  const access = await readClientAccess("listen", settings, io);
  const work = (client: RelayClient) => listen(client, lineOf, count, io);
  return await withRelayClient(settings, access, work, replay === undefined ? {} : { replay });
}

function replayOf({ replay, since }: ListenSettings): ReplayOptions | undefined {
  if (replay !== undefined && since !== undefined) {
    throw exclusive(LISTEN_SETTINGS.replay, LISTEN_SETTINGS.since);
  }
  if (replay !== undefined) return { messages: replay };
  return since === undefined ? undefined : { seconds: since / 1000 };
}

async function listen(
  client: RelayClient,
  lineOf: (event: RelayClientEvent) => string | undefined,
  count: number | undefined,
  io: CliIo,
): Promise<ExitCode> {
  let messages = 0;
  for await (const event of client.events()) {
    const line = lineOf(event);
    if (line !== undefined) await io.stdout.write(`${line}\n`);
    const note = clientNote(event);
    if (note !== undefined) await io.stderr.write(`hushcast listen: ${note}\n`);
    if (event.type === "message" && ++messages === count) break;
  }
  return EXIT_CODE.done;
}

function textLine(event: RelayClientEvent): string | undefined {
  if (event.type !== "message") return undefined;
  return `${escapeUnprintable(event.sender)}\t${printableMessage(event.payload)}`;
}
