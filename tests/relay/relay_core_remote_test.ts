import { assertEquals } from "@std/assert";
import type { RemoteRoster } from "../../src/relay/other_relays.ts";
import type { RegisteredClient } from "../../src/session/registered_client.ts";
import { Feature } from "../../src/wire/features.ts";
import { type HarnessClient, helloTlvs } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";
import { sequenceTlv } from "../support/roaming_world.ts";
import { SlowHistory } from "../support/slow_history.ts";

const ZOE = "2e".repeat(16);

/** An address from which no client comes. */
const ELSEWHERE = "192.0.2.99:9";

type RemoteClient = Pick<RegisteredClient, "id" | "instance" | "token" | "address">;

/** Other relays at which a test says who is there. */
class FakeRoster implements RemoteRoster {
  readonly clients: RemoteClient[] = [];

  named(name: string): RemoteClient | undefined {
    return this.clients.find(({ id }) => id === name);
  }

  /** Ids of superseded clients, which count again when those that came after them are gone. */
  readonly superseded = new Set<string>();

  hasId(id: string): boolean {
    return this.clients.some((client) => client.id === id);
  }

  keepsId(id: string): boolean {
    return this.hasId(id) || this.superseded.has(id);
  }
}

function world(...clients: readonly RemoteClient[]) {
  const remote = new FakeRoster();
  remote.clients.push(...clients);
  const history = new SlowHistory();
  const relay = new RelayHarness({ remote, history });
  const bob = relay.joinReliable("bob");
  relay.settle(bob);
  return { relay, bob, history, remote };
}

function registerZoe(client: HarnessClient, instance?: string): void {
  const tlvs = helloTlvs("zoe", Feature.RELIABLE_DELIVERY);
  if (instance !== undefined) {
    tlvs.push(namedTlv("CLIENT_INSTANCE", Uint8Array.fromHex(instance)));
  }
  client.sendDatagram(client.registration(tlvs));
}

Deno.test("remoteNotice() tells the clients who joined and left at another relay", () => {
  const { relay, bob } = world();
  relay.carryOut(relay.core.remoteNotice("connect", "zoe", relay.clock.now));
  relay.carryOut(relay.core.remoteNotice("disconnect", "zoe", relay.clock.now));
  relay.run(1_000);
  assertEquals(bob.heard().join(" "), "{NOTIFY_CONNECT zoe} {NOTIFY_DISCONNECT zoe}");
});

Deno.test("a message from another relay does not overtake the notice that its sender joined there", () => {
  const { relay, bob, history } = world();
  relay.carryOut(relay.core.remoteNotice("connect", "amy", relay.clock.now));
  relay.carryOut(relay.core.remoteNotice("connect", "zoe", relay.clock.now));
  history.keepRemote({ senderId: "zoe", payload: new TextEncoder().encode("hi") });
  relay.hearHistory();
  assertEquals(bob.heard(), [
    "{NOTIFY_CONNECT amy}",
    "{NOTIFY_CONNECT zoe}",
    "{SENDER_ID zoe, RELAY_SEQUENCE 1, MESSAGE hi}",
  ]);
});

Deno.test("register() refuses a name that a client of another relay has", () => {
  const { relay } = world({ id: "zoe", instance: ZOE, token: undefined, address: ELSEWHERE });
  const zoe = relay.stranger();
  registerZoe(zoe, "99".repeat(16));
  registerZoe(zoe);
  assertEquals(zoe.heard(), ["REGISTRATION_REJECTED 6", "REGISTRATION_REJECTED 6"]);
});

Deno.test("register() takes a client in that comes over from another relay, and nobody joins", () => {
  const { relay, bob } = world({ id: "zoe", instance: ZOE, token: undefined, address: ELSEWHERE });
  const zoe = relay.stranger();
  registerZoe(zoe, ZOE);
  relay.run(1_000);
  assertEquals(zoe.heard()[0], "{REGISTRATION_ACCEPTED, SERIES_ID}");
  assertEquals(bob.heard(), []);
});

