/** One rule that a soak goes by, and how the run stands against it. */
export interface Finding {
  /** What is looked at, as in `lag p99 ms`. */
  readonly name: string;
  /** What is allowed at most, or what must be. */
  readonly limit: number | string;
  /** What was seen. */
  readonly measured: number | string;
  /** Whether the rule is broken. */
  readonly failed: boolean;
  /** What else a reader should know: by which method, the first cases. */
  readonly note?: string;
}

/** Names a finding about one process. @param of The process's name; empty when there is only one. */
export function findingName(name: string, of: string): string {
  return of === "" ? name : `${of}: ${name}`;
}

/**
 * A rule of the kind "no more than".
 *
 * @param name What is looked at.
 * @param measured What was seen; a value that is no number breaks the rule.
 * @param limit What is allowed at most.
 * @param note What else there is to say.
 */
export function atMost(name: string, measured: number, limit: number, note?: string): Finding {
  const failed = !(measured <= limit);
  return { name, limit, measured, failed, ...note === undefined ? {} : { note } };
}
