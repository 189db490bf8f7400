/**
 * Shows relays that work as one, in half a minute: a NATS server, three relays and their clients in
 * processes of their own. One relay is killed, its client goes on at another, and nothing is lost.
 *
 *     deno task cluster-demo
 */
import { Cast } from "./cluster_demo/cast.ts";
import { ClusterStage } from "./cluster_demo/cluster_stage.ts";
import { ClusterTalk } from "./cluster_demo/cluster_talk.ts";
import { DemoLog } from "./cluster_demo/demo_log.ts";
import { NatsMissingError } from "./nats_process.ts";

/** All of it, waiting included, has to be over by then. */
const TIME_LIMIT_MS = 28_000;

const INTERRUPTED = 130;

async function show(cast: Cast): Promise<void> {
  const log = new DemoLog();
  await using stage = await ClusterStage.open(cast);
  const { nats, relays } = stage;
  log.say(`nats-server keeps what is said, at ${nats.url}`);
  for (const { name, relay } of relays) log.say(`${name} serves clients at ${relay}`);
  await new ClusterTalk(stage, log).run();
}

async function main(): Promise<number> {
  const cast = new Cast();
  let isInterrupted = false;
  const interrupt = () => {
    isInterrupted = true;
    cast.dismiss();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, interrupt);
  const limit = setTimeout(() => {
    console.error(`cluster-demo: not over after ${TIME_LIMIT_MS / 1000} s, giving up`);
    cast.dismiss();
  }, TIME_LIMIT_MS);
  try {
    await show(cast);
    return 0;
  } catch (error) {
    if (isInterrupted) return INTERRUPTED;
    if (!(error instanceof NatsMissingError)) throw error;
    console.error(`cluster-demo: ${error.message}`);
    return 1;
  } finally {
    clearTimeout(limit);
  }
}

Deno.exit(await main());
