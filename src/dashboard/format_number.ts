const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Writes a count: `1,234`. */
export function formatCount(count: number): string {
  return WHOLE.format(count);
}

/** Writes how many there are: `1 client`, `1,234 clients`. */
export function countOf(count: number, name: string): string {
  return `${formatCount(count)} ${name}${count === 1 ? "" : "s"}`;
}

/** Writes a number a second: `0`, `0.4`, `12`, `1,234`. */
export function formatRate(rate: number): string {
  if (rate === 0) return "0";
  if (rate < 0.1) return "<0.1";
  return rate < 9.95 ? String(Math.round(rate * 10) / 10) : WHOLE.format(rate);
}

/** Writes bytes: `0 B`, `512 B`, `1.2 kB`, `34 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 999.5 would be written as 1000.
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1_000;
    unit++;
  }
  const digits = unit > 0 && value < 9.95 ? value.toFixed(1) : WHOLE.format(value);
  return `${digits} ${BYTE_UNITS[unit]}`;
}
