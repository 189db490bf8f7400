/** Letters behind a number, each standing for 1,000 times the one before. */
const PREFIXES = ["", "k", "M", "G", "T", "P"];

/** The largest number that is written: nothing counts further. */
const MAX_NUMBER = 999_999e15;

/** The longest time that is written, milliseconds: what is longer is not to be believed. */
const MAX_TIME_MS = 99_999 * 86_400_000;

/**
 * Writes a number in at most five characters or so.
 *
 * @param value 0 or more; what is larger than can be counted is written as the largest number.
 * @returns Such as `0`, `<0.1`, `3.2`, `740`, `1.2k`, `35.0M`.
 */
export function shortNumber(value: number): string {
  if (!(value > 0)) return "0";
  if (value < 0.05) return "<0.1";
  if (value < 9.95) return value.toFixed(1);
  if (value < 999.5) return String(Math.round(value));
  let scaled = Math.min(value, MAX_NUMBER);
  let prefix = 0;
  while (scaled >= 999.5 && prefix < PREFIXES.length - 1) {
    scaled /= 1000;
    prefix++;
  }
  return `${scaled < 99.95 ? scaled.toFixed(1) : Math.round(scaled)}${PREFIXES[prefix]}`;
}

/**
 * Writes a number of bytes.
 *
 * @param bytes 0 or more.
 * @returns Such as `0 B`, `740 B`, `1.2 kB`.
 */
export function shortBytes(bytes: number): string {
  const text = shortNumber(bytes);
  const prefix = /[a-z]$/i.exec(text)?.[0] ?? "";
  return `${text.slice(0, text.length - prefix.length)} ${prefix}B`;
}

/**
 * Writes a time in its two largest units.
 *
 * @param durationMs Milliseconds; less than 0 counts as 0, and more than 99,999 days as that.
 * @returns Such as `7s`, `3m05s`, `2h09m`, `12d03h`.
 */
export function shortTime(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(Math.min(durationMs, MAX_TIME_MS) / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${two(seconds % 60)}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h${two(minutes % 60)}m`;
  return `${Math.floor(hours / 24)}d${two(hours % 24)}h`;
}
