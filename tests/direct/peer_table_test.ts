import { assertEquals } from "@std/assert";
import type { Peer } from "../../src/direct/peer.ts";
import { MAX_STRANGERS, PeerTable } from "../../src/direct/peer_table.ts";
import { clientStanding, directPool } from "../support/direct_peers.ts";

const TIMEOUT_MS = 60_000;
const HOST = "127.0.0.1";

function tableOf(maxClients: number): PeerTable {
  return new PeerTable({
    maxClients,
    clientTimeoutMs: TIMEOUT_MS,
    clientPool: directPool(),
    strangerPool: directPool(),
  });
}

function hear(table: PeerTable, port: number, ms = 0): Peer {
  const now = { monotonicMs: ms, unixMs: ms };
  return table.hear({ hostname: HOST, port }, 10, now).peer;
}

/** Makes a client of a port. Returns the port of who is to be given up for it. */
function join(table: PeerTable, port: number, ms = 0): number | undefined {
  return table.register(hear(table, port, ms), clientStanding(port))?.endpoint.port;
}

function ports(table: PeerTable): number[] {
  return Array.from(table.clients(), ({ endpoint }) => endpoint.port).sort((a, b) => a - b);
}

Deno.test("PeerTable.hear() knows an address again", () => {
  const table = tableOf(10);
  const peer = hear(table, 1, 5);
  assertEquals(hear(table, 1, 9) === peer, true);
  assertEquals([peer.address, peer.lastSeenMs, peer.lastSeenUnixMs], [`${HOST}:1`, 9, 9]);
  assertEquals([table.strangerCount, table.clientCount], [1, 0]);
  assertEquals([table.at(`${HOST}:1`) === peer, table.at(`${HOST}:2`)], [true, undefined]);
});

Deno.test("PeerTable.hear() remembers 4,096 strangers, and forgets the one that was quiet longest", () => {
  const table = tableOf(10);
  for (let port = 1; port <= MAX_STRANGERS; port++) hear(table, port);
  assertEquals(hear(table, 1).endpoint.port, 1);
  const now = { monotonicMs: 0, unixMs: 0 };
  const { forgotten } = table.hear({ hostname: HOST, port: MAX_STRANGERS + 1 }, 0, now);
  assertEquals([forgotten?.endpoint.port, table.strangerCount], [2, MAX_STRANGERS]);
});

Deno.test("PeerTable.register() makes a client of a stranger", () => {
  const table = tableOf(10);
  join(table, 1);
  assertEquals([table.strangerCount, table.clientCount, ports(table)], [0, 1, [1]]);
  assertEquals(table.at(`${HOST}:1`)?.standing.state, "client");
});

Deno.test("PeerTable.register() gives up the unproven client that was quiet longest", () => {
  const table = tableOf(3);
  for (const port of [1, 2, 3]) join(table, port);
  hear(table, 1);
  assertEquals([join(table, 4), table.clientCount], [2, 4]);
});

Deno.test("PeerTable.register() gives up unproven clients before proven ones", () => {
  const table = tableOf(3);
  for (const port of [1, 2, 3]) join(table, port);
  for (const port of [1, 2]) table.prove(hear(table, port), "plain");
  hear(table, 3);
  assertEquals(join(table, 4), 3);
});

Deno.test("PeerTable.register() gives up a proven client when all others are, and never the new one", () => {
  const table = tableOf(2);
  for (const port of [1, 2]) {
    join(table, port);
    table.prove(hear(table, port), "hybrid");
  }
  assertEquals(join(table, 3), 1);
});

Deno.test("PeerTable.register() gives nobody up for a client that changes its key", () => {
  const table = tableOf(2);
  for (const port of [1, 2]) join(table, port);
  assertEquals([join(table, 1), table.clientCount], [undefined, 2]);
});

Deno.test("PeerTable.prove() notes the form, and passes over strangers", () => {
  const table = tableOf(2);
  join(table, 1);
  const [client, stranger] = [hear(table, 1), hear(table, 2)];
  table.prove(stranger, "hybrid");
  table.prove(client, "plain");
  assertEquals(client.standing.state === "client" && client.standing.speaksHybrid, false);
  table.prove(client, "hybrid");
  table.prove(client, "plain");
  const { standing } = client;
  assertEquals(standing.state === "client" && [standing.hasDelivered, standing.speaksHybrid], [
    true,
    true,
  ]);
  assertEquals(stranger.standing.state, "stranger");
});

Deno.test("PeerTable.remove() forgets a client, so that its address is new", () => {
  const table = tableOf(2);
  join(table, 1);
  const peer = hear(table, 1);
  table.remove(peer);
  assertEquals([table.clientCount, table.strangerCount, peer.key], [0, 0, undefined]);
  assertEquals(hear(table, 1) === peer, false);
});

Deno.test("PeerTable.findClient() finds by address and by fingerprint, the one heard last", () => {
  const table = tableOf(9);
  for (const port of [1, 2, 3]) {
    table.register(hear(table, port, port), clientStanding(port === 3 ? 3 : 1));
  }
  const fingerprint = clientStanding(1).key.fingerprint;
  assertEquals(table.findClient(`${HOST}:1`)?.endpoint.port, 1);
  assertEquals(table.findClient(fingerprint)?.endpoint.port, 2);
  hear(table, 1, 50);
  assertEquals(table.findClient(fingerprint)?.endpoint.port, 1);
  hear(table, 4);
  assertEquals([table.findClient(`${HOST}:4`), table.findClient("?")], [undefined, undefined]);
});

Deno.test("PeerTable.expired() names the clients that were silent, and no strangers", () => {
  const table = tableOf(9);
  assertEquals(table.nextDeadlineMs(), undefined);
  join(table, 1, 0);
  join(table, 2, 10);
  hear(table, 3, 0);
  assertEquals(table.nextDeadlineMs(), TIMEOUT_MS);
  hear(table, 1, 20);
  const expired = (ms: number) => table.expired(ms).map(({ endpoint }) => endpoint.port);
  assertEquals([expired(TIMEOUT_MS), table.nextDeadlineMs()], [[], TIMEOUT_MS + 10]);
  assertEquals([expired(TIMEOUT_MS + 10), table.nextDeadlineMs()], [[2], TIMEOUT_MS + 20]);
});
