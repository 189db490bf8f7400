import { assertEquals } from "@std/assert";
import { Liveness } from "../../src/client/liveness.ts";
import { livenessRule, plainRule, reliableRule } from "../../src/client/liveness_rule.ts";

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
  const liveness = new Liveness(plainRule(20_000), () => 0, 0);
  assertEquals(steps(liveness, 60_000), [
    "20000 show",
    "21000 show",
    "22000 show",
    "23000 lost",
  ]);
});

Deno.test("Liveness has nothing to do before its deadline", () => {
  const liveness = new Liveness(plainRule(20_000), () => 0, 0);
  assertEquals(liveness.tick(19_999), "nothing");
  assertEquals(liveness.tick(20_000), "show");
  assertEquals(liveness.tick(20_999), "nothing");
});

Deno.test("Liveness goes by the longer of the two silences", () => {
  const sender = new Liveness(plainRule(20_000), () => 0, 0);
  sender.sent(15_000);
  assertEquals(sender.nextDeadlineMs(), 20_000);
  const both = new Liveness(plainRule(20_000), () => 0, 0);
  both.sent(15_000);
  both.heard(10_000);
  assertEquals(both.nextDeadlineMs(), 30_000);
});

Deno.test("Liveness shortens its interval by at most a tenth", () => {
  const liveness = new Liveness(plainRule(20_000), () => 1, 0);
  assertEquals(liveness.nextDeadlineMs(), 18_000);
});

Deno.test("Liveness is quiet again once something was heard", () => {
  const liveness = new Liveness(plainRule(20_000), () => 0, 0);
  liveness.tick(20_000);
  liveness.sent(20_000);
  assertEquals(liveness.isProbing, true);
  liveness.heard(20_050);
  assertEquals(liveness.isProbing, false);
  assertEquals(liveness.nextDeadlineMs(), 40_000);
});

Deno.test("Liveness probes after 1 s with reliable delivery, and gives up after 15 tries", () => {
  const liveness = new Liveness(reliableRule(20_000), () => 0, 0);
  const expected = Array.from({ length: 15 }, (_, index) => `${1_000 * (index + 1)} probe`);
  assertEquals(steps(liveness, 60_000), [...expected, "16000 lost"]);
});

Deno.test("Liveness heeds both silences with reliable delivery, its own a quarter as long", () => {
  const liveness = new Liveness(reliableRule(20_000), () => 0, 0);
  liveness.heard(3_000);
  assertEquals(liveness.nextDeadlineMs(), 4_000);
  liveness.heard(4_500);
  assertEquals([liveness.nextDeadlineMs(), liveness.tick(4_999)], [5_000, "nothing"]);
  assertEquals(liveness.tick(5_000), "probe");
  liveness.sent(5_000);
  liveness.heard(5_001);
  assertEquals(liveness.nextDeadlineMs(), 6_001);
});

Deno.test("Liveness is in doubt only when few of many tries are left", () => {
  const liveness = new Liveness(reliableRule(20_000), () => 0, 0);
  for (let ms = 1_000; ms <= 12_000; ms += 1_000) liveness.tick(ms);
  assertEquals(liveness.isProbing, false);
  liveness.tick(13_000);
  assertEquals(liveness.isProbing, true);
});

Deno.test("Liveness shows the session for UNKNOWN_SESSION though a plain probe is under way", () => {
  const liveness = new Liveness(reliableRule(20_000), () => 0, 0);
  liveness.tick(1_000);
  assertEquals(liveness.hint(1_500), true);
  assertEquals(liveness.hint(1_600), false);
  assertEquals(steps(liveness, 60_000), ["1750 show", "2000 show", "2250 show", "2500 lost"]);
});

Deno.test("Liveness asks 4 times after UNKNOWN_SESSION and gives up after 1 s", () => {
  const liveness = new Liveness(plainRule(20_000), () => 0, 0);
  assertEquals(liveness.hint(5_000), true);
  assertEquals(liveness.hint(5_000), false);
  assertEquals(liveness.isProbing, true);
  assertEquals(steps(liveness, 60_000), ["5250 show", "5500 show", "5750 show", "6000 lost"]);
});

Deno.test("Liveness makes the try under way the last one at UNKNOWN_SESSION", () => {
  const liveness = new Liveness(plainRule(20_000), () => 0, 0);
  liveness.tick(20_000);
  assertEquals(liveness.hint(20_600), false);
  assertEquals(steps(liveness, 60_000), ["20850 show", "21000 lost"]);
});

Deno.test("Liveness is quiet again when the relay answers after UNKNOWN_SESSION", () => {
  const liveness = new Liveness(plainRule(20_000), () => 0, 0);
  liveness.hint(5_000);
  liveness.tick(5_250);
  liveness.heard(5_300);
  assertEquals([liveness.isProbing, liveness.nextDeadlineMs()], [false, 20_000]);
});

Deno.test("Liveness probes for UNKNOWN_SESSION once a second at most", () => {
  const liveness = new Liveness(plainRule(20_000), () => 0, 0);
  liveness.hint(5_000);
  liveness.heard(5_001);
  assertEquals(liveness.hint(5_999), false);
  assertEquals(liveness.isProbing, false);
  assertEquals(liveness.hint(6_000), true);
});

Deno.test("Liveness.heardGroup() puts off the question after silence, but not for ever", () => {
  const liveness = new Liveness(reliableRule(20_000), () => 0, 0);
  liveness.sent(4_000);
  for (let ms = 500; ms < 5_000; ms += 500) {
    liveness.heardGroup(ms);
    assertEquals(liveness.tick(ms + 499), "nothing");
  }
  assertEquals(liveness.nextDeadlineMs(), 5_000, "no answer of its own for a quarter of 20 s");
  assertEquals(liveness.tick(5_000), "probe");
});

Deno.test("Liveness.heardGroup() answers no question", () => {
  const probing = new Liveness(plainRule(20_000), () => 0, 0);
  assertEquals(probing.tick(20_000), "show");
  probing.heardGroup(20_100);
  assertEquals([probing.isProbing, probing.nextDeadlineMs()], [true, 21_000]);
  assertEquals(steps(probing, 60_000).at(-1), "23000 lost");
  const hinted = new Liveness(plainRule(20_000), () => 0, 0);
  hinted.hint(1_000);
  hinted.heardGroup(1_100);
  assertEquals(steps(hinted, 60_000).at(-1), "2000 lost");
});

for (
  const { name, session, keepAliveMs, lost } of [
    {
      name: "reliable",
      session: { isReliable: true, hasOthers: true },
      keepAliveMs: 20_000,
      lost: 5_000,
    },
    {
      name: "plain",
      session: { isReliable: false, hasOthers: true },
      keepAliveMs: 20_000,
      lost: 8_000,
    },
    {
      name: "plain, with a short keep-alive interval",
      session: { isReliable: false, hasOthers: true },
      keepAliveMs: 2_000,
      lost: 5_000,
    },
    {
      name: "reliable, alone",
      session: { isReliable: true, hasOthers: false },
      keepAliveMs: 20_000,
      lost: 16_000,
    },
    {
      name: "plain, alone",
      session: { isReliable: false, hasOthers: false },
      keepAliveMs: 20_000,
      lost: 23_000,
    },
  ]
) {
  Deno.test(`livenessRule() has a silent relay count as lost after ${lost} ms: ${name}`, () => {
    const liveness = new Liveness(livenessRule(session, keepAliveMs), () => 0, 0);
    assertEquals(steps(liveness, 60_000).at(-1), `${lost} lost`);
  });
}
