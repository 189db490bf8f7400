import type { ControlEvent } from "../control/control_event.ts";
import type { ControlServer } from "../control/control_server.ts";
import { relayCommands } from "../control/relay_commands.ts";
import type { EventLogger } from "../observe/event_logger.ts";
import { LogHub } from "../observe/log_hub.ts";
import { loadIdentity } from "../relay/identity_file.ts";
import type { RelayOptions } from "../relay/relay_options.ts";
import { RelayServer } from "../relay/relay_server.ts";
import { formatEndpoint } from "../session/endpoint.ts";
import { SHUTDOWN_REASON } from "../session/shutdown_reason.ts";
import type { RelaySettings } from "../settings/command_settings.ts";
import { TlvTypesError, tlvTypesWith } from "../wire/tlv_types.ts";
import type { CommandContext } from "./command.ts";
import { controlEventOf } from "./control_event_of.ts";
import { type ControlGuards, openControlPort, readControlGuards } from "./control_port.ts";
import { EXIT_CODE, type ExitCode } from "./exit_code.ts";
import { RelayAccess } from "./relay_access.ts";
import { orUsageError } from "./or_usage_error.ts";
import { openServerLog } from "./server_log.ts";
import { untilFinished } from "./until_finished.ts";
import { UsageError } from "./usage_error.ts";

/** Runs `hushcast relay` until SIGINT, SIGTERM or the control port's `exit`; see `CommandModule`. */
export async function run({ settings, io }: CommandContext<"relay">): Promise<ExitCode> {
  const hub = new LogHub();
  using logging = openServerLog(settings, hub, io);
  rejectGroupDelivery(settings);
  const access = await RelayAccess.read(settings, logging.logger);
  const protocol = protocolOptions(settings, access);
  const guards = await readControlGuards(settings);
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
    groupDelivery: { mode: settings.groupDelivery, port: settings.groupDeliveryPort },
    protocol,
    logger: logging.logger,
    onClientEvent: (event) => publish(controlEventOf(event)),
    onBansChanged: (bans) => access.saveBans(bans),
  });
  await using _tokens = access.watchTokens(relay);
  await using control = openControl(settings, guards, relay, hub, logging.logger);
  publish = (event) => control.publish(event);
  logging.logger.info("relay started", {
    udp: formatEndpoint(relay.local),
    group: relay.group && formatEndpoint(relay.group),
    group_delivery: deliveryOf(relay),
    control: formatEndpoint(control.endpoint),
    identity: identity.fingerprint,
  });
  await io.stdout.write(`${readyLine(relay, control, identity.fingerprint)}\n`);
  await untilFinished(relay, SHUTDOWN_REASON, io.signal);
  await control.close(SHUTDOWN_REASON);
  logging.logger.info("relay stopped");
  return EXIT_CODE.done;
}

function protocolOptions(
  settings: RelaySettings,
  { authTokens, bans }: RelayAccess,
): Omit<RelayOptions, "randomBytes" | "groupDelivery"> {
  return {
    types: orUsageError(TlvTypesError, "TLV_TYPES", () => tlvTypesWith(settings.tlvTypes)),
    clientTimeoutMs: settings.clientTimeoutMs,
    fragmentTimeoutMs: settings.fragmentTimeoutMs,
    maxMessageAgeSeconds: settings.maxMessageAgeMs / 1000,
    maxMessageBytes: settings.maxMessageBytes,
    maxClients: settings.maxClients,
    budgetBytes: settings.datagramBudgetBytes,
    historyMessages: settings.historyMessages,
    historyBytes: settings.historyBytes,
    // One processor is left for everything else.
    rsaConcurrency: Math.max(1, navigator.hardwareConcurrency - 1),
    cookieThreshold: settings.cookieThreshold,
    authTokens,
    bans,
  };
}

function rejectGroupDelivery({ multicast, groupDelivery }: RelaySettings): void {
  if (multicast || groupDelivery !== "multicast") return;
  throw new UsageError("--group-delivery multicast and --no-multicast exclude each other");
}

function openControl(
  settings: RelaySettings,
  guards: ControlGuards,
  relay: RelayServer,
  hub: LogHub,
  logger: EventLogger,
): ControlServer {
  return openControlPort({
    hostname: settings.controlHost,
    port: settings.controlPort,
    ...guards,
    commands: relayCommands(relay),
    logs: hub,
    logger,
  });
}

/** `off`, `unicast`, or `multicast` and where to. */
function deliveryOf({ groupDelivery }: RelayServer): string {
  return groupDelivery.mode === "multicast"
    ? `multicast ${formatEndpoint(groupDelivery.address)}`
    : groupDelivery.mode;
}

function readyLine(relay: RelayServer, control: ControlServer, identity: string): string {
  const group = relay.group === undefined ? "-" : formatEndpoint(relay.group);
  return `hushcast relay ready udp=${formatEndpoint(relay.local)} group=${group} ` +
    `control=${formatEndpoint(control.endpoint)} identity=${identity}`;
}
