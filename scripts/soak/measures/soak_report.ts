import type { Finding } from "./finding.ts";

/** Memory minute by minute, MiB to a tenth. */
export interface MemoryByMinute {
  readonly resident: readonly number[];
  /** Nothing where that can't be told. */
  readonly inUse: readonly number[];
}

/** What came of a soak. */
export interface SoakReport {
  /** What was run, as in `relay`. */
  readonly target: string;
  /** How long it ran, seconds. */
  readonly seconds: number;
  /** What all chances were drawn from. */
  readonly seed: number;
  /** What was measured without a rule about it. */
  readonly figures: Readonly<Record<string, number | string>>;
  /** The least memory of each minute from the start on; only in JSON. */
  readonly memoryMib: MemoryByMinute;
  /** Each rule, kept or broken. */
  readonly findings: readonly Finding[];
}

/** Whether no rule was broken. A report without rules proves nothing, and has not passed. */
export function hasPassed({ findings }: SoakReport): boolean {
  return findings.length > 0 && findings.every(({ failed }) => !failed);
}

/**
 * Writes a report for people.
 *
 * @returns Lines, the last with a line end.
 */
export function reportText(report: SoakReport): string {
  const { target, seconds, seed, figures, findings } = report;
  const verdict = hasPassed(report) ? "passed" : "FAILED";
  const lines = [`soak of ${target}: ${verdict} after ${seconds.toFixed(0)} s (seed ${seed})`, ""];
  for (const { name, limit, measured, failed, note } of findings) {
    const mark = failed ? "FAIL" : "ok  ";
    const text = `${mark}  ${name}: ${shown(measured)} (limit ${shown(limit)})`;
    lines.push(note === undefined ? text : `${text}; ${note}`);
  }
  lines.push("");
  const width = Math.max(0, ...Object.keys(figures).map((name) => name.length));
  for (const [name, value] of Object.entries(figures)) {
    lines.push(`${name.padEnd(width)}  ${shown(value)}`);
  }
  return `${lines.join("\n").trimEnd()}\n`;
}

/**
 * Writes reports for programs.
 *
 * @returns JSON with a line end: each report as it is, and whether it `passed`. Numbers that JSON
 *   does not know, such as infinity, are written as text.
 */
export function reportsJson(reports: readonly SoakReport[]): string {
  const withVerdict = reports.map((report) => ({ ...report, passed: hasPassed(report) }));
  return `${JSON.stringify(withVerdict, (_, value) => finiteOrText(value), 2)}\n`;
}

function shown(value: number | string): string {
  if (typeof value === "string" || Number.isInteger(value)) return `${value}`;
  return `${Number(value.toPrecision(4))}`;
}

function finiteOrText(value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? `${value}` : value;
}
