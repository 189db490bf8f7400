import { assert, assertEquals } from "@std/assert";
import { DeliveryLedger } from "../../../../scripts/soak/measures/delivery_ledger.ts";
import type { SoakReport } from "../../../../scripts/soak/measures/soak_report.ts";
import { RELAY_SOAK, relaySoak } from "../../../../scripts/soak/relay/relay_soak.ts";

/** A ledger to which some messages come twice, and some acknowledged ones not at all. */
class SpoiltLedger extends DeliveryLedger {
  #received = 0;

  override received(receiver: string, sender: string, number: number): void {
    this.#received++;
    if (this.#received % 50 === 7) return;
    super.received(receiver, sender, number);
    if (this.#received % 50 === 0) super.received(receiver, sender, number);
  }
}

/** A ledger that interrupts the run as soon as something was said. */
class ImpatientLedger extends DeliveryLedger {
  readonly #stop: AbortController;

  constructor(stop: AbortController) {
    super();
    this.#stop = stop;
  }

  override accepted(sender: string, number: number): void {
    super.accepted(sender, number);
    if (this.acceptedCount === 20) this.#stop.abort();
  }
}

const options = (seconds: number, lines: string[]) => ({
  seconds,
  clients: 12,
  seed: 1,
  progress: (line: string) => void lines.push(line),
});

/** Memory and lag are left out: a few seconds on a busy machine say nothing of them. */
const JUDGED = /^messages|^acknowledged|surprises|internal errors|exit code|errors in the log/;

function broken({ findings }: SoakReport): string[] {
  const judged = findings.filter(({ name }) => JUDGED.test(name));
  assert(judged.length >= 10, `only ${judged.length} findings`);
  return judged.filter(({ failed }) => failed).map(({ name, note }) => `${name}: ${note}`);
}

Deno.test("a short soak of a real relay keeps the rules, and sees it when they are broken", async () => {
  const { signal } = new AbortController();
  const lines: string[] = [];
  const spoilt = relaySoak({ newLedger: () => new SpoiltLedger(), settleMs: 500 });
  const [report, other] = await Promise.all([
    RELAY_SOAK.run(options(6, lines), signal),
    spoilt.run(options(3, []), signal),
  ]);
  assertEquals(broken(report), []);
  const { figures } = report;
  const wanted = ["crashes", "leaves", "moves", "outages", "large_delivered", "attack_rsa_junk"];
  for (const name of wanted) assert(Number(figures[name]) > 0, `no ${name}: ${figures[name]}`);
  assertEquals(lines.length, 1);

  const names = other.findings.filter(({ failed }) => failed).map(({ name }) => name);
  assert(names.includes("messages lost"), names.join());
  assert(names.includes("messages doubled"), names.join());
});

Deno.test("a soak of a real relay that is interrupted still reports", async () => {
  const stop = new AbortController();
  const newLedger = () => new ImpatientLedger(stop);
  const report = await relaySoak({ newLedger }).run(options(3_600, []), stop.signal);
  assertEquals(broken(report), []);
  assert(report.seconds < 600);
});
