import { ControlListenError } from "../control/listen_address.ts";
import { ControlServer } from "../control/control_server.ts";
import { relayCommands } from "../control/relay_commands.ts";
import type { ControlEvent } from "../control/control_event.ts";
import type { EventLogger } from "../observe/event_logger.ts";
import { configureLogging, type Logging } from "../observe/log.ts";
import { LogHub } from "../observe/log_hub.ts";
import { levelNameOf } from "../observe/log_level.ts";
import { loadIdentity } from "../relay/identity_file.ts";
import type { RelayOptions } from "../relay/relay_options.ts";
import { type ClientEvent, RelayServer } from "../relay/relay_server.ts";
import { SHUTDOWN_REASON } from "../session/shutdown_reason.ts";
import { formatEndpoint } from "../session/endpoint.ts";
import type { RelaySettings } from "../settings/command_settings.ts";
import { TlvTypesError, tlvTypesWith } from "../wire/tlv_types.ts";
import type { CommandContext } from "./command.ts";
import { readControlToken } from "./control_token.ts";
import type { HushcastError } from "../errors.ts";
import { UsageError } from "./usage_error.ts";
import { EXIT_CODE, type ExitCode } from "./exit_code.ts";

/** Runs `hushcast relay` until SIGINT, SIGTERM or the control port's `exit`; see `CommandModule`. */
export async function run({ settings, io }: CommandContext<"relay">): Promise<ExitCode> {
  const hub = new LogHub();
  using logging = openLog(settings, hub, io.stderr.isTerminal && !io.noColor);
  const protocol = protocolOptions(settings);
  const token = settings.controlTokenFile && await readControlToken(settings.controlTokenFile);
  const { identity, path, isNew } = await loadIdentity(settings.state);
  if (isNew) logging.logger.info("identity created", { path, identity: identity.fingerprint });
  let publish: (event: ControlEvent) => void = () => undefined;
  await using relay = await RelayServer.start({
    bind: settings.bind,
    port: settings.port,
    group: settings.multicast ? settings.group : undefined,
    interface: settings.interface,
    identity,
    rsaBits: settings.rsaBits,
    protocol,
    logger: logging.logger,
    onClientEvent: (event) => publish(controlEventOf(event)),
  });
  await using control = openControl(settings, token, relay, hub, logging.logger);
  publish = (event) => control.publish(event);
  logging.logger.info("relay started", {
    udp: formatEndpoint(relay.local),
    group: relay.group && formatEndpoint(relay.group),
    control: formatEndpoint(control.endpoint),
    identity: identity.fingerprint,
  });
  await io.stdout.write(`${readyLine(relay, control, identity.fingerprint)}\n`);
  await serve(relay, io.signal);
  await control.close(SHUTDOWN_REASON);
  logging.logger.info("relay stopped");
  return EXIT_CODE.done;
}

function openLog(settings: RelaySettings, hub: LogHub, color: boolean): Logging {
  const { logLevel, logFormat, logFile, logFileMaxBytes, logFileBackups } = settings;
  const file = logFile === undefined
    ? undefined
    : { path: logFile, maxBytes: logFileMaxBytes, maxBackupCount: logFileBackups };
  return configureLogging({ level: levelNameOf(logLevel), format: logFormat, color, file, hub });
}

function protocolOptions(settings: RelaySettings): Omit<RelayOptions, "randomBytes"> {
  return {
    types: orUsageError(TlvTypesError, "TLV_TYPES", () => tlvTypesWith(settings.tlvTypes)),
    clientTimeoutMs: settings.clientTimeoutMs,
    fragmentTimeoutMs: settings.fragmentTimeoutMs,
    maxMessageAgeSeconds: settings.maxMessageAgeMs / 1000,
    maxMessageBytes: settings.maxMessageBytes,
    maxClients: settings.maxClients,
    budgetBytes: settings.datagramBudgetBytes,
  };
}

function openControl(
  settings: RelaySettings,
  token: string | undefined,
  relay: RelayServer,
  hub: LogHub,
  logger: EventLogger,
): ControlServer {
  return orUsageError(ControlListenError, "CONTROL_TOKEN_REQUIRED", () =>
    new ControlServer({
      hostname: settings.controlHost,
      port: settings.controlPort,
      token,
      commands: relayCommands(relay),
      logs: hub,
      logger,
    }));
}

/** Makes a usage error of one that says that the settings don't go together. */
function orUsageError<T>(
  type: abstract new (...args: never[]) => HushcastError,
  code: string,
  make: () => T,
): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof type && error.code === code) {
      throw new UsageError(error.message, { cause: error });
    }
    throw error;
  }
}

function readyLine(relay: RelayServer, control: ControlServer, identity: string): string {
  const group = relay.group === undefined ? "-" : formatEndpoint(relay.group);
  return `hushcast relay ready udp=${formatEndpoint(relay.local)} group=${group} ` +
    `control=${formatEndpoint(control.endpoint)} identity=${identity}`;
}

/** Waits until the relay has shut down, which a signal of the process begins. */
async function serve(relay: RelayServer, signal: AbortSignal): Promise<void> {
  const stop = () => relay.shutdown(SHUTDOWN_REASON);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    await relay.finished;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function controlEventOf(event: ClientEvent): ControlEvent {
  const { id, address } = event.client;
  return event.event === "joined"
    ? { event: "joined", id, address }
    : { event: "left", id, address, reason: event.reason };
}
