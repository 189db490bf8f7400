import type { RelayAdmin } from "../control/relay_commands.ts";
import type { LocatedClient } from "../cluster/presence/located_client.ts";
import type { StatisticsTree } from "../observe/statistics_tree.ts";
import type { RelayServer } from "../relay/relay_server.ts";
import type { Ban } from "../session/ban.ts";
import type { ClientSummary } from "../session/client_summary.ts";
import type { ClusterMember } from "./cluster_member.ts";

/**
 * A relay of a cluster, as an operator sees it: what it is told about clients counts at all relays,
 * and what it shows of them is of all relays.
 */
export class ClusterRelay implements RelayAdmin {
  readonly #relay: RelayServer;
  readonly #member: ClusterMember;

  /** @param relay The relay. @param member Its part in the cluster. */
  constructor(relay: RelayServer, member: ClusterMember) {
    this.#relay = relay;
    this.#member = member;
  }

  listClients(): readonly ClientSummary[] {
    return [...this.#relay.listClients(), ...this.#member.presence.list().map(summaryOf)];
  }

  findClient(id: string): ClientSummary | undefined {
    const own = this.#relay.findClient(id);
    if (own !== undefined) return own;
    const remote = this.#member.presence.find(id);
    return remote && summaryOf(remote);
  }

  async kickClient(id: string, reason: string): Promise<boolean> {
    if (this.#relay.kickClient(id, reason)) return true;
    const { presence } = this.#member;
    const remote = presence.find(id);
    return remote !== undefined && await presence.kick(remote.sessionId, reason);
  }

  async broadcast(text: string): Promise<number> {
    const elsewhere = this.#member.presence.broadcast(text);
    return this.#relay.broadcast(text) + await elsewhere;
  }

  ban(target: string, seconds: number | undefined): Promise<Ban> {
    return this.#relay.ban(target, seconds);
  }

  unban(target: string): Promise<boolean> {
    return this.#relay.unban(target);
  }

  listBans(): readonly Ban[] {
    return this.#relay.listBans();
  }

  rotateKeys(): Promise<string> {
    return this.#relay.rotateKeys();
  }

  stats(): StatisticsTree {
    return this.#relay.stats();
  }

  shutdown(reason: string): void {
    this.#relay.shutdown(reason);
  }
}

/** Of a client elsewhere only that relay knows what it sends and gets. */
function summaryOf(client: LocatedClient): ClientSummary {
  const { id, address, sessionId, token, sinceUnixMs, relayName } = client;
  return {
    id,
    address,
    session: sessionId,
    ...(token !== undefined && { token }),
    relay: relayName,
    sinceUnixMs,
    idleMs: 0,
    messagesIn: 0,
    messagesOut: 0,
    bytesIn: 0,
    bytesOut: 0,
  };
}
