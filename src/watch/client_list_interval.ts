/** How often a server looks at itself for those who watch it, milliseconds. */
export const TICK_MS = 1_000;

/** Past so many clients their list goes out less often: 2,000 every second tick, and so on. */
const CLIENTS_PER_TICK = 1_000;

/** The longest that a list lets wait for itself, ticks. */
const MAX_LIST_TICKS = 10;

/**
 * How many ticks lie between two lists of clients, when there is news.
 *
 * @param clients How many clients there are.
 */
export function ticksBetweenLists(clients: number): number {
  return Math.min(MAX_LIST_TICKS, Math.max(1, Math.ceil(clients / CLIENTS_PER_TICK)));
}
