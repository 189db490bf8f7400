import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { freePort, NatsServer } from "./nats_server.ts";

/** Three servers of NATS that are one. */
export class NatsThree implements AsyncDisposable {
  readonly servers: readonly NatsServer[];

  private constructor(servers: readonly NatsServer[]) {
    this.servers = servers;
  }

  /** Starts them side by side. */
  static async start(): Promise<NatsThree> {
    const routePorts = [freePort(), freePort(), freePort()];
    const routes = routePorts.map((port) => `"nats://127.0.0.1:${port}"`).join(", ");
    const servers = await Promise.all(routePorts.map((port, index) =>
      NatsServer.prepare({
        name: `n${index}`,
        config: `cluster { name: three, listen: "127.0.0.1:${port}", routes: [${routes}] }`,
      })
    ));
    await Promise.all(servers.map((server) => server.start()));
    return new NatsThree(servers);
  }

  /** Their addresses. */
  get urls(): string[] {
    return this.servers.map(({ url }) => url);
  }

  /** The server that leads a stream. */
  async leaderOf(stream: string): Promise<NatsServer> {
    const running = this.servers.find(({ isRunning }) => isRunning);
    const connection = await connect({ servers: running?.url ?? "" });
    try {
      const manager = await jetstreamManager(connection, { checkAPI: false });
      const { cluster } = await manager.streams.info(stream);
      const leader = this.servers[Number(cluster?.leader?.slice(1))];
      if (leader === undefined) throw new Error("Cannot find leader of stream");
      return leader;
    } finally {
      await connection.close();
    }
  }

  /** Ends them all. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.servers) await server[Symbol.asyncDispose]();
  }
}
