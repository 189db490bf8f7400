import type { ServerAdmin } from "../control/client_commands.ts";
import type { ControlCommand } from "../control/command.ts";
import { HttpListenError } from "../http/http_listen_error.ts";
import { HttpServer } from "../http/http_server.ts";
import { ListenerWatch } from "../http/listener_watch.ts";
import { LagMeter } from "../http/metrics/lag_meter.ts";
import { Metrics } from "../http/metrics/metrics.ts";
import type { EventLogger } from "../observe/event_logger.ts";
import type { LogHub } from "../observe/log_hub.ts";
import { processCpuSeconds } from "../observe/process_cpu_seconds.ts";
import type { RsaTimeListener } from "../observe/rsa_meter.ts";
import type { Endpoint } from "../session/endpoint.ts";
import type { ServerProfile } from "../watch/feed_event.ts";
import type { ControlGuards } from "./control_port.ts";
import { asUsageError } from "./or_usage_error.ts";
import { VERSION } from "./version.ts";

/** A server as far as its HTTP port shows it. */
export interface ShownServer extends Pick<ServerAdmin, "listClients" | "stats"> {
  /** Whether its shutdown has begun. */
  readonly isClosing: boolean;
  /** Why messages can't be kept at the moment, if they can't. */
  readonly historyTrouble?: string;
}

/** What an HTTP port is made of. */
export interface HttpPortOptions {
  /** Where to listen. */
  readonly address: Endpoint;
  /** `--http-names` */
  readonly names: string | undefined;
  /** What guards the control port guards this one as well. */
  readonly guards: ControlGuards;
  /** What is shown of the server that does not change. */
  readonly profile: Omit<
    ServerProfile,
    "version" | "instance" | "started_ms" | "commands" | "has_login"
  >;
  /** The server. */
  readonly server: ShownServer;
  /** Its commands. */
  readonly commands: readonly ControlCommand[];
  /** The log to show. */
  readonly logs: LogHub;
  /** Where the port writes its own log. */
  readonly logger: EventLogger;
}

/** The HTTP port of a server: its dashboard, metrics and health. */
export class HttpPort implements AsyncDisposable {
  /** To be told of each RSA operation of the server. */
  readonly onRsaTime: RsaTimeListener;
  readonly #server: HttpServer;
  readonly #watch: ListenerWatch;
  readonly #lagMeter: LagMeter;

  private constructor(
    server: HttpServer,
    watch: ListenerWatch,
    lagMeter: LagMeter,
    metrics: Metrics,
  ) {
    this.onRsaTime = (seconds, operation) => metrics.observeRsa(seconds, operation);
    this.#server = server;
    this.#watch = watch;
    this.#lagMeter = lagMeter;
  }

  /**
   * Opens the port, and says in the log where it is.
   *
   * @param options Address, guards and server.
   * @returns The port, owned by the caller.
   * @throws {UsageError} If the address needs a token, and there is none.
   * @throws {HttpListenError} If it can't listen there.
   */
  static async open(options: HttpPortOptions): Promise<HttpPort> {
    const startedUnixMs = Date.now();
    const metrics = metricsOf(options, startedUnixMs);
    using stack = new DisposableStack();
    const lagMeter = stack.use(new LagMeter({ onLag: (ms) => metrics.observeLag(ms / 1000) }));
    const server = await startServer(options, startedUnixMs, metrics, lagMeter);
    stack.move();
    options.logger.info("http ready", { url: server.url });
    const watch = new ListenerWatch({ listener: server, logger: options.logger });
    return new HttpPort(server, watch, lagMeter, metrics);
  }

  /**
   * Stops serving, within half a second.
   *
   * @param reason Told to whoever watches.
   */
  async close(reason: string): Promise<void> {
    this.#watch[Symbol.dispose]();
    this.#lagMeter[Symbol.dispose]();
    await this.#server.close(reason);
  }

  /** Closes it; see `close`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close("HTTP port closed");
  }
}

function metricsOf({ profile, server }: HttpPortOptions, startedUnixMs: number): Metrics {
  return new Metrics({
    kind: profile.kind,
    version: VERSION,
    runtime: `Deno ${Deno.version.deno}`,
    startedUnixMs,
    statistics: () => server.stats(),
    processCpuSeconds,
  });
}

async function startServer(
  options: HttpPortOptions,
  startedUnixMs: number,
  metrics: Metrics,
  lagMeter: LagMeter,
): Promise<HttpServer> {
  const { address, names, guards, profile, server, commands, logs, logger } = options;
  const instance = crypto.randomUUID();
  try {
    return await HttpServer.start({
      ...address,
      names: names?.split(",") ?? [],
      token: guards.token,
      tls: guards.tls,
      profile: { ...profile, version: VERSION, instance, started_ms: startedUnixMs },
      source: server,
      commands,
      logs,
      logger,
      metrics,
      notReadyBecause: () => notReadyBecause(server),
      takeWorstLagMs: () => lagMeter.takeWorstMs(),
    });
  } catch (error) {
    throw asUsageError(HttpListenError, "HTTP_TOKEN_REQUIRED", error);
  }
}

/** The trouble itself may name files and addresses: it stands in the log. */
function notReadyBecause({ isClosing, historyTrouble }: ShownServer): string | undefined {
  if (isClosing) return "shutting down";
  return historyTrouble === undefined ? undefined : "messages can't be kept";
}
