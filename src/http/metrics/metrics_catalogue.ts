import type { Registry } from "prom-client";

/** What a metric is, as its `HELP` and `TYPE` lines say. */
export interface MetricDescription {
  readonly type: "counter" | "gauge" | "histogram";
  /** What it means, for people. */
  readonly help: string;
  /** The labels whose values tell its series apart, where it has several. */
  readonly labels?: readonly string[];
}

/**
 * Every metric. The same thing has the same name in a relay and in a direct server; each kind exposes
 * those that it can feed. The names are stable: operators graph them.
 */
export const METRICS = {
  hushcast_clients: { type: "gauge", help: "Registered clients." },
  hushcast_max_clients: { type: "gauge", help: "The most clients at once, as configured." },
  hushcast_strangers: { type: "gauge", help: "Addresses heard of that have sent no key." },
  hushcast_registrations_total: {
    type: "counter",
    help: "Registrations that were decided, by result.",
    labels: ["result"],
  },
  hushcast_registrations_replaced_total: {
    type: "counter",
    help: "Accepted registrations that took the place of an earlier one.",
  },
  hushcast_registrations_waiting: {
    type: "gauge",
    help: "Registrations that wait for RSA or are at it.",
  },
  hushcast_server_keys_sent_total: {
    type: "counter",
    help: "Times that the server's public key was handed out.",
  },
  hushcast_cookies_sent_total: {
    type: "counter",
    help: "Cookies sent to strangers in place of an answer.",
  },
  hushcast_client_moves_total: {
    type: "counter",
    help: "Sessions that went on from another address.",
  },
  hushcast_messages_received_total: { type: "counter", help: "Messages from clients." },
  hushcast_messages_received_bytes_total: {
    type: "counter",
    help: "Payload of the messages from clients.",
  },
  hushcast_messages_sent_total: {
    type: "counter",
    help: "Messages to clients, one for each recipient.",
  },
  hushcast_messages_sent_bytes_total: {
    type: "counter",
    help: "Payload of the messages to clients.",
  },
  hushcast_hybrid_messages_total: {
    type: "counter",
    help: "Messages from clients that were encrypted by RSA and Fernet together.",
  },
  hushcast_signed_messages_total: {
    type: "counter",
    help: "Messages from clients with a valid signature.",
  },
  hushcast_unread_messages: { type: "gauge", help: "Messages that nobody has read yet." },
  hushcast_deliveries_total: {
    type: "counter",
    help: "Copies of messages handed to recipients.",
  },
  hushcast_relay_sequence: {
    type: "gauge",
    help: "Relay sequence of the newest message, counted since the start.",
  },
  hushcast_datagrams_received_total: { type: "counter", help: "UDP datagrams received." },
  hushcast_datagrams_received_bytes_total: {
    type: "counter",
    help: "UDP payload received.",
  },
  hushcast_datagrams_sent_total: { type: "counter", help: "UDP datagrams sent." },
  hushcast_datagrams_sent_bytes_total: { type: "counter", help: "UDP payload sent." },
  hushcast_drops_total: {
    type: "counter",
    help: "What came from the network or was to be sent, and was dropped, by reason.",
    labels: ["reason"],
  },
  hushcast_unknown_tlvs_total: {
    type: "counter",
    help: "TLVs of an unknown type; they are skipped, not dropped.",
  },
  hushcast_fragments_received_total: { type: "counter", help: "Fragments of long messages." },
  hushcast_reassemblies_total: {
    type: "counter",
    help: "Times that all fragments were there and were put together.",
  },
  hushcast_reassembly_bytes: { type: "gauge", help: "Fragments held of what is not complete." },
  hushcast_transfers_total: {
    type: "counter",
    help: "Messages put together from several hybrid messages.",
  },
  hushcast_transfer_bytes: { type: "gauge", help: "Parts held of unfinished transfers." },
  hushcast_acks_sent_total: { type: "counter", help: "Acknowledgements sent." },
  hushcast_acks_repeated_total: {
    type: "counter",
    help: "Acknowledgements sent for what had been acknowledged before.",
  },
  hushcast_nacks_received_total: {
    type: "counter",
    help: "Requests to send something again, by what was missed.",
    labels: ["kind"],
  },
  hushcast_nacks_sent_total: {
    type: "counter",
    help: "Requests to a client to send something again, by what was missed.",
    labels: ["kind"],
  },
  hushcast_retransmissions_total: {
    type: "counter",
    help: "What was sent again because a client missed it, by kind.",
    labels: ["kind"],
  },
  hushcast_lost_sequences_total: {
    type: "counter",
    help: "Messages that clients asked for in vain, since the history no longer had them.",
  },
  hushcast_answers_waiting: { type: "gauge", help: "Answers that wait for their encryption." },
  hushcast_history_messages: { type: "gauge", help: "Messages kept to be sent again." },
  hushcast_history_max_messages: { type: "gauge", help: "Bound on the messages kept." },
  hushcast_history_bytes: { type: "gauge", help: "Size of the messages kept to be sent again." },
  hushcast_history_max_bytes: { type: "gauge", help: "Bound on their size." },
  hushcast_history_max_age_seconds: { type: "gauge", help: "Bound on their age; 0 for none." },
  hushcast_history_oldest_sequence: {
    type: "gauge",
    help: "Number of the oldest message kept; one above the newest when none is.",
  },
  hushcast_history_newest_sequence: { type: "gauge", help: "Number of the newest message kept." },
  hushcast_history_waiting: { type: "gauge", help: "Messages that wait to be kept." },
  hushcast_history_troubled: {
    type: "gauge",
    help: "Whether messages can't be kept, and so are neither relayed nor acknowledged: 1 or 0.",
  },
  hushcast_ordering_bytes: {
    type: "gauge",
    help: "Messages held until those before them have come.",
  },
  hushcast_cluster_relays: { type: "gauge", help: "Other relays of the cluster that are there." },
  hushcast_cluster_clients_elsewhere: { type: "gauge", help: "Clients at those relays." },
  hushcast_cluster_connected: {
    type: "gauge",
    help: "Whether there is a connection to NATS: 1 or 0; 0 for a relay that works alone.",
  },
  hushcast_group_epoch: { type: "gauge", help: "Epoch of the group key; 0 before the first." },
  hushcast_group_members: { type: "gauge", help: "Clients with group delivery." },
  hushcast_group_messages_total: {
    type: "counter",
    help: "Messages sealed once for all members of the group.",
  },
  hushcast_group_keys_sent_total: { type: "counter", help: "Group keys given to members." },
  hushcast_rsa_running: { type: "gauge", help: "RSA decryptions under way." },
  hushcast_rsa_waiting: { type: "gauge", help: "Messages that wait for their RSA decryption." },
  hushcast_rsa_waiting_bytes: {
    type: "gauge",
    help: "Size of the messages that wait for RSA decryption or are at it.",
  },
  hushcast_hybrid_keys: {
    type: "gauge",
    help: "Fernet keys remembered, which spare further RSA decryptions.",
  },
  hushcast_rsa_operation_duration_seconds: {
    type: "histogram",
    help: "How long RSA operations took from their start to the result, by operation.",
    labels: ["operation"],
  },
  hushcast_event_loop_lag_seconds: {
    type: "histogram",
    help: "How late a timer ran that is due four times a second.",
  },
  hushcast_build_info: {
    type: "gauge",
    help: "Which hushcast this is; always 1.",
    labels: ["version", "runtime", "kind"],
  },
  process_resident_memory_bytes: { type: "gauge", help: "Resident memory size." },
  process_cpu_seconds_total: { type: "counter", help: "Processor time used, user and system." },
  process_start_time_seconds: { type: "gauge", help: "Unix time of the start." },
} as const satisfies Readonly<Record<string, MetricDescription>>;

/** What the client library makes a metric of. */
export interface MetricOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly registers: Registry[];
}

/** Name of a metric in `METRICS`. */
export type MetricName = keyof typeof METRICS;

/**
 * The metrics that a kind of server has from its statistics, and the paths of their numbers there:
 * one, or one for each value of the metric's label, which then has but one.
 */
export type MetricSources = {
  readonly [Name in MetricName]?: string | Readonly<Record<string, string>>;
};

/**
 * Describes a metric to the client library.
 *
 * @param name Its name.
 * @param registry Where it belongs.
 */
export function metricOptions(name: MetricName, registry: Registry): MetricOptions {
  const { help, labels = [] }: MetricDescription = METRICS[name];
  return { name, help, labelNames: labels, registers: [registry] };
}

/**
 * The sources of `hushcast_drops_total`.
 *
 * @param reasons Every reason that the server knows.
 * @returns The path of each.
 */
export function dropPaths(reasons: readonly string[]): Record<string, string> {
  return Object.fromEntries(reasons.map((reason) => [reason, `drops.${reason}`]));
}
