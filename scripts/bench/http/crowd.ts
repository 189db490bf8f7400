import type { Endpoint } from "../../../src/session/endpoint.ts";
import { UdpSocketError } from "../../../src/session/udp_socket.ts";
import { TICK_MS, ticksBetweenLists } from "../../../src/watch/client_list_interval.ts";
import { Feature } from "../../../src/wire/features.ts";
import type { BenchClient } from "../load/bench_client.ts";
import { GroupKeys } from "../load/group_keys.ts";
import { KeepAlives } from "../load/keep_alives.ts";
import { waitUntil } from "../load/pause.ts";
import { Registrar } from "../load/registrar.ts";

/**
 * What clients ask for and `WatchedRelay` does not grant: who asks for anything hears itself that it
 * is registered, while of others the first client hears, whose socket may be full among thousands.
 */
const FEATURES = Feature.GROUP_DELIVERY;

/** A good deal below 1: also a keep-alive that is late comes before the list is made. */
const SHARE_OF_INTERVAL = 0.8;

/** How long the first client must have heard nothing: then all have been told of the last newcomer. */
const QUIET_MS = 1_000;

const PATIENCE_MS = 60_000;

/**
 * How long a server lets pass between two lists of its clients, for those who watch it, milliseconds.
 *
 * @param clients How many there are.
 */
export function listIntervalMs(clients: number): number {
  return ticksBetweenLists(clients) * TICK_MS;
}

/**
 * Registers clients, and lets each of them say that it is there so often that every list has news of
 * all.
 *
 * @param relay Where.
 * @param count How many.
 * @param stack Gets them; they stay until it is disposed of.
 * @throws {Error} If the relay refuses one or does not answer, or there are not enough sockets.
 */
export async function gatherCrowd(
  relay: Endpoint,
  count: number,
  stack: AsyncDisposableStack,
): Promise<void> {
  const registrar = await Registrar.open({ relay, features: FEATURES, groupKeys: new GroupKeys() });
  const clients: BenchClient[] = [];
  stack.use(new KeepAlives(clients, SHARE_OF_INTERVAL * listIntervalMs(count)));
  const first = stack.use(await registrar.first());
  clients.push(first);
  try {
    await registrar.many(count - 1, (client) => {
      client.ignoreAll();
      clients.push(stack.use(client));
    });
  } catch (cause) {
    if (!(cause instanceof UdpSocketError)) throw cause;
    const hint = `it needs ${count} sockets; see ulimit -n`;
    throw new Error(`Cannot measure: ${cause.message}; ${hint}`, { cause });
  }
  if (await waitUntil(() => performance.now() > first.heardMs + QUIET_MS, PATIENCE_MS)) return;
  throw new Error(`Cannot measure: no quiet in ${PATIENCE_MS} ms`);
}
