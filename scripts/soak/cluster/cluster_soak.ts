import { readUsage, usageBetween } from "../../bench/load/usage_meter.ts";
import { Attackers } from "../fleet/attack/attackers.ts";
import { Fleet } from "../fleet/fleet.ts";
import { SeededRandom } from "../../seeded_random.ts";
import { UnreadControls } from "../fleet/unread_controls.ts";
import { faultText } from "../measures/delivery_fault.ts";
import { DeliveryLedger } from "../measures/delivery_ledger.ts";
import { memoryFindings, memoryMib } from "../measures/memory_findings.ts";
import { atMost, type Finding } from "../measures/finding.ts";
import type { SoakReport } from "../measures/soak_report.ts";
import { processFindings } from "../measures/standard_findings.ts";
import { runForItsTime } from "../progress_clock.ts";
import { historyFindings } from "../relay/history_check.ts";
import { type SoakDirectory, soakDirectory, writeLines } from "../soak_directory.ts";
import { type SoakOptions, type SoakTarget, warmUpMsOf } from "../soak_target.ts";
import { watchedMemory } from "../watched_memory.ts";
import { clusterClients, clusterStrainOf } from "./cluster_strain.ts";
import { ClusterTroubles } from "./cluster_troubles.ts";
import { SoakedCluster } from "./soaked_cluster.ts";

/** Connections to the control port that never read. */
const UNREAD_CONTROLS = 10;

/** How long what was said last may take to come to everybody, milliseconds. */
const SETTLE_MS = 90_000;

const BYTES_PER_MIB = 1024 ** 2;

/** Two relays that work as one by NATS; one of them is ended and started anew, NATS is frozen. */
export const CLUSTER_SOAK: SoakTarget = {
  name: "cluster",
  about: "two relays by one NATS, of which one is ended again and again; a fleet and attackers",
  run: async (options, signal) => {
    await using directory = await soakDirectory("cluster", options.keep);
    return await new ClusterRun(options, directory).run(signal);
  },
};

/** One run of it. */
class ClusterRun {
  readonly #options: SoakOptions;
  readonly #directory: SoakDirectory;
  readonly #ledger: DeliveryLedger;
  readonly #random: SeededRandom;

  constructor(options: SoakOptions, directory: SoakDirectory) {
    this.#options = options;
    this.#directory = directory;
    this.#ledger = new DeliveryLedger({ onFault: (fault) => options.progress(faultText(fault)) });
    this.#random = new SeededRandom(options.seed);
  }

