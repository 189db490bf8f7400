import type { SettingsTable } from "./setting.ts";

/** How a relay works with others as one, by way of NATS. */
export const CLUSTER_SETTINGS = {
  cluster: {
    key: "cluster",
    kind: "string",
    pattern: /^(?:nats|tls):\/\/[\w.:[\]-]+(?:,(?:nats|tls):\/\/[\w.:[\]-]+)*$/,
    expected: "nats://HOST:PORT or tls://HOST:PORT, several with commas between them",
    placeholder: "SERVERS",
    defaultText: "none: this relay works alone",
    help: "NATS servers by which relays work as one: nats://HOST:PORT[,...]",
  },
  clusterName: {
    key: "cluster_name",
    kind: "string",
    pattern: /^[A-Za-z0-9_-]{1,32}$/,
    expected: "1 to 32 letters, digits, - and _",
    placeholder: "NAME",
    default: "hushcast",
    help: "Name of the cluster; several can share the same NATS servers",
  },
  clusterKeyFile: {
    key: "cluster_key_file",
    kind: "path",
    defaultText: "cluster.key in the state directory",
    help: "File with the key that all relays of the cluster share; NATS can't read what it seals",
  },
  clusterCredentials: {
    key: "cluster_credentials",
    kind: "path",
    defaultText: "none",
    help: "NATS credentials file (.creds) to connect with",
  },
  clusterCa: {
    key: "cluster_ca",
    kind: "path",
    defaultText: "the system's",
    help: "File with the certificates, in PEM, that the NATS servers are trusted by; for tls://",
  },
  clusterReplicas: {
    key: "cluster_replicas",
    kind: "choice",
    choices: [1, 3, 5],
    default: 1,
    help: "NATS servers that hold the history each; with 3 one of them may be lost",
  },
  clusterRelay: {
    key: "cluster_relay",
    kind: "client name",
    defaultText: "a random number",
    help: "Name of this relay in lists that show the clients of all relays",
  },
} as const satisfies SettingsTable;
