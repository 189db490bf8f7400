/** Milliseconds of each unit that a duration can be written in. */
const UNITS_MS: ReadonlyMap<string, number> = new Map([
  ["s", 1_000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
  ["w", 604_800_000],
]);

/** The longest duration, days: ten years, so that a slip of the finger does not last for ever. */
export const MAX_DURATION_DAYS = 3650;

/**
 * Reads a duration.
 *
 * @param text A whole number above 0 and a unit: `30s`, `15m`, `12h`, `7d` or `2w`.
 * @returns Milliseconds, or `undefined` for anything else and for more than 3,650 days.
 */
export function parseDuration(text: string): number | undefined {
  const [, number, unit = ""] = /^(\d{1,12})([smhdw])$/.exec(text) ?? [];
  const durationMs = Number(number) * (UNITS_MS.get(unit) ?? NaN);
  return durationMs > 0 && durationMs <= MAX_DURATION_DAYS * 86_400_000 ? durationMs : undefined;
}
