import { Fernet } from "../../src/crypto/fernet.ts";
import {
  type Cluster,
  type ClusterOptions,
  connectCluster,
} from "../../src/cluster/connect_cluster.ts";
import type { HistoryNews, KeptMessage, NewMessage } from "../../src/history/history.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { type LogFields, silentLogger } from "../../src/observe/event_logger.ts";
import { waitFor } from "./wait_for.ts";

/** The key of the clusters in tests. */
export const CLUSTER_KEY = Fernet.generateKey();

/** What a relay of a cluster is given in tests, where a test says nothing else. */
export function clusterOptions(
  servers: readonly string[],
  overrides: Partial<ClusterOptions> = {},
): ClusterOptions {
  return {
    servers,
    name: "test",
    key: CLUSTER_KEY,
    replicas: 1,
    limits: { maxMessages: 100_000, maxBytes: 64 * 1024 * 1024, maxAgeMs: undefined },
    types: DEFAULT_TLV_TYPES,
    logger: silentLogger,
    timeoutMs: 10_000,
    ...overrides,
  };
}

/** A message of a reliable client. */
export function saidMessage(sessionId: string, number: number, text = `${sessionId} ${number}`) {
  const instance = "0123456789abcdef0123456789abcdef";
  const clientSequence = BigInt(number);
  return {
    messageId: `${instance}:${sessionId}:${clientSequence}`,
    senderId: `sender ${sessionId}`,
    sessionId,
    clientSequence,
    instance,
    unixMs: 1_700_000_000_000 + number,
    payload: new TextEncoder().encode(text),
  } satisfies NewMessage;
}

/** A relay of a cluster as far as its history goes: it notes all news, as a relay core would. */
export class NatsRelay implements AsyncDisposable {
  readonly cluster: Cluster;
  /** All news, in order. */
  readonly news: HistoryNews[] = [];
  /** Messages of its log, with their fields. */
  readonly log: readonly { readonly message: string; readonly fields: LogFields | undefined }[];

  private constructor(cluster: Cluster, log: NatsRelay["log"]) {
    this.cluster = cluster;
    this.log = log;
    this.history.listen(() => this.news.push(...this.history.takeNews()));
  }

  /** Starts one. */
  static async start(
    servers: readonly string[],
    overrides: Partial<ClusterOptions> = {},
  ): Promise<NatsRelay> {
    const log: { message: string; fields: LogFields | undefined }[] = [];
    const note = (message: string, fields?: LogFields) => void log.push({ message, fields });
    const logger = { debug: note, info: note, warn: note, error: note };
    const options = clusterOptions(servers, { logger, ...overrides });
    return new NatsRelay(await connectCluster(options), log);
  }

  /** Its history. */
  get history(): Cluster["history"] {
    return this.cluster.history;
  }

  /** Messages that came as news, in order. */
  get kept(): KeptMessage[] {
    return this.news.flatMap((news) => news.type === "kept" ? [news.message] : []);
  }

  /** Ids of these. */
  get keptIds(): string[] {
    return this.kept.map(({ messageId }) => messageId);
  }

  /** What came as news of some kind. */
  newsOf<Type extends HistoryNews["type"]>(type: Type): Extract<HistoryNews, { type: Type }>[] {
    return this.news.filter((news): news is Extract<HistoryNews, { type: Type }> =>
      news.type === type
    );
  }

  /** Waits until so many messages came as news. */
  async hasKept(count: number): Promise<void> {
    await waitFor(() => this.kept.length >= count);
  }

  /** Leaves the cluster. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.cluster[Symbol.asyncDispose]();
  }
}
