/**
 * Turns what was logged as the message into text.
 *
 * @param data Anything.
 * @returns A string as it is, an error with its stack, an object as `{"name":value}`.
 */
export function messageText(data: unknown): string {
  if (typeof data === "string") return data;
  if (typeof data === "function") return "undefined";
  if (typeof data !== "object" || data === null) return String(data);
  if (data instanceof Error) return data.stack ?? String(data);
  return `{${
    Object.entries(data).map(([key, value]) => `"${key}":${memberText(value)}`).join(",")
  }}`;
}

function memberText(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : messageText(value);
}
