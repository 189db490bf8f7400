import { assertEquals } from "@std/assert";
import type { RegisteredClient } from "../../../src/session/registered_client.ts";
import { Presence } from "../../../src/cluster/presence/presence.ts";
import type { PresenceListener } from "../../../src/cluster/presence/presence_listener.ts";
import type { EventLogger, LogFields } from "../../../src/observe/event_logger.ts";
import type { Ban } from "../../../src/session/ban.ts";
import { type HubBus, PresenceBusHub } from "../../support/presence_bus.ts";
import { instanceOf, sessionOf } from "../../support/presence_world.ts";
import { waitFor } from "../../support/wait_for.ts";

/** A relay that writes down what it is told. */
class ListeningRelay implements PresenceListener, Disposable {
  readonly told: string[] = [];
  readonly logged: string[] = [];
  readonly bus: HubBus;
  readonly presence: Presence;
  /** Called with each kick before it is answered. */
  onKicked: (sessionId: string) => void = () => {};

  constructor(hub: PresenceBusHub, number: number) {
    this.bus = hub.bus(sessionOf(number));
    const log = (message: string, fields: LogFields = {}) => {
      this.logged.push(`${message} ${fields.relay ?? fields.error}`);
    };
    const logger: EventLogger = { debug: log, info: log, warn: log, error: log };
    const relayName = `relay ${number}`;
    const start = { bus: this.bus, relayName, bans: [], lifted: [], listener: this, logger };
    this.presence = new Presence(start);
    this.bus.connect();
  }

  onJoined({ id }: { id: string }) {
    this.told.push(`+${id}`);
  }
  onLeft({ id }: { id: string }, reason: string) {
    this.told.push(`-${id} ${reason}`);
  }
  onMoved({ id }: { id: string }, formerId: string) {
    this.told.push(`${formerId} > ${id}`);
  }
  onDisplaced({ client, why }: { client: RegisteredClient; why: string }) {
    this.told.push(`displaced ${client.id} ${why}`);
    this.presence.left(client.sessionId, "replaced");
  }
  onKick(sessionId: string, reason: string) {
    this.onKicked(sessionId);
    this.presence.left(sessionId, "kicked");
    this.told.push(`kick ${reason}`);
    return true;
  }
  onBroadcast(text: string) {
    this.told.push(`broadcast ${text}`);
    return 2;
  }
  onBans({ banned, lifted }: { banned: readonly Ban[]; lifted: readonly { target: string }[] }) {
    for (const { target } of banned) this.told.push(`ban ${target}`);
    for (const { target } of lifted) this.told.push(`unban ${target}`);
  }

  [Symbol.dispose]() {
    this.presence[Symbol.dispose]();
  }
}

function clientOf(number: number, name: string): RegisteredClient {
  const address = `192.0.2.1:${number}`;
  const instance = instanceOf(0xa);
  const sessionId = sessionOf(number);
  return { sessionId, id: name, name, instance, address, sinceUnixMs: number, token: undefined };
}

Deno.test("Presence tells relays of each other's clients, and has each end sessions of the other", async () => {
  const hub = new PresenceBusHub();
  using a = new ListeningRelay(hub, 1);
  using b = new ListeningRelay(hub, 2);
  await waitFor(() => a.presence.relays().length === 1 && b.presence.relays().length === 1);
  assertEquals(a.presence.joined(clientOf(11, "amy")), true);
  a.presence.moved(sessionOf(11), "192.0.2.9:9");
  await waitFor(() => b.presence.find("192.0.2.9:9") !== undefined);
  assertEquals([b.presence.whoHas("amy")?.relayName, b.presence.hasId("amy")], ["relay 1", true]);
  assertEquals(await b.presence.kick(sessionOf(11), "too loud"), true);
  await waitFor(() => b.presence.list().length === 0);
  assertEquals(b.told, ["+amy", "-amy kicked"]);
  assertEquals(a.told, ["kick too loud"]);
  assertEquals(await b.presence.kick(sessionOf(11), "again"), false);
  assertEquals(await b.presence.broadcast("tea"), 2);
  assertEquals(b.logged, ["relay of the cluster found relay 1"]);
});

Deno.test("Presence has the old relay drop a client that comes over, and nobody is told", async () => {
  const hub = new PresenceBusHub();
  using a = new ListeningRelay(hub, 1);
  using b = new ListeningRelay(hub, 2);
  await waitFor(() => b.presence.relays().length === 1);
  a.presence.joined(clientOf(11, "amy"));
  await waitFor(() => b.presence.list().some(({ instance }) => instance === instanceOf(0xa)));
  assertEquals(b.presence.joined(clientOf(12, "amy")), false);
  await waitFor(() => a.told.length > 0);
  assertEquals(a.told, ["displaced amy came_over"]);
  assertEquals(b.told, ["+amy"]);
});

Deno.test("Presence tells of bans, and keeps what was lifted", async () => {
  const hub = new PresenceBusHub();
  using a = new ListeningRelay(hub, 1);
  using b = new ListeningRelay(hub, 2);
  await waitFor(() => b.presence.relays().length === 1);
  a.presence.banned({ kind: "name", target: "eve", sinceUnixMs: 5, untilUnixMs: undefined });
  await waitFor(() => b.told.length === 1);
  b.presence.unbanned("eve");
  await waitFor(() => a.told.length === 1);
  assertEquals([b.told, a.told], [["ban eve"], ["unban eve"]]);
  assertEquals([a, b].map(({ presence }) => presence.lifted.map(({ target }) => target)), [
    ["eve"],
    ["eve"],
  ]);
});

Deno.test("Presence goes on when its listener fails, and logs that", async () => {
  const hub = new PresenceBusHub();
  using a = new ListeningRelay(hub, 1);
  using b = new ListeningRelay(hub, 2);
  await waitFor(() => b.presence.relays().length === 1);
  a.onKicked = () => {
    throw new Error("No sessions today");
  };
  a.presence.joined(clientOf(11, "amy"));
  await waitFor(() => b.presence.list().length === 1);
  void b.presence.kick(sessionOf(11), "");
  await waitFor(() => a.logged.some((line) => line.includes("No sessions today")));
  a.presence.left(sessionOf(11), "left");
  await waitFor(() => b.told.includes("-amy left"));
});

Deno.test("Presence[Symbol.dispose]() says goodbye, and leaves no one waiting", async () => {
  const hub = new PresenceBusHub();
  using a = new ListeningRelay(hub, 1);
  const b = new ListeningRelay(hub, 2);
  await waitFor(() => b.presence.relays().length === 1);
  a.presence.joined(clientOf(11, "amy"));
  await waitFor(() => b.presence.list().length === 1);
  a.bus.disconnect();
  const [kicked, told] = [b.presence.kick(sessionOf(11), ""), b.presence.broadcast("tea")];
  b[Symbol.dispose]();
  b[Symbol.dispose]();
  assertEquals([await kicked, await told], [false, 0]);
  assertEquals([await b.presence.kick(sessionOf(11), ""), await b.presence.broadcast("tea")], [
    false,
    0,
  ]);
  const last = hub.said.at(-1);
  assertEquals(new TextDecoder().decode(last?.payload), '{"kind":"goodbye"}');
});
