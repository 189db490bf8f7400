import { assert, assertEquals } from "@std/assert";
import { Attackers } from "../../../../../scripts/soak/fleet/attack/attackers.ts";
import { CapturedDatagrams } from "../../../../../scripts/soak/fleet/attack/captured_datagrams.ts";
import { SeededRandom } from "../../../../../scripts/seeded_random.ts";
import { UdpSocket } from "../../../../../src/session/udp_socket.ts";
import { waitFor } from "../../../../support/wait_for.ts";

Deno.test("Attackers do everything they know, from several addresses", async () => {
  await using relay = UdpSocket.open({ hostname: "127.0.0.1", port: 0 });
  const [addresses, replayed] = [new Set<string>(), new Set<string>()];
  const secret = Uint8Array.of(1, 2, 3, 4, 5, 6, 7);
  relay.receive((datagram, { hostname }) => {
    addresses.add(hostname);
    if (datagram.toString() === secret.toString()) replayed.add(hostname);
  });
  const random = new SeededRandom(5);
  const captured = new CapturedDatagrams(16, random);
  captured.add(secret);
  const injected: Uint8Array[] = [];
  let replayedInPlace = 0;
  await using attackers = new Attackers({
    targets: [relay.local],
    perSecond: 2_000,
    random,
    captured,
    injectInPlace: (datagram) => injected.push(datagram) > 0,
    replayInPlace: () => ++replayedInPlace > 0,
  });
  await waitFor(() => Object.keys(attackers.sent).length === 7 && replayed.size > 0);
  assert(Deno.build.os !== "linux" || addresses.size > 1);
  assertEquals(injected[0], secret);
  assertEquals(attackers.sent.replay_in_place, replayedInPlace);
  assertEquals(
    attackers.total,
    Object.values(attackers.sent).reduce((sum, count) => sum + count, 0),
  );
});

Deno.test("Attackers count no replay when there is nothing to replay", async () => {
  await using relay = UdpSocket.open({ hostname: "127.0.0.1", port: 0 });
  const random = new SeededRandom(6);
  await using attackers = new Attackers({
    targets: [relay.local],
    perSecond: 2_000,
    random,
    captured: new CapturedDatagrams(16, random),
    injectInPlace: () => true,
    replayInPlace: () => false,
  });
  await waitFor(() => attackers.total > 100);
  assertEquals(Object.keys(attackers.sent).sort(), ["junk", "rsa_junk", "well_formed"]);
});
