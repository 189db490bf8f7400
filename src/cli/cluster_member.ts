import { type Cluster, connectCluster } from "../cluster/connect_cluster.ts";
import type { LocatedClient } from "../cluster/presence/located_client.ts";
import { Presence } from "../cluster/presence/presence.ts";
import type { Displaced } from "../cluster/presence/presence_effect.ts";
import type { PresenceListener } from "../cluster/presence/presence_listener.ts";
import type { HistoryLimits, HistoryStore } from "../history/history.ts";
import { describeError } from "../observe/describe_error.ts";
import type { EventLogger } from "../observe/event_logger.ts";
import type { OtherRelays } from "../relay/other_relays.ts";
import type { RelayServer } from "../relay/relay_server.ts";
import type { Ban, LiftedBan } from "../session/ban.ts";
import type { BanChanges } from "../session/ban_book.ts";
import type { RelaySettings } from "../settings/command_settings.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import { readClusterKey } from "./cluster_key.ts";

/** How long NATS may take to be there at the start, milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;

/** What a client is told whose name another one had first. */
const NAME_TAKEN = "another client of the cluster has this name";

/** What a `ClusterMember` is made of. */
export interface ClusterMemberOptions {
  readonly settings: RelaySettings & { readonly cluster: string };
  readonly types: TlvTypes;
  readonly limits: HistoryLimits;
  /** The bans that this relay has kept, and those that it has kept to be lifted. */
  readonly bans: readonly Ban[];
  readonly lifted: readonly LiftedBan[];
  readonly logger: EventLogger;
  /** Ends the joining early. */
  readonly signal: AbortSignal;
}

/**
 * A relay's part in a cluster: the history that it shares with the other relays, and what they tell
 * each other of their clients. The relay itself comes later, by `attach`: until then nobody is here to
 * be told anything.
 */
export class ClusterMember implements AsyncDisposable {
  readonly presence: Presence;
  readonly #cluster: Cluster;
  readonly #logger: EventLogger;
  #relay: RelayServer | undefined;
  #earlyBans: BanChanges[] = [];

  private constructor(cluster: Cluster, { settings, bans, lifted, logger }: ClusterMemberOptions) {
    this.#cluster = cluster;
    this.#logger = logger;
    const { bus } = cluster;
    this.presence = new Presence({
      bus,
      relayName: settings.clusterRelay ?? bus.relayId,
      bans,
      lifted,
      listener: this.#listener(),
      logger,
    });
  }

  /**
   * Joins the cluster.
   *
   * @throws {ClusterError | ExitCodeError | StateFileError} If that is not possible.
   * @throws The reason of the signal.
   */
  static async join(options: ClusterMemberOptions): Promise<ClusterMember> {
    const { settings, types, limits, logger, signal } = options;
    const key = await readClusterKey(settings, logger);
    // It may take a while, and nothing else is heard of the relay until then.
    logger.info("joining cluster", {
      cluster: settings.clusterName,
      patience_s: CONNECT_TIMEOUT_MS / 1_000,
    });
    const cluster = await connectCluster({
      servers: settings.cluster.split(","),
      name: settings.clusterName,
      key,
      credentialsFile: settings.clusterCredentials,
      tlsCaFile: settings.clusterCa,
      replicas: settings.clusterReplicas,
      limits,
      types,
      logger,
      timeoutMs: CONNECT_TIMEOUT_MS,
      signal,
    });
    return new ClusterMember(cluster, options);
  }

  /** What the relays share of what was said. */
  get history(): HistoryStore {
    return this.#cluster.history;
  }

  /** The other relays, as this one's core sees them. */
  get others(): OtherRelays {
    const { presence } = this;
    return {
      named: (name) => presence.whoHas(name),
      hasId: (id) => presence.hasId(id),
      keepsId: (id) => presence.keepsId(id),
      joined: (client) => void presence.joined(client),
      left: (sessionId, reason) => void presence.left(sessionId, reason),
      moved: (sessionId, address) => presence.moved(sessionId, address),
      banned: (ban) => presence.banned(ban),
      unbanned: (text) => presence.unbanned(text),
      statistics: () => ({
        relays: presence.relays().length,
        clients_elsewhere: presence.list().length,
        is_connected: this.#cluster.status.link.state === "connected" ? 1 : 0,
      }),
      leave: () => presence[Symbol.dispose](),
    };
  }

  /** Takes the relay whose clients are told what happens at the others. */
  attach(relay: RelayServer): void {
    this.#relay = relay;
    for (const changes of this.#earlyBans) this.#adoptBans(relay, changes);
    this.#earlyBans = [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.presence[Symbol.dispose]();
    await this.#cluster[Symbol.asyncDispose]();
  }

  #listener(): PresenceListener {
    return {
      onJoined: ({ id }) => this.#relay?.remoteNotice("connect", id),
      onLeft: ({ id }) => this.#relay?.remoteNotice("disconnect", id),
      onMoved: (client, formerId) => this.#moved(client, formerId),
      onDisplaced: (displaced) => this.#displace(displaced),
      onKick: (sessionId, reason) => this.#relay?.kickClient(sessionId, reason) ?? false,
      onBroadcast: (text) => this.#relay?.broadcast(text) ?? 0,
      onBans: (changes) => {
        if (this.#relay === undefined) this.#earlyBans.push(changes);
        else this.#adoptBans(this.#relay, changes);
      },
    };
  }

  #moved({ id }: LocatedClient, formerId: string): void {
    this.#relay?.remoteNotice("disconnect", formerId);
    this.#relay?.remoteNotice("connect", id);
  }

  /** Whether the others are told, the relay asks `keepsId`, as when any session ends. */
  #displace({ client, why }: Displaced): void {
    this.#relay?.displace(client.sessionId, why === "came_over" ? undefined : NAME_TAKEN);
  }

  #adoptBans(relay: RelayServer, { banned, lifted }: BanChanges): void {
    relay.adoptBans(banned, lifted).catch((error) => {
      // That they are not saved is logged where they are saved.
      this.#logger.debug("bans of other relays adopted, but not saved", {
        error: describeError(error),
      });
    });
  }
}
