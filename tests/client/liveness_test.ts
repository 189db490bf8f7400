import { assertEquals } from "@std/assert";
import { Liveness } from "../../src/client/liveness.ts";

/** Runs a `Liveness` from 0 ms to `endMs` and notes what it does when. */
function steps(liveness: Liveness, endMs: number): string[] {
  const noted: string[] = [];
  for (let ms = liveness.nextDeadlineMs(); ms <= endMs; ms = liveness.nextDeadlineMs()) {
    const step = liveness.tick(ms);
    noted.push(`${ms} ${step}`);
    if (step === "lost") break;
  }
  return noted;
}

Deno.test("Liveness probes after silence, 3 times, and then gives up", () => {
  const liveness = new Liveness(20_000, () => 0, 0);
  assertEquals(steps(liveness, 60_000), [
    "20000 probe",
    "21000 probe",
    "22000 probe",
    "23000 lost",
  ]);
});

Deno.test("Liveness has nothing to do before its deadline", () => {
  const liveness = new Liveness(20_000, () => 0, 0);
  assertEquals(liveness.tick(19_999), "nothing");
  assertEquals(liveness.tick(20_000), "probe");
  assertEquals(liveness.tick(20_999), "nothing");
});

Deno.test("Liveness goes by the longer of the two silences", () => {
  const sender = new Liveness(20_000, () => 0, 0);
  sender.sent(15_000);
  assertEquals(sender.nextDeadlineMs(), 20_000);
  const both = new Liveness(20_000, () => 0, 0);
  both.sent(15_000);
  both.heard(10_000);
  assertEquals(both.nextDeadlineMs(), 30_000);
});

Deno.test("Liveness shortens its interval by at most a tenth", () => {
  const liveness = new Liveness(20_000, () => 1, 0);
  assertEquals(liveness.nextDeadlineMs(), 18_000);
});

Deno.test("Liveness is quiet again once something was heard", () => {
  const liveness = new Liveness(20_000, () => 0, 0);
  liveness.tick(20_000);
  liveness.sent(20_000);
  assertEquals(liveness.isProbing, true);
  liveness.heard(20_050);
  assertEquals(liveness.isProbing, false);
  assertEquals(liveness.nextDeadlineMs(), 40_000);
});

Deno.test("Liveness gives up 1 s after UNKNOWN_SESSION", () => {
  const liveness = new Liveness(20_000, () => 0, 0);
  assertEquals(liveness.hint(5_000), true);
  assertEquals(liveness.hint(5_000), false);
  assertEquals(liveness.tick(5_999), "nothing");
  assertEquals(liveness.tick(6_000), "lost");
});

Deno.test("Liveness makes the probe under way the last one at UNKNOWN_SESSION", () => {
  const liveness = new Liveness(20_000, () => 0, 0);
  liveness.tick(20_000);
  assertEquals(liveness.hint(20_100), false);
  assertEquals(liveness.tick(21_000), "lost");
});

Deno.test("Liveness probes for UNKNOWN_SESSION once a second at most", () => {
  const liveness = new Liveness(20_000, () => 0, 0);
  liveness.hint(5_000);
  liveness.heard(5_001);
  assertEquals(liveness.hint(5_999), false);
  assertEquals(liveness.isProbing, false);
  assertEquals(liveness.hint(6_000), true);
});
