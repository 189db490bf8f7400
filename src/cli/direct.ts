import type { ControlServer } from "../control/control_server.ts";
import { directCommands } from "../control/direct_commands.ts";
import { DirectServer, type DirectServerOptions } from "../direct/direct_server.ts";
import { LogHub } from "../observe/log_hub.ts";
import type { RsaTimeListener } from "../observe/rsa_meter.ts";
import { formatEndpoint } from "../session/endpoint.ts";
import type { DirectSettings } from "../settings/command_settings.ts";
import { CONTROL_PORT } from "../settings/well_known_addresses.ts";
import type { CommandContext } from "./command.ts";
import { controlEventOf, type ServerClientEvent } from "./control_event_of.ts";
import { openControlPort, openControlPortNear, readControlGuards } from "./control_port.ts";
import { directAdmin } from "./direct_admin.ts";
import { DirectOutput } from "./direct_output.ts";
import { EXIT_CODE, type ExitCode } from "./exit_code.ts";
import { openHttp, type PortServices } from "./open_http.ts";
import { printUntilFinished } from "./print_until_finished.ts";
import { openServerLog } from "./server_log.ts";

/** What watchers of the control port are told at a shutdown that no operator began. */
const SHUTDOWN_REASON = "direct server is shutting down";

/** How long a slow reader may take for what was acknowledged before the end, milliseconds. */
const PRINT_GRACE_MS = 2_000;

/**
 * Runs `hushcast direct` until its count is reached, it is interrupted, the control port's `exit`,
 * or nobody reads its output any more; see `CommandModule`.
 */
export async function run({ settings, io }: CommandContext<"direct">): Promise<ExitCode> {
  const hub = new LogHub();
  using logging = openServerLog(settings, hub, io);
  const { logger } = logging;
  const guards = await readControlGuards(settings);
  const output = new DirectOutput(io.stdout, settings);
  let tell: (event: ServerClientEvent) => void = () => undefined;
  let onRsaTime: RsaTimeListener = () => undefined;
  await using server = await startServer(settings, {
    logger,
    onClientEvent: (event) => tell(event),
    onRsaTime: (seconds, operation) => onRsaTime(seconds, operation),
  });
  const commands = directCommands(directAdmin(server));
  const services = { guards, commands, logs: hub, logger };
  await using control = openControl(settings, services);
  const profile = {
    kind: "direct",
    fingerprint: server.fingerprint,
    udp: formatEndpoint(server.local),
  } as const;
  await using http = await openHttp(settings, services, { server, profile });
  if (http !== undefined) onRsaTime = http.onRsaTime;
  tell = (event) => {
    control.publish(controlEventOf(event));
    output.event(event);
  };
  const udp = formatEndpoint(server.local);
  const key = server.fingerprint;
  logger.info("direct server started", { udp, control: formatEndpoint(control.endpoint), key });
  await io.stdout.write(`hushcast direct ready udp=${udp} key=${key}\n`);
  const isAllPrinted = await printUntilFinished(server, output, {
    count: settings.count,
    signal: io.signal,
    reason: SHUTDOWN_REASON,
    graceMs: PRINT_GRACE_MS,
  });
  await Promise.all([control.close(SHUTDOWN_REASON), http?.close(SHUTDOWN_REASON)]);
  if (!isAllPrinted) logger.warn("messages left unprinted: nobody reads standard output");
  logger.info("direct server stopped");
  return EXIT_CODE.done;
}

async function startServer(
  settings: DirectSettings,
  listeners: Pick<DirectServerOptions, "logger" | "onClientEvent" | "onRsaTime">,
): Promise<DirectServer> {
  return await DirectServer.start({
    bind: settings.bind,
    port: settings.port,
    rsaBits: settings.rsaBits,
    stateDirectory: settings.state,
    clientTimeoutMs: settings.clientTimeoutMs,
    fragmentTimeoutMs: settings.fragmentTimeoutMs,
    maxMessageAgeSeconds: settings.maxMessageAgeMs / 1000,
    maxMessageBytes: settings.maxMessageBytes,
    maxTransferBytes: settings.maxTransferBytes,
    maxClients: settings.maxClients,
    maxFragmentBytes: settings.maxFragmentBytes,
    ...listeners,
  });
}

function openControl(
  { controlHost: hostname, controlPort: port }: DirectSettings,
  { guards, ...services }: PortServices,
): ControlServer {
  const options = { hostname, ...guards, ...services };
  return port === undefined
    ? openControlPortNear({ ...options, port: CONTROL_PORT })
    : openControlPort({ ...options, port });
}
