import type { LevelName } from "@std/log";
import { directCommands } from "../../src/control/direct_commands.ts";
import type { LogSource } from "../../src/control/log_source.ts";
import { relayCommands } from "../../src/control/relay_commands.ts";
import { HttpServer } from "../../src/http/http_server.ts";
import type { HttpServiceOptions } from "../../src/http/http_server_options.ts";
import { LogHub } from "../../src/observe/log_hub.ts";
import { getLevelByName, LogRecord } from "@std/log";
import type { ClientSummary } from "../../src/session/client_summary.ts";
import { clientSummary, FakeAdmin, FakeDirectAdmin } from "../control/fake_admin.ts";
import { RecordingLogger } from "../control/fake_log.ts";

/** Fields of a log line. */
type Fields = Readonly<Record<string, string | number>>;

/** An HTTP server over a relay, or a direct server, that only remembers what it was told. */
export class DashboardFixture implements AsyncDisposable {
  readonly relay = new FakeAdmin();
  readonly direct = new FakeDirectAdmin();
  readonly #hub = new LogHub();
  #server: HttpServer | undefined;

  /** Starts it on a free port of loopback, or on the one that it had before. */
  async start(options: Partial<HttpServiceOptions> = {}): Promise<string> {
    const port = this.#server?.endpoint.port ?? 0;
    this.#server = await HttpServer.start({ ...this.#options(), ...options, port });
    return this.#server.url;
  }

  /** Starts it as a direct server. */
  async startDirect(): Promise<string> {
    const commands = directCommands(this.direct);
    const profile = { ...this.#options().profile, kind: "direct" as const };
    return await this.start({ source: this.direct, commands, profile });
  }

  /** Ends it, as when the server shuts down. */
  async stop(reason: string): Promise<void> {
    await this.#server?.close(reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("The test is over");
  }

  /** Writes a line of the log. */
  log(level: LevelName, message: string, fields: Fields = {}): void {
    const levelNumber = getLevelByName(level);
    const record = new LogRecord({
      msg: message,
      args: [fields],
      level: levelNumber,
      loggerName: "test",
    });
    this.#hub.handle(record);
  }

  #options(): HttpServiceOptions {
    const logs: LogSource = this.#hub;
    return {
      hostname: "127.0.0.1",
      names: [],
      token: undefined,
      tls: undefined,
      profile: {
        kind: "relay",
        version: "1.2.3",
        instance: crypto.randomUUID(),
        fingerprint: "SHA256:q3Bt8Jf0wqkXH7dZr1kzZ2m0Vb1h5cS9yXwQf3nT6aE",
        udp: "127.0.0.1:47700",
        group: "239.255.77.77:47700",
        group_delivery: "multicast 239.255.77.78:47700",
        started_ms: Date.now() - 11_000_000,
      },
      source: this.relay,
      commands: relayCommands(this.relay),
      logs,
      logger: new RecordingLogger(),
      metrics: { contentType: "text/plain", text: () => Promise.resolve("") },
      notReadyBecause: () => undefined,
      takeWorstLagMs: () => 1.5,
    };
  }
}

/** Clients by the name of `sensor-0` and up, each with an address and a session of its own. */
export function sensors(count: number): ClientSummary[] {
  return Array.from({ length: count }, (_, index) =>
    clientSummary({
      id: `sensor-${index}`,
      address: `127.0.0.1:${10_000 + index}`,
      session: index.toString(16).padStart(16, "0"),
      sinceUnixMs: Date.now() - 1_000 * index,
      idleMs: 10 * index,
    }));
}
