import { JetStreamError } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import type { HistoryLimits, HistoryStore } from "../history/history.ts";
import type { EventLogger } from "../observe/event_logger.ts";
import { readClocks } from "../session/read_clocks.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import { RELAY_ID_BYTES } from "./bus_seal.ts";
import type { ClusterBus, RelayId } from "./cluster_bus.ts";
import { ClusterError } from "./cluster_error.ts";
import { ClusterKeys } from "./cluster_keys.ts";
import { ClusterStream, isTooFewServers, type OurStream } from "./cluster_stream.ts";
import { parseNatsAddress } from "./nats_address.ts";
import { NatsBus } from "./nats_bus.ts";
import { failureReason, isRefusal } from "./nats_failure.ts";
import { NatsHistory, type NatsHistoryOptions } from "./nats_history.ts";
import { type LinkStatus, NatsLink } from "./nats_link.ts";
import { pause } from "./pause.ts";
import { busSubject, type Replicas, saidSubject } from "./stream_config.ts";

const CLUSTER_NAME = /^[A-Za-z0-9_-]{1,32}$/;
const RELAY_ID = /^[0-9a-f]{16}$/;

/** How soon NATS is asked again that has no stream for us yet, milliseconds. */
const ASK_AGAIN_MS = 500;

/** How a relay takes part in a cluster. */
export interface ClusterOptions {
  /** Addresses of the servers of one NATS: `nats://HOST:PORT` or `tls://HOST:PORT`; one at least. */
  readonly servers: readonly string[];
  /** Name of the cluster: 1 to 32 letters, digits, `_` and `-`. */
  readonly name: string;
  /** A Fernet key that all its relays have, and nobody else: 44 characters. */
  readonly key: string;
  /** What lets us in to NATS; see `readCredentials`. */
  readonly credentialsFile?: string;
  /** Who may vouch for the servers, certificates in PEM form; by default who the system trusts. */
  readonly tlsCaFile?: string;
  /** How many servers of NATS keep a copy. */
  readonly replicas: Replicas;
  readonly limits: HistoryLimits;
  readonly types: TlvTypes;
  /** This relay; a new id by default. */
  readonly relayId?: RelayId;
  readonly logger: EventLogger;
  /** How long NATS may take to be there at the start, milliseconds. */
  readonly timeoutMs: number;
  /** Ends the start early; what has begun is not ended by it. */
  readonly signal?: AbortSignal;
}

/** How a relay's part in a cluster stands. */
export interface ClusterStatus {
  readonly relayId: RelayId;
  /** Name of the cluster. */
  readonly name: string;
  readonly link: LinkStatus;
  /** Why nothing can be kept at the moment, in words for a person; `undefined` when it can. */
  readonly trouble: string | undefined;
}

