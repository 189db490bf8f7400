import { assertEquals } from "@std/assert";
import type { RunningRelay } from "../../scripts/hushcast_process.ts";
import { relayControl } from "./e2e_relay_control.ts";

/** Where a relay's dashboard is, with a slash at the end. */
export interface WithDashboard {
  readonly http: string;
}

/** What `get_stats` tells of where messages are kept, and of the other relays. */
export interface HistorySigns {
  readonly history: Readonly<
    Record<"messages" | "oldest" | "newest" | "waiting" | "is_troubled", number>
  >;
  readonly cluster: Readonly<Record<"relays" | "clients_elsewhere" | "is_connected", number>>;
}

/** How long something may take that is looked for again and again, milliseconds. */
const PATIENCE_MS = 20_000;

/** Where a relay's log says that its dashboard is. */
export async function dashboardOf({ process }: Pick<RunningRelay, "process">): Promise<string> {
  const [, url = ""] = await process.errorLine(/http ready url=(\S+)$/);
  return url;
}

/** How a relay's history stands, as `get_stats` tells programs. */
export async function historySigns(
  relay: Pick<RunningRelay, "controlPort">,
): Promise<HistorySigns> {
  const { stdout, stderr } = await relayControl(relay, "--json", "get_stats");
  if (stdout.length === 0) throw new Error(stderr.join("\n"));
  return JSON.parse(stdout.join("\n")).data;
}

/** What a relay's `/readyz` answers; the text without its end of line. */
export async function readinessOf(
  { http }: WithDashboard,
): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${http}readyz`);
  return { status: response.status, text: (await response.text()).trim() };
}

/** What a relay tells a scraper. */
export async function metricsOf({ http }: WithDashboard): Promise<string> {
  return await (await fetch(`${http}metrics`)).text();
}

/** Waits until a relay says that it is ready. */
export async function becomesReady(relay: WithDashboard): Promise<void> {
  const ready = { status: 200, text: "ready" };
  assertEquals(await eventually(() => readinessOf(relay), ({ status }) => status === 200), ready);
}

/**
 * Looks again and again for what comes about beyond the test's reach.
 *
 * @param look Looks.
 * @param isIt Whether it is what was looked for.
 * @returns What was seen last, after 20 s even if that is something else.
 */
export async function eventually<T>(
  look: () => Promise<T>,
  isIt: (seen: T) => boolean,
): Promise<T> {
  const untilMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (isIt(seen) || performance.now() > untilMs) return seen;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
