import type { StatisticsTree } from "../../../src/observe/statistics_tree.ts";
import { TopModel, type TopModelOptions } from "../../../src/cli/top/top_model.ts";
import type { TopSample } from "../../../src/cli/top/top_sample.ts";
import type { TopView } from "../../../src/cli/top/top_view.ts";
import { type ClientSortKey, naturalOrder } from "../../../src/watch/client_order.ts";
import type { ClientRow } from "../../../src/watch/client_row.ts";

/** When the samples of tests are read. */
export const UNIX_MS = Date.UTC(2026, 10, 21, 20, 0, 0);

/** A client that registered a minute ago, but for the values given. */
export function clientRow(values: Partial<ClientRow> = {}): ClientRow {
  return {
    id: "pump-3",
    address: "127.0.0.1:5000",
    session: values.id ?? "0011223344556677",
    since_ms: UNIX_MS - 60_000,
    last_seen_ms: UNIX_MS - 3_000,
    messages_in: 0,
    messages_out: 0,
    bytes_in: 0,
    bytes_out: 0,
    ...values,
  };
}

/** Counters of a relay. */
export function relayCounters(values: StatisticsTree = {}): StatisticsTree {
  return {
    uptime_seconds: 7_390,
    clients: 2,
    registrations: { accepted: 5, rejected: 1, waiting: 3, rsa_operations: 6 },
    messages: { in: 100, bytes_in: 1_000, out: 200, bytes_out: 2_000 },
    history: { messages: 8, bytes: 1_234 },
    group: { epoch: 4, members: 2 },
    drops: { malformed: 3, stale: 0, "re\x1bplayed": 1 },
    ...values,
  };
}

/** Counters of a direct server. */
export function directCounters(values: StatisticsTree = {}): StatisticsTree {
  return {
    uptime_seconds: 61,
    clients: 1,
    strangers: 2,
    keys: { accepted: 4, refused: 1 },
    messages: { in: 10, bytes_in: 100, out: 20, bytes_out: 200 },
    rsa: { decryptions: 9, running: 1, waiting: 2 },
    fragments: { unfinished_bytes: 1_000 },
    transfers: { unfinished_bytes: 500 },
    drops: { undecryptable: 2 },
    ...values,
  };
}

/** What a relay says at a moment. */
export function topSample(values: Partial<TopSample> = {}): TopSample {
  const { atMs = 0 } = values;
  return { atMs, unixMs: UNIX_MS + atMs, statistics: relayCounters(), clients: [], ...values };
}

/** What a view starts with. */
export function modelOptions(values: Partial<TopModelOptions> = {}): TopModelOptions {
  return {
    server: "127.0.0.1:47701",
    intervalMs: 1_000,
    order: naturalOrder("messages-in"),
    filter: "",
    ...values,
  };
}

/** A view of clients a second after the first sample. */
export function viewOf(
  clients: readonly ClientRow[],
  { sort = "id", statistics = relayCounters(), ...values }: Partial<TopView> & {
    readonly sort?: ClientSortKey;
    readonly statistics?: StatisticsTree;
  } = {},
): TopView {
  const model = new TopModel(modelOptions({ order: naturalOrder(sort) }), topSample());
  const before = clients.map((row) => ({ ...row, messages_in: 0, messages_out: 0 }))
    .map((row) => ({ ...row, bytes_in: 0, bytes_out: 0 }));
  model.sampled(topSample({ clients: before, statistics }));
  model.sampled(topSample({ atMs: 1_000, clients, statistics }));
  return { ...model.view(1_000, 10), ...values };
}
