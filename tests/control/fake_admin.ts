import type { ServerAdmin } from "../../src/control/client_commands.ts";
import type { DirectAdmin } from "../../src/control/direct_commands.ts";
import type { RelayAdmin } from "../../src/control/relay_commands.ts";
import type { StatisticsTree } from "../../src/observe/statistics_tree.ts";
import type { Ban } from "../../src/session/ban.ts";
import type { ClientSummary } from "../../src/session/client_summary.ts";
import { fingerprint } from "../support/fingerprints.ts";

/** A client summary with plain values, but for those given. */
export function clientSummary(values: Partial<ClientSummary> = {}): ClientSummary {
  return {
    id: "pump-3",
    address: "127.0.0.1:5000",
    session: "0011223344556677",
    sinceUnixMs: Date.UTC(2026, 10, 21, 20, 0, 0),
    idleMs: 1_234.4,
    messagesIn: 3,
    messagesOut: 4,
    bytesIn: 300,
    bytesOut: 400,
    ...values,
  };
}

/** A server that only remembers what it was told. */
export class FakeServerAdmin implements ServerAdmin {
  clients: ClientSummary[] = [clientSummary()];
  statistics: StatisticsTree = { uptime_ms: 5, drops: { malformed: 3, stale: 0 } };
  readonly calls: string[] = [];

  listClients(): readonly ClientSummary[] {
    return this.clients;
  }

  findClient(id: string): ClientSummary | undefined {
    return this.clients.find(({ id: name, address, session, key }) =>
      [name, address, session, key].includes(id)
    );
  }

  kickClient(id: string, reason: string): boolean | Promise<boolean> {
    this.calls.push(`kick ${id}: ${reason}`);
    return this.findClient(id) !== undefined;
  }

  stats(): StatisticsTree {
    return this.statistics;
  }

  shutdown(reason: string): void {
    this.calls.push(`shutdown: ${reason}`);
  }
}

/** A relay that only remembers what it was told. */
export class FakeAdmin extends FakeServerAdmin implements RelayAdmin {
  bans: Ban[] = [];
  /** What stops the next bans. */
  banError: Error | undefined;
  rotation: () => Promise<string> = () => Promise.resolve("SHA256:abc");

  broadcast(text: string): number | Promise<number> {
    this.calls.push(`broadcast ${text}`);
    return this.clients.length;
  }

  ban(target: string, seconds: number | undefined): Promise<Ban> {
    if (this.banError !== undefined) return Promise.reject(this.banError);
    const sinceUnixMs = Date.UTC(2026, 10, 22);
    const untilUnixMs = seconds === undefined ? undefined : sinceUnixMs + seconds * 1000;
    const ban: Ban = { kind: "name", target, sinceUnixMs, untilUnixMs };
    this.bans.push(ban);
    return Promise.resolve(ban);
  }

  unban(target: string): Promise<boolean> {
    if (this.banError !== undefined) return Promise.reject(this.banError);
    const before = this.bans.length;
    this.bans = this.bans.filter((ban) => ban.target !== target);
    return Promise.resolve(this.bans.length < before);
  }

  listBans(): readonly Ban[] {
    return this.bans;
  }

  rotateKeys(): Promise<string> {
    this.calls.push("rotate");
    return this.rotation();
  }
}

/** A direct server that only remembers what it was told. */
export class FakeDirectAdmin extends FakeServerAdmin implements DirectAdmin {
  override clients: ClientSummary[] = [
    clientSummary({ id: "127.0.0.1:5000", session: undefined, key: fingerprint(1) }),
  ];
  /** What becomes of the next messages. */
  sending: () => Promise<string> = () => Promise.resolve("127.0.0.1:5000");

  override kickClient(id: string, reason: string): boolean {
    this.calls.push(`kick ${id}: ${reason}`);
    return this.findClient(id) !== undefined;
  }

  sendTo(id: string, text: string): Promise<string> {
    this.calls.push(`send ${id}: ${text}`);
    return this.sending();
  }
}