/** A relay's part in a cluster. */
export interface Cluster extends AsyncDisposable {
  /** What the relays share of what was said. */
  readonly history: HistoryStore;
  /** Carries what the relays say to each other. */
  readonly bus: ClusterBus;
  /** How it stands now. */
  readonly status: ClusterStatus;
  /** Keeps what is on its way, if that can be done soon, and leaves. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Takes part in a cluster of relays that share a history through NATS.
 *
 * @param options How.
 * @throws {TypeError} If a name or an address has not the form that it must have.
 * @throws {FernetError} With code `FERNET_KEY` if the key is no Fernet key.
 * @throws {ClusterError} If NATS can't be reached or is not as it must be; see its `code`.
 * @throws The reason of the signal.
 */
export async function connectCluster(options: ClusterOptions): Promise<Cluster> {
  const { name, servers, limits, replicas, logger } = options;
  if (!CLUSTER_NAME.test(name)) {
    throw new TypeError("Cannot use cluster name: want 1 to 32 letters, digits, _ and -");
  }
  if (servers.length === 0) throw new TypeError("Cannot connect cluster: no server of NATS named");
  const relayId = options.relayId ?? randomBytes(RELAY_ID_BYTES).toHex();
  if (!RELAY_ID.test(relayId)) throw new TypeError("Cannot use relay id: want 16 hex digits");
  const keys = new ClusterKeys(options.key, name);
  const deadlineMs = readClocks().monotonicMs + options.timeoutMs;
  const signal = options.signal ?? new AbortController().signal;
  const link = await NatsLink.open({
    servers: servers.map(parseNatsAddress),
    clientName: `hushcast ${relayId}`,
    credentialsFile: options.credentialsFile,
    tlsCaFile: options.tlsCaFile,
    timeoutMs: options.timeoutMs,
    signal,
    logger,
    random: Math.random,
  });
  try {
    const stream = new ClusterStream({
      cluster: name,
      keys,
      limits,
      replicas,
      logger,
      randomBytes,
    });
    const subject = saidSubject(name);
    const { types } = options;
    const parts = { link, stream, subject, keys, types, limits, logger };
    const history = await openHistory(parts, { deadlineMs, signal });
    const bus = new NatsBus({ link, relayId, subject: busSubject(name), keys, logger });
    return clusterOf({ link, history, bus, name });
  } catch (error) {
    await link[Symbol.asyncDispose]();
    throw error;
  }
}

interface ClusterParts {
  readonly link: NatsLink;
  readonly history: NatsHistory;
  readonly bus: NatsBus;
  readonly name: string;
}

function clusterOf({ link, history, bus, name }: ClusterParts): Cluster {
  return {
    history,
    bus,
    get status(): ClusterStatus {
      return { relayId: bus.relayId, name, link: link.status, trouble: history.trouble };
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await history[Symbol.asyncDispose]();
      await link[Symbol.asyncDispose]();
    },
  };
}

/** How long something is tried. */
interface Patience {
  /** Monotonic milliseconds. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** What can't be read at once may be readable soon: a server may stop while it is being read. */
async function openHistory(parts: NatsHistoryOptions, patience: Patience): Promise<NatsHistory> {
  for (;;) {
    const state = await findStream(parts.link, parts.stream, patience);
    try {
      return await NatsHistory.open(state, parts);
    } catch (error) {
      if (!(error instanceof ClusterError) || readClocks().monotonicMs > patience.deadlineMs) {
        throw error;
      }
    }
  }
}

/** Servers that have just been started together take a while until they keep streams. */
async function findStream(
  link: NatsLink,
  stream: ClusterStream,
  { deadlineMs, signal }: Patience,
): Promise<OurStream> {
  for (;;) {
    signal.throwIfAborted();
    const { connection } = link;
    try {
      if (connection !== undefined) return await setUpStream(connection, stream);
    } catch (error) {
      if (isFinal(error) || readClocks().monotonicMs + ASK_AGAIN_MS > deadlineMs) {
        throw whyNoStream(error, connection);
      }
    }
    if (readClocks().monotonicMs > deadlineMs) throw whyNoStream(undefined, connection);
    await pause(ASK_AGAIN_MS, signal);
  }
}

async function setUpStream(connection: NatsConnection, stream: ClusterStream): Promise<OurStream> {
  // A server that keeps no streams says so at once; one of several may pass the question on.
  const found = await stream.read(connection);
  if (found.state === "ours") await stream.adjust(connection);
  const state = found.state === "missing" ? await stream.make(connection) : found;
  switch (state.state) {
    case "ours":
      return state;
    case "other_key":
      throw new ClusterError(
        "CLUSTER_KEY",
        `Cannot use stream ${stream.name}: its relays have another cluster key; give this relay theirs, or another cluster name`,
      );
    case "stranger":
      throw new ClusterError(
        "CLUSTER_STREAM",
        `Cannot use stream ${stream.name}: no relay made it; give the cluster another name`,
      );
    case "missing":
      throw new ClusterError("CLUSTER_STREAM", `Stream ${stream.name} was deleted as it was made`);
    default:
      return state satisfies never;
  }
}

/** Whether asking again is of no use. A cluster that has too few servers may still be starting. */
function isFinal(error: unknown): boolean {
  return isRefusal(error) || (error instanceof ClusterError && !isTooFewServers(error));
}

function whyNoStream(error: unknown, connection: NatsConnection | undefined): unknown {
  if (error instanceof ClusterError) return error;
  const cause = { cause: error };
  const reason = failureReason(error);
  if (isRefusal(error)) {
    const message = `Cannot use streams of NATS: ${reason}; give this user the right to do so`;
    return new ClusterError("CLUSTER_REFUSED", message, cause);
  }
  if (isWithoutStreams(error)) {
    const server = connection?.getServer() ?? "NATS";
    const message =
      `Cannot keep messages: ${server} has no JetStream; start nats-server with -js, or turn it on for this user's account`;
    return new ClusterError("CLUSTER_NO_JETSTREAM", message, cause);
  }
  return new ClusterError("CLUSTER_UNREACHABLE", `Cannot use streams of NATS: ${reason}`, cause);
}

/** The library does not export the error that it throws then. */
function isWithoutStreams(error: unknown): boolean {
  return error instanceof Error && !(error instanceof JetStreamError) &&
    error.name === "JetStreamNotEnabled";
}

function randomBytes(count: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(count));
}
