import { assert, assertEquals, assertMatch } from "@std/assert";
import type { LineProcess } from "../../scripts/line_process.ts";
import { startBench } from "../support/bench_process.ts";
import { programTest } from "../support/test_with_program.ts";
import { leaveOut } from "../support/leave_out.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { waitFor } from "../support/wait_for.ts";

function bench(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): LineProcess {
  return startBench("bench_http.ts", args, environment);
}

/** Runs it to its end, and reads the JSON that it prints. */
async function report(...args: readonly string[]) {
  await using process = bench(["--quick", "--json", ...args]);
  assertEquals(await process.ended(), 0, process.stderr.join("\n"));
  return JSON.parse(process.stdout.join("\n"));
}

/** Processor time comes in steps, and a short time may have none. */
function assertFigures(
  figures: Readonly<Record<string, number | undefined>>,
  bounds: Readonly<Record<string, readonly [least: number, most: number]>>,
): void {
  for (const [name, [least, most]] of Object.entries(bounds)) {
    const value = figures[name] ?? NaN;
    assert(value >= least && value <= most, `${name} is ${value}, not from ${least} to ${most}`);
  }
}

Deno.test("bench_http.ts measures a relay at rest without --http and with it", async () => {
  const { machine, settings, measurements, summaries } = await report("--scenario", "idle");
  assertEquals(machine.deno, Deno.version.deno);
  assertEquals(settings, { rounds: 1, seconds: 0.5, warm_up_seconds: 0.2 });
  assertEquals(measurements.map((one: { outcome: string }) => one.outcome), [
    "measured",
    "measured",
  ]);
  const [{ scenario, rows: [without, with_], difference, reasons }] = summaries;
  assertEquals({ scenario, reasons }, { scenario: "idle", reasons: [] });
  assertEquals([without.setting, with_.setting], ["without --http", "with --http"]);
  for (const { figures } of [without, with_]) {
    assertFigures(figures, { cpu_percent: [0, 200], rss_mib: [20, 500] });
  }
  assertEquals(difference.rss_mib, with_.figures.rss_mib - without.figures.rss_mib);
});

Deno.test("bench_http.ts measures scrapes, and prints a table", async () => {
  await using process = bench(["--quick", "--scenario", "scrape"]);
  assertEquals(await process.ended(), 0, process.stderr.join("\n"));
  const row = /^no clients +GET \/metrics +([\d.]+) +([\d.]+) +([\d.]+)$/m;
  const text = process.stdout.join("\n");
  assertMatch(text, /^scrape\n +CPU ms\/scrape +wall ms\/scrape +kB\/scrape$/m);
  assertMatch(text, row);
  const [cpuMs, wallMs, kilobytes] = (row.exec(text) ?? []).slice(1).map(Number);
  assertFigures({ cpuMs, wallMs, kilobytes }, {
    cpuMs: [0.01, 500],
    wallMs: [0.01, 1_000],
    kilobytes: [1, 1_000],
  });
});

Deno.test("bench_http.ts measures a reader of /events, who hears of all clients", async () => {
  const { summaries } = await report("--scenario", "events", "--clients", "20");
  const [{ clients, rows: [nobody, reader], difference, reasons }] = summaries;
  assertEquals({ clients, reasons }, { clients: 20, reasons: [] });
  assertEquals([nobody.setting, reader.setting], ["nobody reads", "one reader"]);
  assertFigures(nobody.figures, { cpu_ms_per_second: [0, 2_000], cpu_ms_per_update: [0, 2_000] });
  assertFigures(reader.figures, {
    cpu_ms_per_second: [0, 2_000],
    cpu_ms_per_update: [0, 2_000],
    kilobytes_per_second: [1, 1_000],
    kilobytes_per_update: [1, 100],
    // A machine that is busy may keep some of them from saying so in time.
    clients_per_update: [10, 20],
  });
  assertEquals(Object.keys(difference), ["cpu_ms_per_second", "cpu_ms_per_update"]);
});

programTest("script", "bsdutils", "bench_http.ts measures hushcast top", async () => {
  const { summaries: [{ rows: [top], reasons }] } = await report(
    ...["--scenario", "top", "--clients", "3"],
  );
  assertEquals([top.setting, reasons], ["hushcast top", []]);
  assertFigures(top.figures, { cpu_percent: [0, 200], rss_mib: [20, 500] });
});

Deno.test("bench_http.ts says what it leaves out where a program is missing", async () => {
  const args = ["--quick", "--scenario", "page", "--scenario", "top", "--clients", "3"];
  await using process = bench(args, { PATH: "/nonexistent" });
  assertEquals(await process.ended(), 0, process.stderr.join("\n"));
  assertEquals(process.stdout.slice(-5), [
    "page",
    "N=3: left out, needs chromium: apt-get install chromium",
    "",
    "top",
    "N=3: left out, needs script of util-linux: apt-get install bsdutils",
  ]);
});

Deno.test("bench_http.ts --list names the scenarios, and --help teaches in 80 columns", async () => {
  await using list = bench(["--list"]);
  await using help = bench(["--help"]);
  assertEquals([await list.ended(), await help.ended()], [0, 0]);
  const names = list.stdout.map((line) => line.split(" ", 1)[0]);
  assertEquals(names.filter(Boolean), ["idle", "scrape", "events", "page", "top"]);
  assertMatch(help.stdout.join("\n"), /^ +--clients N +\S[^]*^Examples:\n +deno task bench:http /m);
  assertEquals([...list.stdout, ...help.stdout].filter((line) => line.length > 80), []);
});

for (
  const { args, says } of [
    { args: ["--scenario", "event"], says: "no scenario is called event (did you mean events?)" },
    { args: ["--clients", "10001"], says: "--clients must be a whole number from 1 to 10000" },
    { args: ["--rounds", "0"], says: "--rounds must be a whole number from 1 to 1000, got 0" },
    { args: ["--seconds", "0"], says: "--seconds must be a number above 0" },
    { args: ["--fast"], says: "unknown option --fast" },
  ]
) {
  Deno.test(`bench_http.ts ends ${args.join(" ")} with exit code 2 and one line`, async () => {
    await using process = bench(args);
    assertEquals([await process.ended(), process.stdout], [2, []]);
    assertEquals(process.stderr.length, 1, process.stderr.join("\n"));
    assert(process.stderr[0]?.startsWith(`bench: ${says}`), process.stderr[0]);
    assertMatch(process.stderr[0] ?? "", /; try --help$/);
  });
}

/** The processes of this machine with a text in their command lines. */
function processesWith(text: string): string[] {
  return [...Deno.readDirSync("/proc")].flatMap(({ name }) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const line = Deno.readTextFileSync(`/proc/${name}/cmdline`).replaceAll("\0", " ");
      return line.includes(text) ? [line] : [];
    } catch {
      return []; // it has ended meanwhile
    }
  });
}

const INTERRUPTED = "bench_http.ts ends all that it started when it is interrupted";

// Processes show themselves as files.
if (Deno.build.os === "linux") Deno.test(INTERRUPTED, testInterruption);
else leaveOut(INTERRUPTED, "needs /proc", { isMandatory: false });

async function testInterruption(): Promise<void> {
  await using directory = await temporaryDirectory();
  const running = () => processesWith(directory.path);
  const args = ["--scenario", "events", "--clients", "3", "--seconds", "60"];
  await using process = bench(args, { TMPDIR: directory.path });
  // The relay, and the process with the clients.
  await waitFor(() => running().length === 2);
  process.kill("SIGINT");
  assertEquals(await process.ended(), 130);
  assertEquals([running(), [...Deno.readDirSync(directory.path)]], [[], []]);
}
