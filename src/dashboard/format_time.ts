const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const TIME: Intl.DateTimeFormatOptions = {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
};
const DATE: Intl.DateTimeFormatOptions = { year: "numeric", month: "2-digit", day: "2-digit" };

// The Swedish way to write dates is 2026-11-21.
const TIME_OF_DAY = new Intl.DateTimeFormat("sv", TIME);
const DAY = new Intl.DateTimeFormat("sv", DATE);
const DATE_AND_TIME = new Intl.DateTimeFormat("sv", {
  ...DATE,
  ...TIME,
  second: undefined,
});

/** Writes a time of day by the browser's clock: `14:03:22`. */
export function formatTimeOfDay(unixMs: number): string {
  return TIME_OF_DAY.format(unixMs);
}

/** Writes a day by the browser's clock: `2026-11-21`. */
export function formatDay(unixMs: number): string {
  return DAY.format(unixMs);
}

/**
 * Writes a moment as shortly as it can be understood: the time of day within the last 12 hours,
 * else date and time.
 *
 * @param unixMs The moment.
 * @param nowMs The present.
 */
export function formatMoment(unixMs: number, nowMs: number): string {
  const isNear = Math.abs(nowMs - unixMs) < 12 * HOUR_MS;
  return isNear ? TIME_OF_DAY.format(unixMs) : DATE_AND_TIME.format(unixMs);
}

/** Writes a length of time by its two largest units: `4 s`, `2 min 5 s`, `3 h 12 min`, `12 d 3 h`. */
export function formatDuration(ms: number): string {
  const left = Math.max(0, ms);
  if (left < MINUTE_MS) return `${Math.floor(left / SECOND_MS)} s`;
  if (left < HOUR_MS) return twoUnits(left, MINUTE_MS, "min", SECOND_MS, "s");
  if (left < DAY_MS) return twoUnits(left, HOUR_MS, "h", MINUTE_MS, "min");
  return twoUnits(left, DAY_MS, "d", HOUR_MS, "h");
}

function twoUnits(ms: number, large: number, name: string, small: number, smallName: string) {
  return `${Math.floor(ms / large)} ${name} ${Math.floor((ms % large) / small)} ${smallName}`;
}
