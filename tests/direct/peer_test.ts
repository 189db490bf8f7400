import { assertEquals } from "@std/assert";
import { FAILURE_RATE, Peer } from "../../src/direct/peer.ts";
import { clientStanding, directPool, strangerPeer } from "../support/direct_peers.ts";

const NOW = { monotonicMs: 0, unixMs: 0 };
const CHUNK = new Uint8Array(100);

function hear(peer: Peer, bytes: number): void {
  peer.hear(bytes, NOW);
}

Deno.test("Peer keeps an endpoint of its own", () => {
  const endpoint = { hostname: "fe80::1", port: 5 };
  const peer = new Peer(endpoint, directPool(), NOW);
  endpoint.port = 6;
  assertEquals([peer.address, peer.endpoint], ["[fe80::1]:5", { hostname: "fe80::1", port: 5 }]);
});

Deno.test("Peer.spend() gives 3 times what its datagrams had, and not a byte more", () => {
  const peer = strangerPeer(1);
  assertEquals(peer.spend(1), false);
  hear(peer, 100);
  hear(peer, 100);
  assertEquals([peer.spend(601), peer.spend(600), peer.spend(1)], [false, true, false]);
});

Deno.test("Peer.spend() saves up for 65,536 bytes", () => {
  const peer = strangerPeer(1);
  for (let count = 0; count < 100; count++) hear(peer, 1_000);
  assertEquals([peer.spend(65_537), peer.spend(65_536), peer.spend(1)], [false, true, false]);
});

Deno.test("Peer.mayTry() allows 64 failures at once, then 8 a second", () => {
  const peer = strangerPeer(1);
  let failures = 0;
  const fail = (nowMs: number) => {
    while (peer.mayTry(nowMs)) {
      peer.countFailure(nowMs);
      failures++;
    }
    return failures;
  };
  const { burst, perSecond } = FAILURE_RATE;
  assertEquals([fail(0), fail(0), fail(1_000)], [burst, burst, burst + perSecond]);
  assertEquals(fail(3_600_000), 2 * burst + perSecond);
});

Deno.test("Peer.countSuccess() makes up for one failure, and for none to come", () => {
  const peer = strangerPeer(1);
  for (let count = 0; count < 100; count++) peer.countSuccess(0);
  for (let count = 0; count < FAILURE_RATE.burst; count++) peer.countFailure(0);
  assertEquals(peer.mayTry(0), false);
  peer.countSuccess(0);
  assertEquals(peer.mayTry(0), true);
  peer.countFailure(0);
  assertEquals(peer.mayTry(0), false);
});

Deno.test("Peer.becomeClient() takes unfinished messages with it to the clients' pool", () => {
  const [strangers, clients] = [directPool(), directPool()];
  const peer = new Peer({ hostname: "127.0.0.1", port: 1 }, strangers, NOW);
  const fragment = { messageId: 7, sequenceNumber: 0, total: 2, chunk: CHUNK };
  peer.reassembly.add(fragment, 0);
  assertEquals([strangers.chargedBytes, clients.chargedBytes], [100, 0]);
  peer.becomeClient(clientStanding(), clients);
  assertEquals([strangers.chargedBytes, clients.chargedBytes], [0, 100]);
  assertEquals(peer.reassembly.add({ ...fragment, sequenceNumber: 1 }, 0).state, "complete");
});

Deno.test("Peer.becomeClient() leaves unfinished messages alone when the key changes", () => {
  const [strangers, clients] = [directPool(), directPool()];
  const peer = new Peer({ hostname: "127.0.0.1", port: 1 }, strangers, NOW);
  peer.becomeClient(clientStanding(1), clients);
  const { reassembly } = peer;
  const other = clientStanding(2);
  peer.becomeClient(other, clients);
  assertEquals([peer.reassembly === reassembly, peer.key === other.key], [true, true]);
});

Deno.test("Peer.becomeStranger() forgets its key, what reads another, and its unfinished messages", () => {
  const [strangers, clients] = [directPool(), directPool()];
  const peer = new Peer({ hostname: "127.0.0.1", port: 1 }, strangers, NOW);
  peer.becomeClient(clientStanding(), clients);
  peer.importJobId = 5;
  peer.reassembly.add({ messageId: 7, sequenceNumber: 0, total: 2, chunk: CHUNK }, 0);
  peer.becomeStranger(strangers);
  assertEquals([peer.key, peer.importJobId, clients.chargedBytes], [undefined, undefined, 0]);
  peer.reassembly.add({ messageId: 7, sequenceNumber: 0, total: 2, chunk: CHUNK }, 0);
  assertEquals([strangers.chargedBytes, clients.chargedBytes], [100, 0]);
});
