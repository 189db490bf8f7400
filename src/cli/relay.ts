import type { ControlEvent } from "../control/control_event.ts";
import type { ControlServer } from "../control/control_server.ts";
import { relayCommands } from "../control/relay_commands.ts";
import { LogHub } from "../observe/log_hub.ts";
import type { RsaTimeListener } from "../observe/rsa_meter.ts";
import { loadIdentity } from "../relay/identity_file.ts";
import type { RelayOptions } from "../relay/relay_options.ts";
import { RelayServer, type RelayServerOptions } from "../relay/relay_server.ts";
import { formatEndpoint } from "../session/endpoint.ts";
import { SHUTDOWN_REASON } from "../session/shutdown_reason.ts";
import type { RelaySettings } from "../settings/command_settings.ts";
import { StateLock } from "../settings/state_lock.ts";
import { TlvTypesError, tlvTypesWith } from "../wire/tlv_types.ts";
import { ClusterRelay } from "./cluster_relay.ts";
import type { CommandContext } from "./command.ts";
import { controlEventOf } from "./control_event_of.ts";
import { openControlPort, readControlGuards } from "./control_port.ts";
import { EXIT_CODE, type ExitCode } from "./exit_code.ts";
import type { HttpPortOptions } from "./http_port.ts";
import { historyPlace } from "./open_history.ts";
import { openHttp, type PortServices } from "./open_http.ts";
import { RelayAccess } from "./relay_access.ts";
import { openRelayBackend } from "./relay_backend.ts";
import { orUsageError } from "./or_usage_error.ts";
import { openServerLog } from "./server_log.ts";
import { untilFinished } from "./until_finished.ts";
import { UsageError } from "./usage_error.ts";

/** Runs `hushcast relay` until SIGINT, SIGTERM or the control port's `exit`; see `CommandModule`. */
export async function run({ settings, io }: CommandContext<"relay">): Promise<ExitCode> {
  const hub = new LogHub();
  using logging = openServerLog(settings, hub, io);
  rejectGroupDelivery(settings);
  const { logger } = logging;
  historyPlace(settings);
  const { signal } = io;
  using lock = await StateLock.take(settings.state, { server: "relay", logger, signal });
  const access = await RelayAccess.read(settings, logger);
  const protocol = protocolOptions(settings, access);
  const guards = await readControlGuards(settings);
  const { identity, path, isNew, isExposed } = await loadIdentity(settings.state);
  if (isExposed) logger.warn("identity exposed: make it yours by chmod 600", { path });
  if (isNew) logger.info("identity created", { path, identity: identity.fingerprint });
  lock.warnIfUnlocked(logger);
  await using backend = await openRelayBackend(settings, {
    types: protocol.types,
    access,
    logger,
    signal,
  });
  const { history, member } = backend;
  let publish: (event: ControlEvent) => void = () => undefined;
  let onRsaTime: RsaTimeListener = () => undefined;
  await using relay = await startRelay(settings, {
    protocol,
    history,
    others: member?.others,
    identity,
    logger,
    onBansChanged: (bans) => access.saveBans(bans, member?.presence.lifted),
    onClientEvent: (event) => publish(controlEventOf(event)),
    onRsaTime: (seconds, operation) => onRsaTime(seconds, operation),
  });
  await using _tokens = access.watchTokens(relay);
  member?.attach(relay);
  const admin = member === undefined ? relay : new ClusterRelay(relay, member);
  const services = { guards, commands: relayCommands(admin), logs: hub, logger };
  await using control = openControl(settings, services);
  await using http = await openHttp(settings, services, {
    server: relay,
    profile: profileOf(relay, identity.fingerprint),
  });
  publish = (event) => control.publish(event);
  if (http !== undefined) onRsaTime = http.onRsaTime;
  logger.info("relay started", {
    udp: formatEndpoint(relay.local),
    group: relay.group && formatEndpoint(relay.group),
    group_delivery: deliveryOf(relay),
    control: formatEndpoint(control.endpoint),
    history: history.kind,
    identity: identity.fingerprint,
  });
  await io.stdout.write(`${readyLine(relay, control, identity.fingerprint)}\n`);
  await untilFinished(relay, SHUTDOWN_REASON, signal);
  await Promise.all([control.close(SHUTDOWN_REASON), http?.close(SHUTDOWN_REASON)]);
  logger.info("relay stopped");
  return EXIT_CODE.done;
}

/** What settings alone don't say of a relay. */
type RelayParts = Pick<
  RelayServerOptions,
  | "protocol"
  | "history"
  | "others"
  | "identity"
  | "logger"
  | "onBansChanged"
  | "onClientEvent"
  | "onRsaTime"
>;

async function startRelay(settings: RelaySettings, parts: RelayParts): Promise<RelayServer> {
  return await RelayServer.start({
    ...parts,
    bind: settings.bind,
    port: settings.port,
    group: settings.multicast ? settings.group : undefined,
    interface: settings.interface,
    rsaBits: settings.rsaBits,
    groupDelivery: { mode: settings.groupDelivery, port: settings.groupDeliveryPort },
  });
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
  { controlHost: hostname, controlPort: port }: RelaySettings,
  { guards, ...services }: PortServices,
): ControlServer {
  return openControlPort({ hostname, port, ...guards, ...services });
}

function profileOf(relay: RelayServer, fingerprint: string): HttpPortOptions["profile"] {
  return {
    kind: "relay",
    fingerprint,
    udp: formatEndpoint(relay.local),
    ...(relay.group !== undefined && { group: formatEndpoint(relay.group) }),
    group_delivery: deliveryOf(relay),
  };
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
