import type { EventReader } from "../../src/http/feed/event_reader.ts";

/** An event as a reader got it. */
export interface ReadEvent {
  readonly type: string;
  // deno-lint-ignore no-explicit-any
  readonly data: any;
}

/** Reads server-sent events out of a text. */
export function parseEvents(text: string): ReadEvent[] {
  return text.split("\n\n").flatMap((block) => {
    const match = /^event: (\w+)\ndata: (.*)$/.exec(block);
    return match === null ? [] : [{ type: match[1] ?? "", data: JSON.parse(match[2] ?? "") }];
  });
}

/** Takes all that waits for a reader. */
export function takeEvents(reader: EventReader, nowMs = 0): ReadEvent[] {
  const decoder = new TextDecoder();
  let text = "";
  for (let chunk = reader.take(); chunk !== undefined; chunk = reader.take()) {
    text += decoder.decode(chunk, { stream: true });
    reader.written(nowMs);
  }
  return parseEvents(text);
}
