/** What the demo sends in numbers, so that anybody sees whether one is missing. */
export function reading(number: number): string {
  return `reading ${number}`;
}

/**
 * Looks for what is not as it should be: each reading once, and in order.
 *
 * @param texts All messages that came, readings among them.
 * @param count How many readings were sent, numbered from 1.
 * @returns A sentence that tells the first fault, or `undefined` when there is none.
 */
export function faultOf(texts: readonly string[], count: number): string | undefined {
  const numbers = texts.flatMap((text) => {
    const number = /^reading (\d+)$/.exec(text)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
  const wrong = numbers.findIndex((number, index) => number !== index + 1);
  if (wrong >= 0) return `reading ${numbers[wrong]} came where ${wrong + 1} was due`;
  return numbers.length === count ? undefined : `${numbers.length} readings came of ${count}`;
}

/**
 * Reads the messages in what `hushcast listen --json` printed.
 *
 * @param lines Its lines.
 * @returns Sender and text of each message.
 */
export function messagesOf(
  lines: readonly string[],
): { readonly from: string; readonly text: string }[] {
  return lines.flatMap((line) => {
    const { type, sender, text } = JSON.parse(line);
    return type === "message" ? [{ from: String(sender), text: String(text) }] : [];
  });
}
