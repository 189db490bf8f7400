import { join } from "node:path";
import type { RsaModulusBits } from "../../../src/crypto/rsa.ts";
import { readUsage, usageBetween } from "../../bench/load/usage_meter.ts";
import { SeededRandom } from "../../seeded_random.ts";
import { UnreadControls } from "../fleet/unread_controls.ts";
import { type DeliveryFault, faultText } from "../measures/delivery_fault.ts";
import { DeliveryLedger } from "../measures/delivery_ledger.ts";
import { counterFigures } from "../measures/counter_figures.ts";
import { atMost, type Finding } from "../measures/finding.ts";
import { memoryFindings, memoryMib } from "../measures/memory_findings.ts";
import { MetricsWatch } from "../measures/metrics_watch.ts";
import type { SoakReport } from "../measures/soak_report.ts";
import { deliveryFindings, processFindings } from "../measures/standard_findings.ts";
import { runForItsTime } from "../progress_clock.ts";
import { type SoakDirectory, soakDirectory, writeLines } from "../soak_directory.ts";
import { type SoakOptions, type SoakTarget, warmUpMsOf } from "../soak_target.ts";
import { watchedMemory } from "../watched_memory.ts";
import { DirectAttackers } from "./direct_attackers.ts";
import { DirectFleet } from "./direct_fleet.ts";
import { operateDirect, type OperatorTally } from "./direct_operator.ts";
import { directClients, directStrainOf } from "./direct_strain.ts";
import { DirectTally } from "./direct_tally.ts";
import {
  noteDirectLine,
  SERVER_NAME,
  type SoakedDirect,
  startSoakedDirect,
} from "./soaked_direct.ts";

/** Connections to the control port that never read. */
const UNREAD_CONTROLS = 10;

/** How long the server may take to print what it has acknowledged, milliseconds. */
const SETTLE_MS = 15_000;

const BYTES_PER_MIB = 1024 ** 2;

/** Counters of the server that a reader of the report wants to see. */
const COUNTERS = {
  server_messages: "hushcast_messages_received_total",
  server_nacks: 'hushcast_nacks_sent_total{kind="fragment"}',
  server_acks_repeated: "hushcast_acks_repeated_total",
  server_replays_dropped: 'hushcast_drops_total{reason="replayed"}',
  server_undecryptable: 'hushcast_drops_total{reason="undecryptable"}',
  server_overloaded: 'hushcast_drops_total{reason="overloaded"}',
} as const;

/** What a test may put in place. */
export interface DirectSoakParts {
  /** Changes what the server has printed before it is noted: lines in place of each. */
  readonly printed?: (line: string) => readonly string[];
  /** Length of the server's key; 4096 by default, of which one takes seconds to make. */
  readonly rsaBits?: RsaModulusBits;
  /** How long the server may take to print what it has acknowledged, milliseconds. */
  readonly settleMs?: number;
}

/** A direct server, and clients of all forms. */
export const DIRECT_SOAK: SoakTarget = directSoak();

/** Makes such a target. @param parts What is put in place. */
export function directSoak(parts: DirectSoakParts = {}): SoakTarget {
  return {
    name: "direct",
    about: "a direct server with HTTP and an RSA-4096 key; up to 100 clients and attackers",
    run: async (options, signal) => {
      await using directory = await soakDirectory("direct", options.keep);
      return await new DirectRun(options, directory, parts).run(signal);
    },
  };
}

/** One run of it. */
class DirectRun {
  readonly #options: SoakOptions;
  readonly #directory: SoakDirectory;
  readonly #ledger: DeliveryLedger;
  readonly #random: SeededRandom;
  readonly #linesFor: (line: string) => readonly string[];
  readonly #rsaBits: RsaModulusBits;
  readonly #settleMs: number;
  /** What the server printed that was not as it should be. */
  readonly #printed = new DirectTally();

  constructor(options: SoakOptions, directory: SoakDirectory, parts: DirectSoakParts) {
    this.#options = options;
    this.#directory = directory;
    this.#linesFor = parts.printed ?? ((line) => [line]);
    this.#rsaBits = parts.rsaBits ?? 4096;
    this.#settleMs = parts.settleMs ?? SETTLE_MS;
    const onFault = (fault: DeliveryFault) => {
      // No order is promised: several messages of a client are under way at once.
      if (fault.kind !== "disordered") options.progress(faultText(fault));
    };
    this.#ledger = new DeliveryLedger({ onFault });
    this.#random = new SeededRandom(options.seed);
  }

