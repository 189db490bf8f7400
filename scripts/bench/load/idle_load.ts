import { UdpSocketError } from "../../../src/session/udp_socket.ts";
import type { Figures } from "../figures.ts";
import type { Load, LoadJob } from "../load_job.ts";
import type { BenchClient } from "./bench_client.ts";
import { GroupKeys } from "./group_keys.ts";
import { KeepAlives } from "./keep_alives.ts";
import { pause } from "./pause.ts";
import { Registrar } from "./registrar.ts";
import { readUsage, rssFigure, usageBetween } from "./usage_meter.ts";

/**
 * How long registering may take, milliseconds: each newcomer is told to all others, so a relay that
 * tells every one by itself might take for ever. The figures say how many clients there are then.
 */
const FILL_MS = 180_000;

const PROGRESS_MS = 5_000;

const KEEP_ALIVE_MS = 15_000;

/**
 * How long the relay may take to tell all of the last newcomers, milliseconds, and at what share of
 * a processor it is done with that.
 */
const NOTICES_MS = 30_000;
const QUIET_PERCENT = 10;

/**
 * Registers many clients, lets them keep themselves alive, and looks at the relay's memory.
 *
 * @param job What is measured.
 * @param load How many, for how long.
 * @throws {Error} If the relay refuses one, or does not answer.
 */
export async function idle(
  job: LoadJob,
  { receivers, holdSeconds }: Extract<Load, { kind: "idle" }>,
): Promise<Figures> {
  await using stack = new AsyncDisposableStack();
  const groupKeys = new GroupKeys();
  const empty = readUsage(job.relayPid);
  const registrar = await Registrar.open({ relay: job.relay, features: 0, groupKeys });
  const clients: BenchClient[] = [];
  stack.use(new KeepAlives(clients, Math.min(KEEP_ALIVE_MS, holdSeconds * 1000)));
  clients.push(stack.use(await registrar.first()));
  const begin = readUsage(job.relayPid);
  await fill(registrar, receivers, (client) => clients.push(stack.use(client)));
  const filled = readUsage(job.relayPid);
  await whenQuiet(job.relayPid);
  const quiet = readUsage(job.relayPid);
  await pause(holdSeconds * 1000);
  const end = readUsage(job.relayPid);
  return {
    registrations_per_second: (clients.length - 1) / usageBetween(begin, filled).seconds,
    clients: clients.length,
    ...usageBetween(quiet, end).figures,
    ...rssFigure("empty_rss_mib", empty),
    ...rssFigure("rss_mib", end),
  };
}

async function fill(
  registrar: Registrar,
  count: number,
  onRegistered: (client: BenchClient) => void,
): Promise<void> {
  const endMs = performance.now() + FILL_MS;
  let registered = 1;
  using _progress = every(PROGRESS_MS, () => {
    console.error(`load: ${registered} of ${count} clients are registered`);
  });
  try {
    await registrar.many(count - 1, (client) => {
      registered++;
      client.ignoreAll();
      onRegistered(client);
    }, () => performance.now() > endMs);
  } catch (cause) {
    if (!(cause instanceof UdpSocketError)) throw cause;
    const hint = `it needs ${count} sockets; see ulimit -n`;
    throw new Error(`Cannot measure: ${cause.message}; ${hint}`, { cause });
  }
}

async function whenQuiet(relayPid: number): Promise<void> {
  const endMs = performance.now() + NOTICES_MS;
  while (performance.now() < endMs) {
    const begin = readUsage(relayPid);
    await pause(1_000);
    const { figures } = usageBetween(begin, readUsage(relayPid));
    if ((figures.relay_cpu_percent ?? 0) < QUIET_PERCENT) return;
  }
}

function every(ms: number, run: () => void): Disposable {
  const timer = setInterval(run, ms);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
