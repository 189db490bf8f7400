import { join } from "node:path";
import { Attackers } from "../fleet/attack/attackers.ts";
import { Fleet } from "../fleet/fleet.ts";
import { SeededRandom } from "../../seeded_random.ts";
import { UnreadControls } from "../fleet/unread_controls.ts";
import { DeliveryLedger } from "../measures/delivery_ledger.ts";
import { faultText } from "../measures/delivery_fault.ts";
import type { Finding } from "../measures/finding.ts";
import { memoryFindings, memoryMib } from "../measures/memory_findings.ts";
import { MetricsWatch } from "../measures/metrics_watch.ts";
import type { SoakReport } from "../measures/soak_report.ts";
import { processFindings } from "../measures/standard_findings.ts";
import { runForItsTime } from "../progress_clock.ts";
import { type SoakDirectory, soakDirectory, writeLines } from "../soak_directory.ts";
import { type SoakOptions, type SoakTarget, warmUpMsOf } from "../soak_target.ts";
import { watchedMemory } from "../watched_memory.ts";
import { historyFindings } from "./history_check.ts";
import { endProcess } from "./process_end.ts";
import { relayFigures } from "./relay_figures.ts";
import { type SoakedRelay, startSoakedRelay } from "./soaked_relay.ts";
import { strainOf } from "./strain.ts";

/** Connections to the control port that never read. */
const UNREAD_CONTROLS = 20;

/** How long what was said last may take to come to everybody, milliseconds. */
const SETTLE_MS = 90_000;

/** What a test may put in place. */
export interface RelaySoakParts {
  /** Makes the ledger of a run. */
  readonly newLedger?: (progress: SoakOptions["progress"]) => DeliveryLedger;
  /** How long what was said last may take to come to everybody, milliseconds. */
  readonly settleMs?: number;
}

/** A relay with HTTP, a history in a file and group delivery, and a fleet of clients. */
export const RELAY_SOAK: SoakTarget = relaySoak();

/** Makes such a target. @param parts What is put in place. */
export function relaySoak(
  { newLedger = ledgerThatTells, settleMs = SETTLE_MS }: RelaySoakParts = {},
): SoakTarget {
  return {
    name: "relay",
    about: "one relay with HTTP, a history in a file and group delivery; a fleet and attackers",
    run: async (options, signal) => {
      await using directory = await soakDirectory("relay", options.keep);
      const ledger = newLedger(options.progress);
      return await new RelayRun(options, directory, ledger, settleMs).run(signal);
    },
  };
}

function ledgerThatTells(progress: SoakOptions["progress"]): DeliveryLedger {
  return new DeliveryLedger({ onFault: (fault) => progress(faultText(fault)) });
}

/** One run of it. */
class RelayRun {
  readonly #options: SoakOptions;
  readonly #directory: SoakDirectory;
  readonly #ledger: DeliveryLedger;
  readonly #random: SeededRandom;
  readonly #settleMs: number;

  constructor(
    options: SoakOptions,
    directory: SoakDirectory,
    ledger: DeliveryLedger,
    settleMs: number,
  ) {
    this.#settleMs = settleMs;
    this.#options = options;
    this.#directory = directory;
    this.#ledger = ledger;
    this.#random = new SeededRandom(options.seed);
  }

  async run(signal: AbortSignal): Promise<SoakReport> {
    const noted = watchedMemory(this.#directory);
    await using relay = await this.#startRelay(noted.runtimeFlags);
    const watch = new MetricsWatch({ url: relay.metricsUrl, warmUpMs: warmUpMsOf(this.#options) });
    await using _watch = watch;
    using controls = await UnreadControls.open(relay.controlPort, UNREAD_CONTROLS);
    await using fleet = await this.#startFleet(relay, signal);
    const { seconds, figures } = await this.#strain(relay, watch, fleet, signal);
    await fleet.settle(this.#settleMs);
    await watch.readNow();
    const memory = { resident: watch.memory, inUse: await noted.inUse() };
    const findings = [
      ...fleet.findings(),
      ...memoryFindings(memory, watch.warmUpMs),
      ...processFindings(watch),
    ];
    await watch.pause();
    findings.push(...await endProcess(relay.process));
    await writeLines(this.#directory, "relay.log", relay.process.stderr);
    await fleet[Symbol.asyncDispose]();
    findings.push(...await this.#auditHistory(fleet));
    const counts = { ...fleet.tally.figures(), unread_controls: controls.count };
    return {
      target: "relay",
      seconds,
      seed: this.#options.seed,
      figures: { clients: this.#options.clients, ...counts, ...figures },
      memoryMib: memoryMib(memory),
      findings,
    };
  }

  async #strain(relay: SoakedRelay, watch: MetricsWatch, fleet: Fleet, signal: AbortSignal) {
    await using attackers = new Attackers({
      targets: relay.targets,
      perSecond: strainOf(this.#options).attacksPerSecond,
      random: this.#random.fork(),
      captured: fleet.captured,
      injectInPlace: (datagram) => fleet.injectInPlace(datagram),
      replayInPlace: (random) => fleet.replayInPlace(random),
    });
    const figures = relayFigures(relay.process.pid, watch, this.#ledger);
    const seconds = await runForItsTime(this.#options, () => ({
      clients: fleet.registered,
      acknowledged: this.#ledger.acceptedCount,
      delivered: this.#ledger.deliveredCount,
      residentBytes: watch.residentBytes,
      lagSeconds: watch.lagSeconds(),
      faults: { ...fleet.faults, attacks: attackers.total },
    }), signal);
    const measured = figures();
    return { seconds, figures: { ...attackers.figures(), ...measured } };
  }

  async #startFleet(relay: SoakedRelay, signal: AbortSignal): Promise<Fleet> {
    const { clients } = this.#options;
    const strain = strainOf(this.#options);
    return await Fleet.start({
      ...strain,
      clients,
      relays: [relay.endpoint],
      random: this.#random.fork(),
      ledger: this.#ledger,
      recentMessages: Math.floor(strain.historyMessages / 2),
    }, signal);
  }

  async #startRelay(runtimeFlags: readonly string[]): Promise<SoakedRelay> {
    const { path } = this.#directory;
    return await startSoakedRelay({
      ...strainOf(this.#options),
      runtimeFlags,
      state: join(path, "state"),
      history: join(path, "history.db"),
    });
  }

  /** After a new start: what was acknowledged must have outlasted the former process. */
  async #auditHistory(fleet: Fleet): Promise<Finding[]> {
    await using relay = await this.#startRelay([]);
    return await historyFindings(relay.relay, fleet.recentMessages());
  }
}
