import { assertEquals } from "@std/assert";
import { parseDuration } from "../../src/settings/duration.ts";

const DAY_MS = 86_400_000;

const durations: readonly [text: string, milliseconds: number][] = [
  ["1s", 1_000],
  ["30s", 30_000],
  ["15m", 900_000],
  ["12h", DAY_MS / 2],
  ["7d", 7 * DAY_MS],
  ["2w", 14 * DAY_MS],
  ["007d", 7 * DAY_MS],
  ["3650d", 3650 * DAY_MS],
  ["315360000s", 3650 * DAY_MS],
];

for (const [text, milliseconds] of durations) {
  Deno.test(`parseDuration() reads ${text}`, () => {
    assertEquals(parseDuration(text), milliseconds);
  });
}

for (
  const text of [
    "",
    "0s",
    "12",
    "s",
    "-1s",
    "+1s",
    "1.5h",
    "1e3s",
    "1 h",
    "1h ",
    "1H",
    "1y",
    "1h30m",
    "1ms",
    "٣d",
    "3651d",
    "315360001s",
    "522w",
    "9".repeat(400) + "s",
  ]
) {
  Deno.test(`parseDuration() refuses ${JSON.stringify(text.slice(0, 20))}`, () => {
    assertEquals(parseDuration(text), undefined);
  });
}
