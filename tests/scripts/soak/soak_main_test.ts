import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import type { SoakReport } from "../../../scripts/soak/measures/soak_report.ts";
import { soakMain } from "../../../scripts/soak/soak_main.ts";
import type { SoakOptions, SoakTarget } from "../../../scripts/soak/soak_target.ts";
import { temporaryDirectory } from "../../support/temporary_directory.ts";

/** A target that ends at once, and how it was asked to run. */
class QuickTarget implements SoakTarget {
  readonly about = "ends at once";
  readonly asked: SoakOptions[] = [];

  constructor(readonly name: string, readonly failed: boolean) {}

  run(options: SoakOptions): Promise<SoakReport> {
    this.asked.push(options);
    const finding = { name: "messages lost", limit: 0, measured: 1, failed: this.failed };
    const { seconds, seed } = options;
    return Promise.resolve({
      target: this.name,
      seconds,
      seed,
      figures: {},
      memoryMib: { resident: [60.5], inUse: [] },
      findings: [finding],
    });
  }
}

/** A target that runs until it is interrupted. */
const patient: SoakTarget = {
  name: "patient",
  about: "waits",
  run: ({ seed }, signal) =>
    new Promise((resolve) => {
      const report = {
        target: "patient",
        seconds: 1,
        seed,
        figures: {},
        memoryMib: { resident: [], inUse: [] },
        findings: [],
      };
      signal.addEventListener("abort", () => resolve(report));
    }),
};

async function run(
  args: readonly string[],
  targets: readonly [SoakTarget, ...SoakTarget[]],
  signal = new AbortController().signal,
) {
  const [lines, texts]: [string[], string[]] = [[], []];
  const output = {
    progress: (line: string) => void lines.push(line),
    print: (text: string) => void texts.push(text),
  };
  return { code: await soakMain(args, targets, output, signal), lines, text: texts.join("") };
}

Deno.test("soakMain() gives 0 and a report when every rule was kept", async () => {
  const target = new QuickTarget("quick", false);
  const { code, text } = await run(["--minutes", "1", "--seed", "7"], [target]);
  assertEquals(code, 0);
  assertMatch(text, /^soak of quick: passed after 60 s \(seed 7\)/);
  assertEquals(target.asked.map(({ seconds, clients, seed }) => [seconds, clients, seed]), [
    [60, 200, 7],
  ]);
});

Deno.test("soakMain() gives 1 when one of several targets failed, and runs the others", async () => {
  const targets = [new QuickTarget("bad", true), new QuickTarget("good", false)] as const;
  const { code, text } = await run(["--target", "bad", "--target", "good"], targets);
  assertEquals(code, 1);
  assertStringIncludes(text, "soak of bad: FAILED");
  assertStringIncludes(text, "soak of good: passed");
});

Deno.test("soakMain() gives 2 and one line for wrong usage", async () => {
  const { code, lines, text } = await run(["--minutes", "never"], [new QuickTarget("a", false)]);
  assertEquals([code, lines.length, text], [2, 1, ""]);
});

Deno.test("soakMain() prints help with the targets", async () => {
  const { code, text } = await run(["--help"], [new QuickTarget("quick", true)]);
  assertEquals(code, 0);
  assertStringIncludes(text, "quick  ends at once");
});

Deno.test("soakMain() reports what was run when it is interrupted, and gives 130", async () => {
  const stop = new AbortController();
  const last = new QuickTarget("last", false);
  const running = run(["--target", "patient", "--target", "last"], [patient, last], stop.signal);
  stop.abort();
  const { code, text } = await running;
  assertEquals([code, last.asked.length], [130, 0]);
  assertStringIncludes(text, "soak of patient");
});

Deno.test("soakMain() gives 130 when it is interrupted before there is anything to report", async () => {
  const early: SoakTarget = {
    ...patient,
    run: (_, signal) => Promise.reject(signal.reason),
  };
  const { code, text } = await run([], [early], AbortSignal.abort());
  assertEquals([code, text], [130, ""]);
});

Deno.test("soakMain() throws what a target could not be set up for", async () => {
  const broken = { ...patient, run: () => Promise.reject(new Error("no such program")) };
  await assertRejects(() => run([], [broken]), Error, "no such program");
});

Deno.test("soakMain() writes the reports as JSON", async () => {
  await using directory = await temporaryDirectory();
  const file = `${directory.path}/reports.json`;
  await run(["--json", file], [new QuickTarget("quick", true)]);
  const [report] = JSON.parse(await Deno.readTextFile(file));
  assertEquals([report.target, report.passed], ["quick", false]);
});