  async run(signal: AbortSignal): Promise<SoakReport> {
    const onLine = (line: string) => {
      for (const each of this.#linesFor(line)) noteDirectLine(each, this.#ledger, this.#printed);
    };
    const state = join(this.#directory.path, "state");
    const noted = watchedMemory(this.#directory);
    const { runtimeFlags } = noted;
    const rsaBits = this.#rsaBits;
    await using server = await startSoakedDirect({ state, rsaBits, runtimeFlags }, onLine);
    this.#ledger.joined(SERVER_NAME);
    const watch = new MetricsWatch({ url: server.metricsUrl, warmUpMs: warmUpMsOf(this.#options) });
    await using _watch = watch;
    using controls = await UnreadControls.open(server.controlPort, UNREAD_CONTROLS);
    await using fleet = await this.#startFleet(server, signal);
    const { seconds, figures, operator } = await this.#strain(server, watch, fleet, signal);
    await fleet.settle(this.#settleMs);
    await watch.readNow();
    const memory = { resident: watch.memory, inUse: await noted.inUse() };
    const findings = [
      ...deliveryFindings(this.#ledger.tally(), { ordered: false }),
      ...this.#surprises(fleet, operator),
      this.#countFinding(watch),
      ...memoryFindings(memory, watch.warmUpMs),
      ...processFindings(watch),
    ];
    await watch.pause();
    findings.push(...await endServer(server));
    await writeLines(this.#directory, "direct.log", server.process.errorLines);
    const counts = { ...fleet.tally.figures(), unread_controls: controls.count };
    return {
      target: "direct",
      seconds,
      seed: this.#options.seed,
      figures: { ...counts, ...figures },
      memoryMib: memoryMib(memory),
      findings,
    };
  }

  async #startFleet(server: SoakedDirect, signal: AbortSignal): Promise<DirectFleet> {
    return await DirectFleet.start({
      ...directStrainOf(this.#options),
      server: server.endpoint,
      serverKey: server.key,
      clients: directClients(this.#options),
      random: this.#random.fork(),
      ledger: this.#ledger,
    }, signal);
  }

  async #strain(
    server: SoakedDirect,
    watch: MetricsWatch,
    fleet: DirectFleet,
    signal: AbortSignal,
  ): Promise<{ seconds: number; operator: OperatorTally; figures: Record<string, number> }> {
    await using attackers = this.#startAttackers(server, fleet);
    const stop = new AbortController();
    const operating = operateDirect(server.controlPort, stop.signal);
    const figures = this.#measure(server, watch);
    const seconds = await runForItsTime(this.#options, () => ({
      clients: fleet.present,
      acknowledged: this.#ledger.acceptedCount,
      delivered: this.#ledger.deliveredCount,
      residentBytes: watch.residentBytes,
      lagSeconds: watch.lagSeconds(),
      faults: { ...fleet.faults, attacks: attackers.total },
    }), signal);
    const measured = figures();
    stop.abort();
    const operator = await operating;
    const asked = { operator_replies: operator.replies, operator_refusals: operator.refusals };
    return { seconds, operator, figures: { ...measured, ...asked, ...attackers.figures() } };
  }

  #startAttackers(server: SoakedDirect, fleet: DirectFleet): DirectAttackers {
    return new DirectAttackers({
      server: server.endpoint,
      blockBytes: this.#rsaBits / 8,
      perSecond: directStrainOf(this.#options).attacksPerSecond,
      random: this.#random.fork(),
      captured: fleet.captured,
      recent: fleet.recent,
      keys: fleet.keys,
      injectInPlace: (datagram) => fleet.injectInPlace(datagram),
      replayInPlace: (random) => fleet.replayInPlace(random),
    });
  }

  /** Begins to measure. Returns what gives the figures from then until it is called. */
  #measure({ process: { pid } }: SoakedDirect, watch: MetricsWatch): () => Record<string, number> {
    const begin = readUsage(pid);
    const acceptedBefore = this.#ledger.acceptedCount;
    return () => {
      const { seconds, figures } = usageBetween(begin, readUsage(pid));
      return {
        clients: directClients(this.#options),
        // Of a machine that does much else, lag says little about the program.
        machine_load: Deno.loadavg()[0] ?? NaN,
        acknowledged_per_second: (this.#ledger.acceptedCount - acceptedBefore) / seconds,
        server_cpu_percent: figures.relay_cpu_percent ?? NaN,
        fleet_cpu_percent: figures.generator_cpu_percent ?? NaN,
        server_rss_mib: watch.residentBytes / BYTES_PER_MIB,
        server_peak_rss_mib: figures.peak_rss_mib ?? NaN,
        slowest_reading_ms: watch.slowestMs,
        ...counterFigures(watch, COUNTERS),
      };
    };
  }

  #surprises(fleet: DirectFleet, { troubles }: OperatorTally): Finding[] {
    const note = (text: string) => text === "" ? undefined : text;
    return [
      atMost("surprises of clients", fleet.tally.troubles, 0, note(fleet.tally.troubleText)),
      atMost(
        "surprises in what was printed",
        this.#printed.troubles,
        0,
        note(this.#printed.troubleText),
      ),
      atMost(
        "surprises of the operator",
        troubles.length,
        0,
        note(troubles.slice(0, 3).join(", ")),
      ),
    ];
  }

  /** What the server counts as handed over is what it has printed. */
  #countFinding(watch: MetricsWatch): Finding {
    const limit = this.#ledger.deliveredCount;
    const measured = watch.value(COUNTERS.server_messages) ?? NaN;
    return { name: "messages that the server counts", limit, measured, failed: measured !== limit };
  }
}

async function endServer({ process }: SoakedDirect): Promise<Finding[]> {
  process.kill("SIGTERM");
  const code = await process.ended();
  const { faultLines, faults } = process;
  const note = faultLines === 0 ? undefined : faults.slice(0, 5).join(" | ").slice(0, 1_000);
  return [
    atMost("exit code after SIGTERM", code, 0),
    atMost("errors in the log", faultLines, 0, note),
  ];
}
