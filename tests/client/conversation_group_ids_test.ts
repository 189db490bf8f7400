import { assert, assertEquals } from "@std/assert";
import { FORMER_ID_MS } from "../../src/client/own_ids.ts";
import { RENAME_WAIT_MS } from "../../src/client/rename_watch.ts";
import { keepAlivesAt, meetInGroup } from "../support/client_group_meeting.ts";
import type { MiniRelay } from "../support/mini_relay.ts";
import { namedTlv } from "../support/named_tlv.ts";

const NEW_ID = "10.0.0.9:1";

/** A client without a name, which others know by its address. */
function meetNameless() {
  return meetInGroup("multicast", { name: undefined });
}

/** Tells the group what the relay does when a client has moved. */
function tellMove(relay: MiniRelay, from: string, to: string): void {
  relay.group.tell(undefined, namedTlv("NOTIFY_DISCONNECT", from), namedTlv("NOTIFY_CONNECT", to));
}

Deno.test("Conversation knows itself by what the relay calls it, and did just now", () => {
  const { world, relay, client, session } = meetNameless();
  relay.group.gives.keyAgain = false; // a mini relay calls it by its first id
  relay.sayInGroup(session.id, "own");
  relay.group.giveKey({ ...session, id: NEW_ID });
  world.run(0);
  relay.sayInGroup(NEW_ID, "own");
  relay.sayInGroup(session.id, "own, on its way for long");
  relay.group.tell(undefined, namedTlv("NOTIFY_DISCONNECT", session.id));
  world.run(FORMER_ID_MS - 1);
  relay.sayInGroup(session.id, "own");
  world.run(0);
  assertEquals(client.heard(), []);
  world.run(1);
  relay.sayInGroup(session.id, "of who came after");
  world.run(0);
  assertEquals(client.heard(), [`message ${session.id}: of who came after`]);
});

Deno.test("Conversation leaves its former id to who joins under it", () => {
  const { world, relay, client, session } = meetNameless();
  relay.group.giveKey({ ...session, id: NEW_ID });
  world.run(0);
  relay.group.tell(undefined, namedTlv("NOTIFY_CONNECT", session.id));
  relay.sayInGroup(session.id, "hello");
  world.run(0);
  assertEquals(client.heard(), [`joined ${session.id}`, `message ${session.id}: hello`]);
});

Deno.test("Conversation tells no move of its own that it reads before it knows its new id", () => {
  const { world, relay, client, session } = meetNameless();
  relay.answers.keepAlive = false;
  tellMove(relay, session.id, NEW_ID);
  world.run(100);
  assert(keepAlivesAt(relay) >= 1, "it asks who it is");
  relay.group.giveKey({ ...session, id: NEW_ID });
  world.run(5_000);
  assertEquals(client.heard(), []);
  relay.sayInGroup(NEW_ID, "own");
  world.run(0);
  assertEquals(client.heard(), []);
});

Deno.test("Conversation tells a move that was not its own a second late", () => {
  const { world, relay, client, session } = meetNameless();
  tellMove(relay, session.id, "ben");
  relay.group.tell(undefined, namedTlv("NOTIFY_CONNECT", "cleo"));
  world.run(RENAME_WAIT_MS - 1);
  assertEquals(client.heard(), ["joined cleo"]);
  world.run(1);
  assertEquals(client.heard(), ["joined ben"]);
  relay.sayInGroup("ben", "hello");
  world.run(0);
  assertEquals(client.heard(), ["message ben: hello"]);
});

Deno.test("Conversation with a name knows that no move can be its own", () => {
  const { world, relay, client } = meetInGroup("multicast");
  tellMove(relay, "ada", "ben");
  world.run(0);
  assertEquals(client.heard(), ["joined ben"]);
});
