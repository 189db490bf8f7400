/**
 * Clock ticks a second in `/proc/PID/stat`. The kernel keeps this number for programs, whatever its
 * own clock does.
 */
const TICKS_PER_SECOND = 100;

const BYTES_PER_KIB = 1024;

/** What a process has used so far. */
export interface ProcessUsage {
  /** User and system time of all its threads, microseconds; in steps of 10,000. */
  readonly cpuMicros: number;
  /** Memory that it has now, bytes (VmRSS). */
  readonly rssBytes: number;
  /** The most that it ever had, bytes (VmHWM). */
  readonly peakRssBytes: number;
}

/**
 * Reads the times in `/proc/PID/stat`.
 *
 * @param text The file.
 * @returns User and system time, microseconds; `undefined` when the text is something else.
 */
export function parseProcStat(text: string): number | undefined {
  // The name of the program, in brackets, may hold spaces and brackets of its own.
  const fields = text.slice(text.lastIndexOf(")") + 1).trim().split(/\s+/);
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(ticks) ? ticks * 1e6 / TICKS_PER_SECOND : undefined;
}

/**
 * Reads the memory in `/proc/PID/status`.
 *
 * @param text The file.
 * @returns Bytes now and at most; `undefined` when the text is something else.
 */
export function parseProcStatus(
  text: string,
): Pick<ProcessUsage, "rssBytes" | "peakRssBytes"> | undefined {
  const rssKib = /^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1];
  const peakKib = /^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1];
  if (rssKib === undefined || peakKib === undefined) return undefined;
  const [rssBytes, peakRssBytes] = [rssKib, peakKib].map((kib) => Number(kib) * BYTES_PER_KIB);
  return { rssBytes: rssBytes ?? NaN, peakRssBytes: peakRssBytes ?? NaN };
}

/**
 * Reads what a process has used.
 *
 * @param pid The process.
 * @returns `undefined` on a system without `/proc`, and when there is no such process.
 */
export function processUsage(pid: number): ProcessUsage | undefined {
  const cpuMicros = parseProcStat(readProc(pid, "stat"));
  const memory = parseProcStatus(readProc(pid, "status"));
  return cpuMicros === undefined || memory === undefined ? undefined : { cpuMicros, ...memory };
}

function readProc(pid: number, file: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/${file}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