Deno.test("register() knows a client without instance by the address that it keeps", () => {
  const { relay, bob, remote } = world();
  const zoe = relay.stranger();
  remote.clients.push({ id: "zoe", instance: undefined, token: undefined, address: zoe.address });
  registerZoe(zoe);
  relay.run(1_000);
  assertEquals(zoe.heard()[0], "{REGISTRATION_ACCEPTED, SERIES_ID}");
  assertEquals(bob.heard(), []);
});

Deno.test("register() tells that a client joined that comes over under another id", () => {
  const { relay, bob } = world({
    id: "10.0.0.9:99",
    instance: ZOE,
    token: undefined,
    address: ELSEWHERE,
  });
  registerZoe(relay.stranger(), ZOE);
  relay.run(1_000);
  assertEquals(bob.heard(), ["{NOTIFY_CONNECT zoe}"]);
});

Deno.test("receive() tells of a move though a superseded client would keep the former id", () => {
  const { relay, bob, remote } = world();
  const amy = relay.stranger();
  amy.registerReliable();
  const former = amy.address;
  remote.superseded.add(former);
  relay.settle(amy, bob);
  relay.relocate(amy);
  amy.sendRoaming(sequenceTlv(1n), namedTlv("KEEP_ALIVE"));
  relay.run(1_000);
  const notices = `{NOTIFY_DISCONNECT ${former}, NOTIFY_CONNECT ${amy.address}}`;
  assertEquals(bob.heard().join(" "), notices);
});

Deno.test("register() tells nothing of a client that registers again and whose id a superseded one keeps", () => {
  const { relay, bob, remote } = world();
  const zoe = relay.joinReliable("zoe");
  relay.settle(zoe, bob);
  remote.superseded.add("zoe");
  zoe.registerReliable("zoe");
  relay.run(1_000);
  assertEquals([zoe.heard()[0], bob.heard()], ["{REGISTRATION_ACCEPTED, SERIES_ID}", []]);
});

Deno.test("a client whose id a superseded one keeps goes without a word", () => {
  const { relay, bob, remote } = world();
  const zoe = relay.joinReliable("zoe");
  relay.settle(zoe, bob);
  remote.superseded.add("zoe");
  zoe.sendRoaming(sequenceTlv(1n), namedTlv("DISCONNECT"));
  relay.run(1_000);
  assertEquals([relay.stat("clients"), bob.heard()], [1, []]);
});

Deno.test("displace() ends a session without a word when its client goes on elsewhere", () => {
  const { relay, bob, remote } = world();
  const zoe = relay.joinReliable("zoe");
  relay.settle(zoe, bob);
  remote.clients.push({ id: "zoe", instance: ZOE, token: undefined, address: ELSEWHERE });
  relay.carryOut(relay.core.displace(zoe.sessionId, undefined, relay.clock.now));
  relay.run(1_000);
  assertEquals([zoe.heard(), bob.heard(), relay.stat("clients")], [[], [], 1]);
  assertEquals(relay.reported.map(({ type }) => type), ["client_removed"]);
});

Deno.test("displace() says goodbye when another client has the name", () => {
  const { relay, bob } = world();
  const zoe = relay.joinReliable("zoe");
  relay.settle(zoe, bob);
  relay.carryOut(relay.core.displace(zoe.sessionId, "name taken", relay.clock.now));
  relay.run(1_000);
  assertEquals(zoe.heard(), ["{DISCONNECT name taken}"]);
  assertEquals(bob.heard(), ["{NOTIFY_DISCONNECT zoe}"]);
});

Deno.test("displace() passes over a session that has ended", () => {
  const { relay, bob } = world();
  assertEquals(relay.core.displace("0123456789abcdef", undefined, relay.clock.now), []);
  assertEquals(bob.heard(), []);
});
