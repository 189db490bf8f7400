import type { History } from "../history/history.ts";
import type { Instant } from "../session/instant.ts";
import type { Replay } from "../wire/replay.ts";

/**
 * Works out where the past begins that a client asked for: no earlier than the history has it, so
 * that nothing of it counts as lost.
 *
 * @param replay What it asked for.
 * @param history What there is.
 * @param latest The newest relayed message, u64.
 * @param now The moment.
 * @returns The number before the first message that it is to get.
 * @see docs/HISTORY.md
 */
export function replayFrom(
  replay: Replay,
  history: History,
  latest: bigint,
  now: Instant,
): bigint {
  const first = replay.kind === "count"
    ? latest - replay.messages + 1n
    : history.firstSince(now.unixMs - Number(replay.seconds) * 1000);
  const { oldest } = history;
  const begin = first > oldest ? first : oldest;
  return begin > latest ? latest : begin - 1n;
}
