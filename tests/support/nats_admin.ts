import { type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";

/** Someone who may do anything in a NATS, but has no key of a cluster. */
export interface NatsAdmin extends AsyncDisposable {
  readonly connection: NatsConnection;
  readonly manager: JetStreamManager;
}

/** Connects one. */
export async function natsAdmin(server: string): Promise<NatsAdmin> {
  const connection = await connect({ servers: server.replace(/^.*:\/\//, "") });
  const manager = await jetstreamManager(connection, { checkAPI: false });
  return {
    connection,
    manager,
    [Symbol.asyncDispose]: () => connection.close(),
  };
}
