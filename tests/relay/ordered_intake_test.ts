import { assertEquals } from "@std/assert";
import {
  MAX_HELD_BYTES,
  MAX_NUMBERS_AHEAD,
  MIN_HELD_CHARGE_BYTES,
} from "../../src/relay/ordered_intake.ts";
import { IntakeFixture } from "../support/intake_fixture.ts";

const AHEAD = BigInt(MAX_NUMBERS_AHEAD);
const U64_MAX = 2n ** 64n - 1n;

const rows: { name: string; come: bigint[]; on: bigint[][] }[] = [
  { name: "what comes in order, at once", come: [1n, 2n, 3n], on: [[1n], [2n], [3n]] },
  { name: "what waited behind the number that comes", come: [2n, 1n], on: [[], [1n, 2n]] },
  {
    name: "what waited, up to the next missing number",
    come: [5n, 2n, 3n, 1n, 4n],
    on: [[], [], [], [1n, 2n, 3n], [4n, 5n]],
  },
  { name: "in order what came in reverse", come: [3n, 2n, 1n], on: [[], [], [1n, 2n, 3n]] },
  {
    name: "all that waits past the bound on numbers",
    come: [3n, 5n, AHEAD + 1n, AHEAD + 2n],
    on: [[], [], [], [3n, 5n, AHEAD + 1n, AHEAD + 2n]],
  },
  {
    name: "late numbers at once when their gap was passed",
    come: [AHEAD + 2n, 7n, 6n, AHEAD + 3n],
    on: [[AHEAD + 2n], [7n], [6n], [AHEAD + 3n]],
  },
  { name: "the highest number of all", come: [U64_MAX, 1n, 9n], on: [[U64_MAX], [1n], [9n]] },
];
for (const { name, come, on } of rows) {
  Deno.test(`OrderedIntake.take() gives ${name}`, () => {
    const fixture = new IntakeFixture();
    assertEquals(come.map((sequence) => fixture.take(sequence)), on);
    assertEquals(fixture.pool.chargedBytes, 0);
    assertEquals(fixture.pool.nextDeadlineMs(), undefined);
  });
}

Deno.test("OrderedIntake.take() counts a number without a message as come", () => {
  const fixture = new IntakeFixture();
  assertEquals(fixture.take(3n), []);
  assertEquals(fixture.takeBare(2n), []);
  assertEquals(fixture.take(1n), [1n, 3n]);
  assertEquals([fixture.takeBare(4n), fixture.take(5n)], [[], [5n]]);
  assertEquals(fixture.takeBare(2n), [], "a late one changes nothing");
});

Deno.test("OrderedIntake.holds() is about messages that wait", () => {
  const fixture = new IntakeFixture();
  fixture.take(3n);
  fixture.takeBare(4n);
  assertEquals([2n, 3n, 4n].map((it) => fixture.intake.holds(it)), [false, true, false]);
  fixture.take(1n);
  fixture.take(2n);
  assertEquals(fixture.intake.holds(3n), false);
});

Deno.test("OrderedIntake.take() copies what has to wait", () => {
  const { intake, sender } = new IntakeFixture();
  const buffer = Uint8Array.of(9, 1, 2);
  intake.take(2n, {
    sender,
    sequence: 2n,
    messageId: "",
    isRepeated: false,
    payload: buffer.subarray(1),
  }, 0);
  buffer.fill(0xee);
  const [, second] = intake.take(1n, {
    sender,
    sequence: 1n,
    messageId: "",
    isRepeated: false,
    payload: new Uint8Array(),
  }, 0);
  assertEquals(second?.payload, Uint8Array.of(1, 2));
  assertEquals(second?.payload.buffer.byteLength, 2, "and nothing around it");
});

Deno.test("OrderedIntake.take() holds as many bytes as the bound says, and not one more", () => {
  const fixture = new IntakeFixture();
  const bytes = MAX_HELD_BYTES / 4;
  for (const sequence of [2n, 3n, 4n, 5n]) assertEquals(fixture.take(sequence, { bytes }), []);
  assertEquals(fixture.pool.chargedBytes, MAX_HELD_BYTES);
  assertEquals(fixture.take(7n), [2n, 3n, 4n, 5n, 7n]);
  assertEquals([fixture.take(8n), fixture.take(1n), fixture.take(6n)], [[8n], [1n], [6n]]);
});

Deno.test("OrderedIntake.take() charges short messages for their bookkeeping", () => {
  const fixture = new IntakeFixture();
  fixture.take(2n, { bytes: 0 });
  fixture.takeBare(3n);
  fixture.take(4n, { bytes: MIN_HELD_CHARGE_BYTES + 1 });
  assertEquals(fixture.pool.chargedBytes, 3 * MIN_HELD_CHARGE_BYTES + 1);
});

Deno.test("OrderedIntake.clear() forgets what waits, and frees what it was charged", () => {
  const fixture = new IntakeFixture();
  for (const sequence of [2n, 3n, 9n]) fixture.take(sequence);
  fixture.intake.clear();
  assertEquals([fixture.pool.chargedBytes, fixture.pool.nextDeadlineMs()], [0, undefined]);
  assertEquals(fixture.intake.passGaps(), []);
});
