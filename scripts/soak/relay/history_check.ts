import { RelayClient } from "../../../src/client/relay_client.ts";
import { atMost, type Finding } from "../measures/finding.ts";
import type { MessageName } from "../fleet/recent_messages.ts";
import { readMessage } from "../fleet/soak_message.ts";

/** Silence after which the past counts as told, milliseconds. */
const QUIET_MS = 3_000;

/** How long the past may take in all, milliseconds. */
const PATIENCE_MS = 60_000;

/** How far it is looked back: all that the history holds. */
const ALL_MESSAGES = 1_000_000;

/**
 * Asks a relay for its past, and judges whether messages that were acknowledged are in it, each once and
 * whole.
 *
 * @param relay `HOST:PORT`.
 * @param acknowledged What must be there.
 */
export async function historyFindings(
  relay: string,
  acknowledged: readonly MessageName[],
): Promise<Finding[]> {
  const { copies, damaged } = await readPast(relay, new Set(acknowledged.map(wordOf)));
  const missing = acknowledged.map(wordOf).filter((word) => !copies.has(word));
  const doubled = [...copies].filter(([, count]) => count > 1).map(([word]) => word);
  const told = (words: readonly string[]) =>
    `of the last ${acknowledged.length}${words.length === 0 ? "" : `; ${words.slice(0, 5)}`}`;
  return [
    atMost("acknowledged messages missing in the history", missing.length, 0, told(missing)),
    atMost("messages twice in the history", doubled.length, 0, told(doubled)),
    atMost("messages damaged in the history", damaged.length, 0, told(damaged)),
  ];
}

/** What a relay says of its past. */
interface Past {
  /** How often each message is there. */
  readonly copies: ReadonlyMap<string, number>;
  /** What is there and is not as somebody of the fleet sent it. */
  readonly damaged: readonly string[];
}

/** Reads the past. @param wanted When all of these have come, little more is waited for. */
async function readPast(relay: string, wanted: Set<string>): Promise<Past> {
  const copies = new Map<string, number>();
  const damaged: string[] = [];
  await using client = await RelayClient.connect({
    relay,
    interface: "127.0.0.1",
    name: "soak-auditor",
    replay: { messages: ALL_MESSAGES },
  });
  const end = () => void client.close();
  const patience = setTimeout(end, PATIENCE_MS);
  let quiet = setTimeout(end, QUIET_MS);
  for await (const { payload } of client.messages()) {
    clearTimeout(quiet);
    const { outcome, message } = readMessage(payload);
    if (outcome === "whole") {
      const word = wordOf(message);
      copies.set(word, (copies.get(word) ?? 0) + 1);
      wanted.delete(word);
    } else {
      damaged.push(message === undefined ? outcome : `${wordOf(message)} ${outcome}`);
    }
    quiet = setTimeout(end, wanted.size === 0 ? QUIET_MS / 6 : QUIET_MS);
  }
  clearTimeout(quiet);
  clearTimeout(patience);
  return { copies, damaged };
}

function wordOf({ sender, number }: MessageName): string {
  return `${sender} ${number}`;
}
