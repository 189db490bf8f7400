import type { ClientRow } from "../../src/watch/client_row.ts";
import type { ServerProfile } from "../../src/watch/feed_event.ts";
import type { TrafficPoint } from "../../src/watch/traffic_point.ts";

/** A client for tests. */
export function clientRow(fields: Partial<ClientRow> = {}): ClientRow {
  return {
    id: "pump-1",
    address: "127.0.0.1:5000",
    session: "0000000000000001",
    since_ms: 0,
    last_seen_ms: 0,
    messages_in: 0,
    messages_out: 0,
    bytes_in: 0,
    bytes_out: 0,
    ...fields,
  };
}

/** What went on in a second, for tests: nothing but what is given. */
export function trafficPoint(fields: Partial<TrafficPoint> = {}): TrafficPoint {
  return {
    time_ms: 0,
    clients: 0,
    messages_in: 0,
    messages_out: 0,
    bytes_in: 0,
    bytes_out: 0,
    drops: {},
    lag_ms: 0,
    ...fields,
  };
}

/** Who a server is, for tests. */
export function serverProfile(fields: Partial<ServerProfile> = {}): ServerProfile {
  return {
    kind: "relay",
    version: "1.0.0",
    instance: "first",
    fingerprint: "SHA256:x",
    udp: "127.0.0.1:47700",
    started_ms: 500,
    commands: [],
    has_login: false,
    ...fields,
  };
}
