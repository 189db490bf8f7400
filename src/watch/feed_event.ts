import type { StatisticsTree } from "../observe/statistics_tree.ts";
import type { ClientRow } from "./client_row.ts";
import type { TrafficPoint } from "./traffic_point.ts";

/** What does not change while a server runs. */
export interface ServerProfile {
  /** Which server it is. */
  readonly kind: "relay" | "direct";
  /** Version of hushcast. */
  readonly version: string;
  /** Random text that is another one after each start. */
  readonly instance: string;
  /** `SHA256:...` of a relay's identity, or of a direct server's key. */
  readonly fingerprint: string;
  /** `ip:port` of the UDP socket. */
  readonly udp: string;
  /** `ip:port` of the multicast group, where there is one. */
  readonly group?: string;
  /** `off`, `unicast`, or `multicast ip:port`; a direct server has none. */
  readonly group_delivery?: string;
  /** When it started, Unix milliseconds. */
  readonly started_ms: number;
  /** The names of the commands that it takes. */
  readonly commands: readonly string[];
  /** Whether one has to log in, and so can log out. */
  readonly has_login: boolean;
}

/** A line of the log: `time` (ISO 8601), `level` (lower case), `message`, and fields of any name. */
export interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly message: string;
  readonly [field: string]: string | number | boolean | null;
}

/**
 * What `/events` sends: each `type` is the `event:` of a server-sent event, and `data` its JSON.
 *
 * A stream begins with `server`, `history`, `log_history` and `clients`. From then on there is a
 * `point` each second, `clients` or `clients_changed` where there is news, and `log` as it comes.
 */
export type FeedEvent =
  | { readonly type: "server"; readonly data: ServerProfile }
  /** The last 15 minutes as far as the server has run, the oldest first. */
  | { readonly type: "history"; readonly data: readonly TrafficPoint[] }
  /** The last lines of the log, the oldest first. */
  | { readonly type: "log_history"; readonly data: readonly LogLine[] }
  /** All clients; what was known of clients before is void. */
  | {
    readonly type: "clients";
    readonly data: { readonly time_ms: number; readonly clients: readonly ClientRow[] };
  }
  /** Clients that are new or have news, and `rowKey`s of those that are gone. */
  | {
    readonly type: "clients_changed";
    readonly data: {
      readonly time_ms: number;
      readonly changed: readonly ClientRow[];
      readonly removed: readonly string[];
    };
  }
  | {
    readonly type: "point";
    readonly data: { readonly point: TrafficPoint; readonly statistics: StatisticsTree };
  }
  | { readonly type: "log"; readonly data: LogLine }
  /** Log lines that this reader was too slow for. */
  | { readonly type: "log_dropped"; readonly data: { readonly count: number } }
  /** The server shuts down; the stream ends. */
  | { readonly type: "shutdown"; readonly data: { readonly reason: string } };
