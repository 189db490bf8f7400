import { RelayClient } from "../client/relay_client.ts";
import type { RelayLocation } from "../client/relay_client_options.ts";
import { isFingerprint } from "../crypto/identity.ts";
import type { ChatSettings } from "../settings/command_settings.ts";
import type { CliIo } from "./cli_io.ts";
import { clientFailure } from "./client_failure.ts";
import { openClientLog } from "./client_log.ts";
import type { ExitCode } from "./exit_code.ts";
import { UsageError } from "./usage_error.ts";

/** The settings that all client commands have. */
export type ClientSettings = ChatSettings;

/** How a command differs from other clients. */
export interface ClientOptions {
  /** How long a lost relay is looked for, milliseconds; for ever if it is left out. */
  readonly reconnectTimeoutMs?: number;
}

/**
 * Connects to the relay that the settings name, works with it, and leaves it.
 *
 * @param settings Where the relay is, and how to talk with it.
 * @param io Its signal ends the client with a goodbye.
 * @param work What to do with the client; its result is the exit code.
 * @param options How the command differs from others.
 * @throws {UsageError} If `--identity` is no fingerprint.
 * @throws {ExitCodeError} With `unreachable` if the relay can't be reached, refuses, or ends it.
 */
export async function withRelayClient(
  settings: ClientSettings,
  io: CliIo,
  work: (client: RelayClient) => Promise<ExitCode>,
  options: ClientOptions = {},
): Promise<ExitCode> {
  if (settings.identity !== undefined && !isFingerprint(settings.identity)) {
    throw new UsageError("Cannot use --identity: it is not the fingerprint of any key");
  }
  using logging = openClientLog(settings, io);
  try {
    await using client = await RelayClient.connect({
      ...locationOf(settings),
      name: settings.name,
      interface: settings.interface,
      identity: settings.identity,
      stateDirectory: settings.state,
      timeoutMs: settings.timeoutMs,
      datagramBudgetBytes: settings.datagramBudgetBytes,
      fragmentTimeoutMs: settings.fragmentTimeoutMs,
      maxMessageAgeSeconds: settings.maxMessageAgeMs / 1000,
      maxMessageBytes: settings.maxMessageBytes,
      logger: logging.logger,
      signal: io.signal,
      ...options,
    });
    return await work(client);
  } catch (error) {
    throw clientFailure(error);
  }
}

function locationOf({ relay, group }: ClientSettings): RelayLocation {
  return relay === undefined ? { group } : { relay };
}
