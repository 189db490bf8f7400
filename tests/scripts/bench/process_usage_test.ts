import { assertEquals } from "@std/assert";
import { parseProcStat, parseProcStatus } from "../../../scripts/bench/process_usage.ts";

const STAT = "20010 (deno) R 20009 20009 17597 0 -1 4194304 2618 7 0 0 123 45 6 7 20 0 6 0 398511";
const STATUS =
  "Name:\tdeno\nVmPeak:\t  999999 kB\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\nThreads:\t6\n";

Deno.test("parseProcStat() adds user and system time, in microseconds", () => {
  assertEquals(parseProcStat(STAT), 1_680_000);
});

Deno.test("parseProcStat() does not stumble over the name of the program", () => {
  assertEquals(parseProcStat(STAT.replace("(deno)", "(a) b (c 1 2)")), 1_680_000);
});

for (const text of ["", "20010", "20010 (deno) R 1 2", "no such file"]) {
  Deno.test(`parseProcStat() finds nothing in ${JSON.stringify(text)}`, () => {
    assertEquals(parseProcStat(text), undefined);
  });
}

Deno.test("parseProcStatus() gives memory now and at most, in bytes", () => {
  assertEquals(parseProcStatus(STATUS), { rssBytes: 1_048_576, peakRssBytes: 2_097_152 });
});

Deno.test("parseProcStatus() finds nothing where a line lacks, as in a process that has ended", () => {
  assertEquals(parseProcStatus(""), undefined);
  assertEquals(parseProcStatus(STATUS.replace("VmHWM", "VmOther")), undefined);
  assertEquals(parseProcStatus(STATUS.replace("1024 kB", "? kB")), undefined);
});
