import { assertEquals } from "@std/assert";
import { runForItsTime } from "../../../scripts/soak/progress_clock.ts";
import { progressLine, warmUpMsOf } from "../../../scripts/soak/soak_target.ts";

const progress = {
  clients: 198,
  acknowledged: 5_210,
  delivered: 1_031_580,
  residentBytes: 71.3 * 1024 ** 2,
  lagSeconds: 0.005,
  faults: { crashes: 31 },
};

Deno.test("progressLine() says all in one line", () => {
  assertEquals(
    progressLine({ elapsedSeconds: 725, ...progress }),
    "12:05 198 clients, 5210 acknowledged, 1031580 delivered, 71.3 MiB, lag p99 5.0 ms, crashes 31",
  );
});

const warmUps = [{ minutes: 2, is: 40 }, { minutes: 45, is: 900 }, { minutes: 60, is: 900 }];
for (const { minutes, is } of warmUps) {
  Deno.test(`warmUpMsOf() leaves out ${is} s of ${minutes} minutes`, () => {
    assertEquals(warmUpMsOf({ seconds: minutes * 60 }), is * 1000);
  });
}

function options(seconds: number, lines: string[]) {
  return { seconds, clients: 8, seed: 1, progress: (line: string) => void lines.push(line) };
}

Deno.test("runForItsTime() ends after its time, with a last line", async () => {
  const lines: string[] = [];
  const { signal } = new AbortController();
  const seconds = await runForItsTime(options(0.05, lines), () => progress, signal);
  assertEquals([seconds >= 0.05, seconds < 5, lines.length], [true, true, 1]);
});

Deno.test("runForItsTime() ends when it is told to", async () => {
  const stop = new AbortController();
  const running = runForItsTime(options(3_600, []), () => progress, stop.signal);
  stop.abort();
  assertEquals(await running < 60, true);
});
