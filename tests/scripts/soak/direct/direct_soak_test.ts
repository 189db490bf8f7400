import { assert, assertEquals } from "@std/assert";
import { directSoak } from "../../../../scripts/soak/direct/direct_soak.ts";
import { reportText, type SoakReport } from "../../../../scripts/soak/measures/soak_report.ts";
import { waitFor } from "../../../support/wait_for.ts";

const SHORT = { seconds: 3, clients: 8, seed: 5, progress: () => undefined };

/** What was broken, but for lag: it is that of a machine on which other tests run. */
function brokenRules({ findings }: SoakReport): string[] {
  return findings.filter(({ failed, name }) => failed && !name.includes("lag"))
    .map(({ name }) => name);
}

Deno.test("directSoak() passes, and shows what was said, heard and suffered", async () => {
  const lines: string[] = [];
  const progress = (line: string) => lines.push(line);
  const { signal } = new AbortController();
  const report = await directSoak({ rsaBits: 2048 }).run({ ...SHORT, progress }, signal);
  assertEquals(brokenRules(report), [], reportText(report));
  const { figures } = report;
  assertEquals([report.target, figures.clients], ["direct", 8]);
  assert(Number(figures.short_acknowledged) > 0, reportText(report));
  assert(Number(figures.attack_junk) > 0, reportText(report));
  assert(lines.some((line) => /8 clients, \d+ acknowledged/.test(line)), lines.join("\n"));
});

Deno.test("directSoak() fails when the server forgets one message and prints another one twice", async () => {
  let messages = 0;
  const printed = (line: string) => {
    if (line.startsWith('{"type":"message"')) messages++;
    else return [line];
    return messages === 3 ? [] : messages === 5 ? [line, line] : [line];
  };
  const seen: string[] = [];
  const progress = (line: string) => seen.push(line);
  const stop = new AbortController();
  // Long enough: it ends when enough was said.
  const options = { ...SHORT, seconds: 60, progress };
  const running = directSoak({ printed, rsaBits: 2048, settleMs: 500 }).run(options, stop.signal);
  await Promise.race([running, waitFor(() => messages >= 8, 60)]);
  stop.abort();
  const report = await running;
  const broken = brokenRules(report);
  assertEquals(broken.slice(0, 2), ["messages lost", "messages doubled"], reportText(report));
  assert(seen.some((line) => line.startsWith("doubled: ")), seen.join("\n"));
});
