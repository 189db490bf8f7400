import { join } from "node:path";
import { assert, assertEquals } from "@std/assert";
import { HushcastProcess } from "../../scripts/hushcast_process.ts";

/** A client of relays that fail over to each other. */
export interface ClusterClientOptions {
  readonly name: string;
  /** The flags that lead to the relays. */
  readonly way: readonly string[];
  /** A directory that holds those of clients. */
  readonly path: string;
  /** More flags. */
  readonly args?: readonly string[];
}

/** A message as a listener has printed it. */
export interface HeardMessage {
  readonly sequence: number;
  readonly sender: string;
  readonly text: string;
}

/** A line of `listen --json`. */
export type HeardLine =
  | { readonly type: "message" } & HeardMessage
  | { readonly type: "joined" | "left"; readonly id: string }
  | { readonly type: "gap" | "notice"; readonly reason?: string };

/** Starts a reliable listener that prints JSON, and waits until it is registered. */
export async function startListener(options: ClusterClientOptions): Promise<HushcastProcess> {
  return await start(["listen", "--json"], options);
}

/** Starts a reliable sender of the lines that it is given, and waits until it is registered. */
export async function startSender(options: ClusterClientOptions): Promise<HushcastProcess> {
  return await start(["send", "--timeout", "20"], options);
}

/**
 * Starts clients side by side; when one of them fails, those that run are still ended.
 *
 * @param stack Ends them.
 * @param starting What starts them.
 */
export async function startAll<Starting extends readonly Promise<HushcastProcess>[] | []>(
  stack: AsyncDisposableStack,
  starting: Starting,
): Promise<{ -readonly [Index in keyof Starting]: HushcastProcess }> {
  for (const it of await Promise.allSettled(starting)) {
    if (it.status === "fulfilled") stack.use(it.value);
  }
  return await Promise.all(starting);
}

/** Hands lines over in one piece, as a file would. */
export async function typeAll(process: HushcastProcess, lines: readonly string[]): Promise<void> {
  await process.type(lines.join("\n"));
}

/** `NAME from`, ..., `NAME to-1`. */
export function numbered(name: string, from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, index) => `${name} ${from + index}`);
}

/** Ends the input of senders, and waits until all that they have sent is acknowledged. */
export async function finish(...senders: readonly HushcastProcess[]): Promise<void> {
  for (const sender of senders) await sender.endInput();
  for (const sender of senders) assertEquals(await sender.ended(), 0, sender.stderr.join("\n"));
}

/** The messages that a listener has printed. */
export function heardBy(listener: HushcastProcess): HeardMessage[] {
  return linesOf(listener).flatMap((line) =>
    line.type === "message"
      ? [{ sequence: line.sequence, sender: line.sender, text: line.text }]
      : []
  );
}

/** The texts of the messages that a listener has printed. */
export function textsOf(listener: HushcastProcess): string[] {
  return heardBy(listener).map(({ text }) => text);
}

/** Who came and went as a listener was told: `joined ID`, `left ID`. */
export function comingsTo(listener: HushcastProcess): string[] {
  return linesOf(listener).flatMap((line) =>
    line.type === "joined" || line.type === "left" ? [`${line.type} ${line.id}`] : []
  );
}

/**
 * Asserts that listeners have heard the very same: every message of every sender once, in its order,
 * under numbers without a gap.
 *
 * @param listeners What they have printed.
 * @param said What each sender has sent, by its name.
 */
export function assertOneTalk(
  listeners: readonly HushcastProcess[],
  said: Readonly<Record<string, readonly string[]>>,
): void {
  const [first = [], ...others] = listeners.map(heardBy);
  for (const [name, texts] of Object.entries(said)) {
    const heard = first.filter(({ sender }) => sender === name).map(({ text }) => text);
    assertSameList(heard, texts, `what ${name} said`);
  }
  assertEquals(first.length, Object.values(said).flat().length, "somebody else has said something");
  const start = first[0]?.sequence ?? 0;
  assertSameList(
    first.map(({ sequence }) => `${sequence}`),
    first.map((_, index) => `${start + index}`),
    "the numbers",
  );
  for (const other of others) assertSameList(other.map(lineOf), first.map(lineOf), "another order");
  for (const listener of listeners) {
    const gaps = linesOf(listener).filter(({ type }) => type === "gap");
    assertEquals(gaps, [], listener.stderr.join("\n"));
  }
}

function lineOf({ sequence, sender, text }: HeardMessage): string {
  return `${sequence} ${sender}: ${text}`;
}

/** Thousands of lines, of which only what is about the first difference is worth reading. */
function assertSameList(
  actual: readonly string[],
  expected: readonly string[],
  what: string,
): void {
  const length = Math.max(actual.length, expected.length);
  const at = Array.from({ length }).findIndex((_, index) => actual[index] !== expected[index]);
  const around = (list: readonly string[]) => list.slice(Math.max(0, at - 3), at + 5).join(" | ");
  assert(
    at === -1,
    `${what}: ${actual.length} of ${expected.length}, different from ${at} on: ` +
      `${around(actual)}, expected ${around(expected)}`,
  );
}

/** What a listener has printed. */
export function linesOf({ stdout }: HushcastProcess): HeardLine[] {
  return stdout.map((line) => JSON.parse(line));
}

async function start(
  command: readonly string[],
  { name, way, path, args = [] }: ClusterClientOptions,
): Promise<HushcastProcess> {
  const flags = ["--reliable", "--name", name, "--state", join(path, name), "--log-level", "info"];
  const client = new HushcastProcess([...command, ...way, ...flags, ...args]);
  try {
    await client.errorLine(/INFO {2}registered relay=/);
    return client;
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw error;
  }
}