  async run(signal: AbortSignal): Promise<SoakReport> {
    const noted = watchedMemory(this.#directory, { usesNodeSockets: true });
    await using cluster = await SoakedCluster.start({
      ...clusterStrainOf(this.#options),
      directory: this.#directory.path,
      steadyFlags: noted.runtimeFlags,
      warmUpMs: warmUpMsOf(this.#options),
    });
    const { steady } = cluster;
    using controls = await UnreadControls.open(steady.controlPort, UNREAD_CONTROLS);
    await using fleet = await this.#startFleet(cluster, signal);
    const { seconds, figures } = await this.#strain(cluster, fleet, signal);
    await fleet.settle(SETTLE_MS);
    await Promise.all(cluster.relays.map(({ watch }) => watch.readNow()));
    const memory = { resident: steady.watch.memory, inUse: await noted.inUse() };
    const findings = [
      ...fleet.findings(),
      atMost("new series", fleet.tally.of("new_series"), 0),
      // No life of the other relay is long enough for its memory to be judged.
      ...memoryFindings(memory, steady.watch.warmUpMs, steady.name),
      ...cluster.relays.flatMap(({ watch, name }) => processFindings(watch, name)),
    ];
    await fleet.leaveAll();
    findings.push(...await historyFindings(steady.relay, fleet.recentMessages()));
    findings.push(...await this.#endRelays(cluster));
    const counts = { ...fleet.tally.figures(), unread_controls: controls.count };
    return {
      target: "cluster",
      seconds,
      seed: this.#options.seed,
      figures: { ...counts, ...figures },
      memoryMib: memoryMib(memory),
      findings,
    };
  }

  async #startFleet({ relays: [one, other] }: SoakedCluster, signal: AbortSignal): Promise<Fleet> {
    const strain = clusterStrainOf(this.#options);
    return await Fleet.start({
      ...strain,
      clients: clusterClients(this.#options),
      relays: [one.endpoint, other.endpoint],
      random: this.#random.fork(),
      ledger: this.#ledger,
      recentMessages: Math.floor(strain.historyMessages / 2),
    }, signal);
  }

  async #strain(
    cluster: SoakedCluster,
    fleet: Fleet,
    signal: AbortSignal,
  ): Promise<{ seconds: number; figures: Record<string, number> }> {
    const { watch } = cluster.steady;
    await using attackers = this.#startAttackers(cluster, fleet);
    const stop = new AbortController();
    const troubles = this.#newTroubles(cluster);
    const troubling = troubles.run(stop.signal);
    // A relay that does not start again ends the run at once; what it failed with is told below.
    troubling.catch(() => stop.abort());
    const figures = this.#measure(cluster);
    const seconds = await runForItsTime(this.#options, () => ({
      clients: fleet.registered,
      acknowledged: this.#ledger.acceptedCount,
      delivered: this.#ledger.deliveredCount,
      residentBytes: watch.residentBytes,
      lagSeconds: watch.lagSeconds(),
      faults: { ...fleet.faults, ...troubles.faults, attacks: attackers.total },
    }), AbortSignal.any([signal, stop.signal]));
    const measured = figures();
    stop.abort();
    await troubling;
    return { seconds, figures: { ...measured, ...troubles.faults, ...attackers.figures() } };
  }

  #startAttackers({ relays }: SoakedCluster, fleet: Fleet): Attackers {
    return new Attackers({
      targets: relays.map(({ endpoint }) => endpoint),
      perSecond: clusterStrainOf(this.#options).attacksPerSecond,
      random: this.#random.fork(),
      captured: fleet.captured,
      injectInPlace: (datagram) => fleet.injectInPlace(datagram),
      replayInPlace: (random) => fleet.replayInPlace(random),
    });
  }

  #newTroubles({ shaken, nats }: SoakedCluster): ClusterTroubles {
    return new ClusterTroubles({
      shaken,
      signalNats: (name) => Deno.kill(nats.pid, name),
      random: this.#random.fork(),
    });
  }

  /** Begins to measure. Returns what gives the figures from then until it is called. */
  #measure({ steady, shaken, nats }: SoakedCluster): () => Record<string, number> {
    const [begin, natsBegin] = [readUsage(steady.pid), readUsage(nats.pid)];
    const before = { said: this.#ledger.acceptedCount, heard: this.#ledger.deliveredCount };
    return () => {
      const { seconds, figures } = usageBetween(begin, readUsage(steady.pid));
      const { figures: natsFigures } = usageBetween(natsBegin, readUsage(nats.pid));
      return {
        clients: clusterClients(this.#options),
        // Of a machine that does much else, lag says little about the program.
        machine_load: Deno.loadavg()[0] ?? NaN,
        acknowledged_per_second: (this.#ledger.acceptedCount - before.said) / seconds,
        deliveries_per_second: (this.#ledger.deliveredCount - before.heard) / seconds,
        steady_cpu_percent: figures.relay_cpu_percent ?? NaN,
        nats_cpu_percent: natsFigures.relay_cpu_percent ?? NaN,
        fleet_cpu_percent: figures.generator_cpu_percent ?? NaN,
        steady_rss_mib: steady.watch.residentBytes / BYTES_PER_MIB,
        steady_peak_rss_mib: figures.peak_rss_mib ?? NaN,
        shaken_rss_mib: shaken.watch.residentBytes / BYTES_PER_MIB,
      };
    };
  }

  /** As an operator would; what any life of a relay broke is told here. */
  async #endRelays({ relays }: SoakedCluster): Promise<Finding[]> {
    const findings: Finding[] = [];
    for (const relay of relays) {
      await relay.end("stop");
      await writeLines(this.#directory, `${relay.name}.log`, relay.log);
      const broken = relay.brokenRules();
      findings.push(
        atMost(`${relay.name}: lives that ended or logged badly`, broken.length, 0),
        ...broken,
      );
    }
    return findings;
  }
}
