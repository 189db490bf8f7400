import { RelayClient } from "../client/relay_client.ts";
import type { ReplayOptions } from "../client/relay_client_options.ts";
import type { ChatSettings } from "../settings/command_settings.ts";
import type { ClientAccess } from "./client_access.ts";
import { clientFailure } from "./client_failure.ts";
import { openClientLog } from "./client_log.ts";
import type { ExitCode } from "./exit_code.ts";

/** The settings that all client commands have. */
export type ClientSettings = ChatSettings;

/** How a command differs from other clients. */
export interface ClientOptions {
  /** What to hear of the time before, which implies reliable delivery; nothing if it is left out. */
  readonly replay?: ReplayOptions;
  /** How long a lost relay is looked for, milliseconds; for ever if it is left out. */
  readonly reconnectTimeoutMs?: number;
}

/**
 * Connects to a relay, works with it, and leaves it.
 *
 * @param settings How to talk with it.
 * @param access Where the relay is and what it asks for; the signal of its process ends the client
 *   with a goodbye.
 * @param work What to do with the client; its result is the exit code.
 * @param options How the command differs from others.
 * @throws {ExitCodeError} With `unreachable` if the relay can't be reached, refuses, or ends it.
 */
export async function withRelayClient(
  settings: ClientSettings,
  { location, identity, token, io }: ClientAccess,
  work: (client: RelayClient) => Promise<ExitCode>,
  options: ClientOptions = {},
): Promise<ExitCode> {
  using logging = openClientLog(settings, io);
  try {
    await using client = await RelayClient.connect({
      ...location,
      name: settings.name,
      interface: settings.interface,
      identity,
      token,
      reliable: settings.reliable,
      groupDelivery: settings.groupDelivery,
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
