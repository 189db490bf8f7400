import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { MetricsWatch } from "../../../../scripts/soak/measures/metrics_watch.ts";
import { processFindings } from "../../../../scripts/soak/measures/standard_findings.ts";
import { FakeClock } from "../../../control/fake_clock.ts";
import { waitFor } from "../../../support/wait_for.ts";

/** What a server would say of itself. */
interface Told {
  readonly mib?: number;
  readonly errors?: number;
  /** Timers that were at most 10 ms late, and all. */
  readonly lags?: readonly [number, number];
}

function textOf({ mib = 60, errors, lags: [quick, all] = [0, 0] }: Told): string {
  const lines = [
    "# HELP hushcast_drops_total What was dropped.",
    "# TYPE hushcast_drops_total counter",
    'hushcast_drops_total{reason="malformed"} 5',
    ...errors === undefined ? [] : [`hushcast_drops_total{reason="internal_error"} ${errors}`],
    "# TYPE hushcast_event_loop_lag_seconds histogram",
    `hushcast_event_loop_lag_seconds_bucket{le="0.01"} ${quick}`,
    `hushcast_event_loop_lag_seconds_bucket{le="+Inf"} ${all}`,
    `hushcast_event_loop_lag_seconds_count ${all}`,
    "# TYPE process_resident_memory_bytes gauge",
    `process_resident_memory_bytes ${mib * 1024 ** 2}`,
  ];
  return `${lines.join("\n")}\n`;
}

/** A watch over a server that says one thing after the other, and at last the same again and again. */
class Stage implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly watch: MetricsWatch;
  asked = 0;

  constructor(told: readonly (Told | Error | "silence")[], warmUpMs = 0) {
    const read = (signal: AbortSignal) => {
      const now = told[Math.min(this.asked++, told.length - 1)];
      if (now instanceof Error) return Promise.reject(now);
      if (now !== "silence") return Promise.resolve(textOf(now ?? {}));
      return new Promise<string>((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    };
    this.watch = new MetricsWatch({ url: "", clock: this.clock, warmUpMs, read });
  }

  /** Lets the next reading begin and end. */
  async turn(ms = 1_000): Promise<void> {
    const done = this.watch.readings + this.watch.failedReadings;
    this.clock.advance(ms);
    await waitFor(() => this.watch.readings + this.watch.failedReadings > done);
    await Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.watch[Symbol.asyncDispose]();
    assertEquals(this.clock.timerCount, 0);
  }
}

Deno.test("MetricsWatch reads every second, and keeps memory with its time", async () => {
  await using stage = new Stage([{ mib: 60 }, { mib: 61 }, { mib: 62 }]);
  await stage.turn(0);
  await stage.turn();
  await stage.turn();
  const mib = stage.watch.memory.map(({ atMs, bytes }) => [atMs, bytes / 1024 ** 2]);
  assertEquals(mib, [[0, 60], [1_000, 61], [2_000, 62]]);
  assertEquals(stage.watch.residentBytes, 62 * 1024 ** 2);
  assertEquals([stage.watch.readings, stage.watch.failedReadings], [3, 0]);
});

Deno.test("MetricsWatch counts lags from the end of warm-up on, and errors from the start", async () => {
  const told = [
    { errors: 1, lags: [0, 10] },
    { errors: 3, lags: [10, 110] },
    { errors: 4, lags: [209, 310] },
  ] as const;
  await using stage = new Stage(told, 1_000);
  await stage.turn(0);
  assertEquals([stage.watch.internalErrors, stage.watch.lagSeconds()], [1, NaN]);
  await stage.turn();
  await stage.turn();
  assertEquals(stage.watch.internalErrors, 4);
  assertEquals(stage.watch.lagBuckets, [
    { upToSeconds: 0.01, count: 199 },
    { upToSeconds: Infinity, count: 200 },
  ]);
  assertEquals(stage.watch.lagSeconds(), 0.01);
  assertEquals(stage.watch.value('hushcast_drops_total{reason="malformed"}'), 5);
});

Deno.test("MetricsWatch takes a series that appears later for a rise from 0", async () => {
  await using stage = new Stage([{}, { errors: 2 }]);
  await stage.turn(0);
  await stage.turn();
  assertEquals(stage.watch.internalErrors, 2);
});

Deno.test("MetricsWatch counts on when the process was started anew", async () => {
  await using stage = new Stage([{ errors: 5 }, { errors: 7 }, { errors: 1 }]);
  for (const ms of [0, 1_000, 1_000]) await stage.turn(ms);
  assertEquals(stage.watch.internalErrors, 8);
});

Deno.test("MetricsWatch counts readings that fail, says why, and reads on", async () => {
  const failures = [new Error("status 500"), "silence"] as const;
  await using stage = new Stage([{}, ...failures, { mib: 70 }]);
  await stage.turn(0);
  await stage.turn();
  stage.clock.advance(1_000);
  await waitFor(() => stage.asked === 3);
  await stage.turn(5_000);
  await stage.turn();
  assertEquals([stage.watch.readings, stage.watch.failedReadings], [2, 2]);
  assertEquals(stage.watch.failures, ["Error: status 500", "Error: no answer in 5000 ms"]);
  assertEquals(stage.watch.residentBytes, 70 * 1024 ** 2);
  const failed = processFindings(stage.watch, "b").find(({ name }) => /failed readings/.test(name));
  assert(failed?.failed);
  assertEquals(failed.name, "b: failed readings of /metrics");
});

Deno.test("MetricsWatch counts a page that is no metrics as failed", async () => {
  const clock = new FakeClock();
  const read = () => Promise.resolve("<html>\n");
  await using watch = new MetricsWatch({ url: "", clock, read });
  clock.advance(0);
  await waitFor(() => watch.failedReadings === 1);
});

Deno.test("MetricsWatch does not read while it is paused", async () => {
  await using stage = new Stage([{}]);
  await stage.turn(0);
  await stage.watch.pause();
  stage.clock.advance(10_000);
  assertEquals(stage.asked, 1);
  stage.watch.resume();
  stage.watch.resume();
  await stage.turn(0);
  assertEquals([stage.asked, stage.clock.timerCount], [2, 1]);
});

Deno.test("MetricsWatch reads a real server over HTTP, and counts a refused one", async () => {
  let status = 200;
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => undefined },
    () => new Response(textOf({ mib: 42 }), { status }),
  );
  const { port } = server.addr;
  await using watch = new MetricsWatch({ url: `http://127.0.0.1:${port}/metrics`, everyMs: 5 });
  await waitFor(() => watch.readings >= 2);
  assertAlmostEquals(watch.residentBytes, 42 * 1024 ** 2);
  status = 503;
  await waitFor(() => watch.failedReadings >= 1);
  assertEquals(watch.failures[0], "Error: status 503");
  await watch.pause();
  await server.shutdown();
  const before = watch.failedReadings;
  await watch.readNow();
  assertEquals(watch.failedReadings, before + 1);
});
