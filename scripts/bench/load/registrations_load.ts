import type { Figures } from "../figures.ts";
import type { LoadJob } from "../load_job.ts";
import { GroupKeys } from "./group_keys.ts";
import { pause } from "./pause.ts";
import { Registrar, REGISTRATIONS_AT_ONCE } from "./registrar.ts";
import { latencyFigures, readUsage, usageBetween } from "./usage_meter.ts";

/**
 * Registers as many clients as the relay takes, several at a time; each leaves at once.
 *
 * @param job What is measured.
 * @throws {Error} If the relay refuses one, or does not answer.
 */
export async function registrations(job: LoadJob): Promise<Figures> {
  const groupKeys = new GroupKeys();
  const registrar = await Registrar.open({ relay: job.relay, features: 0, groupKeys });
  await using _witness = await registrar.first();
  let latencies: number[] = [];
  let isOver = false;
  const lane = async () => {
    while (!isOver) {
      const beginMs = performance.now();
      const client = await registrar.one();
      latencies.push(performance.now() - beginMs);
      await client.leave();
    }
  };
  const lanes = Promise.all(Array.from({ length: REGISTRATIONS_AT_ONCE }, lane));
  await Promise.race([lanes, pause(job.warmUpSeconds * 1000)]);
  latencies = [];
  const begin = readUsage(job.relayPid);
  await Promise.race([lanes, pause(job.seconds * 1000)]);
  const span = usageBetween(begin, readUsage(job.relayPid));
  const { length } = latencies;
  const figures = latencyFigures(latencies);
  isOver = true;
  await lanes;
  return {
    registrations_per_second: length / span.seconds,
    ...span.relayCpuMicros === undefined || length === 0
      ? {}
      : { relay_cpu_us_per_registration: span.relayCpuMicros / length },
    ...span.figures,
    ...figures,
  };
}
