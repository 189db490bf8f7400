import type { HushcastProcess } from "../../hushcast_process.ts";
import { atMost, type Finding } from "../measures/finding.ts";

/** A line of the log at level error or critical, or of a stack trace. */
const BAD_LINE = /^\S+ (?:ERROR|CRITICAL)\b|^\s+at .*:\d+:\d+\)?$|^error: /;

/**
 * Ends a process as a service manager does, and judges its end and what it has said.
 *
 * @param process It runs yet.
 */
export async function endProcess(process: HushcastProcess): Promise<Finding[]> {
  process.kill("SIGTERM");
  const code = await process.ended();
  return [atMost("exit code after SIGTERM", code, 0), logFinding(process.stderr)];
}

/** Whether a line of standard error tells of an error, or is one of an exception's trace. */
export function isBadLine(line: string): boolean {
  return BAD_LINE.test(line);
}

/** Judges the log of a process: no errors, and no traces of exceptions. @param lines Of its standard error. */
export function logFinding(lines: readonly string[]): Finding {
  const bad = lines.filter(isBadLine);
  const note = bad.length === 0 ? undefined : bad.slice(0, 5).join(" | ").slice(0, 1_000);
  return atMost("errors in the log", bad.length, 0, note);
}
