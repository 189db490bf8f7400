import { assert, assertEquals } from "@std/assert";
import { type DeliveryFault, faultText } from "../../../../scripts/soak/measures/delivery_fault.ts";
import { DeliveryLedger } from "../../../../scripts/soak/measures/delivery_ledger.ts";
import { deliveryFindings } from "../../../../scripts/soak/measures/standard_findings.ts";

/** A ledger with a sender `s` and receivers. */
function ledgerWith(...receivers: readonly string[]): DeliveryLedger {
  const ledger = new DeliveryLedger();
  for (const receiver of receivers) ledger.joined(receiver);
  return ledger;
}

/** `s` sends numbers, and all are acknowledged. */
function say(ledger: DeliveryLedger, ...numbers: readonly number[]): void {
  for (const number of numbers) {
    ledger.sent("s", number);
    ledger.accepted("s", number);
  }
}

function hear(ledger: DeliveryLedger, receiver: string, ...numbers: readonly number[]): void {
  for (const number of numbers) ledger.received(receiver, "s", number);
}

/** The counts of faults, and the faults in words. */
function faultsOf(ledger: DeliveryLedger): (string | number)[] {
  const { lost, doubled, disordered, unsent, faults } = ledger.tally();
  return [lost, doubled, disordered, unsent, ...faults.map(faultText)];
}

const CLEAN = [0, 0, 0, 0];

Deno.test("DeliveryLedger finds nothing when all is as it should be", () => {
  const ledger = ledgerWith("a", "b", "s");
  say(ledger, 1, 2, 3);
  hear(ledger, "a", 1, 2, 3);
  hear(ledger, "b", 1, 2, 3);
  assertEquals(faultsOf(ledger), CLEAN);
  assertEquals([ledger.acceptedCount, ledger.deliveredCount], [3, 6]);
  assert(deliveryFindings(ledger.tally()).every(({ failed }) => !failed));
});

Deno.test("DeliveryLedger finds what was acknowledged and did not come", () => {
  const ledger = ledgerWith("a", "b");
  say(ledger, 1, 2, 3, 4);
  hear(ledger, "a", 1, 4);
  assertEquals(faultsOf(ledger), [6, 0, 0, 0, "lost: 2..3 of s at a", "lost: 1..4 of s at b"]);
  const [lost] = deliveryFindings(ledger.tally());
  assert(lost?.failed && lost.note?.includes("2..3 of s at a"));
});

Deno.test("DeliveryLedger does not ask for what was never acknowledged", () => {
  const ledger = ledgerWith("a");
  ledger.sent("s", 1);
  say(ledger, 2);
  hear(ledger, "a", 2);
  assertEquals(faultsOf(ledger), CLEAN);
  ledger.accepted("s", 1);
  assertEquals(faultsOf(ledger), [1, 0, 0, 0, "lost: 1 of s at a"]);
});

Deno.test("DeliveryLedger finds what came twice, and tells at once", () => {
  const told: DeliveryFault[] = [];
  const ledger = new DeliveryLedger({ onFault: (fault) => told.push(fault) });
  ledger.joined("a");
  say(ledger, 1, 2);
  hear(ledger, "a", 1, 2, 1);
  assertEquals(told.map(faultText), ["doubled: 1 of s at a"]);
  assertEquals(faultsOf(ledger), [0, 1, 0, 0, "doubled: 1 of s at a"]);
});

Deno.test("DeliveryLedger finds what came behind a later one, which is not lost then", () => {
  const ledger = ledgerWith("a");
  say(ledger, 1, 2, 3);
  hear(ledger, "a", 1, 3, 2);
  assertEquals(faultsOf(ledger), [0, 0, 1, 0, "disordered: 2 of s at a"]);
  const names = deliveryFindings(ledger.tally(), { ordered: false }).filter((it) => it.failed);
  assertEquals(names, []);
});

Deno.test("DeliveryLedger asks for no order between the lives of a sender", () => {
  const ledger = ledgerWith("a");
  say(ledger, 1, 2);
  ledger.senderRestarted("s");
  say(ledger, 3, 4);
  hear(ledger, "a", 1, 3, 2, 4);
  assertEquals(faultsOf(ledger), CLEAN);
});

Deno.test("DeliveryLedger finds what nobody sent", () => {
  const ledger = ledgerWith("a");
  say(ledger, 1);
  hear(ledger, "a", 1, 2, 0);
  ledger.received("a", "nobody", 1);
  assertEquals(faultsOf(ledger).slice(0, 4), [0, 0, 0, 3]);
});

Deno.test("DeliveryLedger asks of who comes later only what is sent later", () => {
  const ledger = ledgerWith();
  say(ledger, 1, 2);
  ledger.joined("a");
  hear(ledger, "a", 2);
  say(ledger, 3);
  assertEquals(faultsOf(ledger), [1, 0, 0, 0, "lost: 3 of s at a"]);
});

Deno.test("DeliveryLedger forgives what was sent before a receiver was told of a gap", () => {
  const ledger = ledgerWith("a");
  say(ledger, 1, 2, 3);
  hear(ledger, "a", 1);
  ledger.away("a");
  say(ledger, 4);
  hear(ledger, "a", 4);
  assertEquals(faultsOf(ledger), CLEAN);
  hear(ledger, "a", 1);
  assertEquals(ledger.tally().doubled, 1);
});

Deno.test("DeliveryLedger holds against who has left what was skipped, not what was to come", () => {
  const ledger = ledgerWith("a");
  say(ledger, 1, 2, 3, 4);
  hear(ledger, "a", 1, 3);
  ledger.left("a");
  assertEquals(faultsOf(ledger), [1, 0, 0, 0, "lost: 2 of s at someone who left"]);
  hear(ledger, "a", 4);
  assertEquals(ledger.deliveredCount, 2);
});

Deno.test("DeliveryLedger begins afresh with a receiver that comes back", () => {
  const ledger = ledgerWith("a");
  say(ledger, 1);
  hear(ledger, "a", 1);
  ledger.joined("a");
  hear(ledger, "a", 1);
  say(ledger, 2);
  hear(ledger, "a", 2);
  assertEquals(faultsOf(ledger), CLEAN);
});

Deno.test("DeliveryLedger takes memory for gaps, not for messages", () => {
  const ledger = ledgerWith("a", "b");
  const before = Deno.memoryUsage().heapUsed;
  for (let number = 1; number <= 300_000; number++) {
    say(ledger, number);
    hear(ledger, "a", number);
    hear(ledger, "b", number);
  }
  assertEquals(ledger.tally(), {
    accepted: 300_000,
    delivered: 600_000,
    lost: 0,
    doubled: 0,
    disordered: 0,
    unsent: 0,
    untracked: 0,
    faults: [],
  });
  const grownMib = (Deno.memoryUsage().heapUsed - before) / 1024 ** 2;
  assert(grownMib < 20, `${grownMib} MiB`);
});

Deno.test("DeliveryLedger says when gaps were too many to keep", () => {
  const ledger = ledgerWith("a");
  for (let number = 1; number <= 20_010; number++) {
    ledger.sent("s", number);
    if (number % 2 === 0) hear(ledger, "a", number);
  }
  assert(ledger.tally().untracked > 0);
  assert(deliveryFindings(ledger.tally()).some(({ name, failed }) => failed && /room/.test(name)));
  const untracked = ledger.tally().untracked;
  ledger.left("a");
  assertEquals(ledger.tally().untracked, untracked);
});
