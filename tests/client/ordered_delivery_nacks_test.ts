import { assert, assertEquals } from "@std/assert";
import { GAP_DELAY_MS } from "../../src/client/gap_tracker.ts";
import { FRAGMENT_NACK_DELAY_MS, MAX_FRAGMENT_NACKS } from "../../src/wire/reassembly_pool.ts";
import { decodeTlvs } from "../../src/wire/tlv.ts";
import { RELAY } from "../support/client_world.ts";
import { numberMessages, sendSome } from "../support/numbered_messages.ts";
import { meetReliably, nacksAt, numberedTexts, textsTold } from "../support/reliable_world.ts";

Deno.test("OrderedDelivery asks for a gap after 50 ms, and not before", () => {
  const { world, relay, client, session } = meetReliably();
  sendSome(relay, session, numberMessages(relay, numberedTexts(4)), [0, 3]);
  world.run(GAP_DELAY_MS - 1);
  assertEquals(textsTold(client), ["0"]);
  assertEquals(nacksAt(relay), []);
  world.run(1);
  assertEquals(nacksAt(relay), ["2-3"]);
  assertEquals(textsTold(client), ["1", "2", "3"]);
});

Deno.test("OrderedDelivery asks again after 100 ms, doubling up to 1 s, until it is answered", () => {
  const { world, relay, client, session } = meetReliably();
  relay.delivery.answers.nack = false;
  sendSome(relay, session, numberMessages(relay, numberedTexts(2)), [1]);
  const asked: number[] = [];
  for (let ms = 0, before = 0; ms <= 4_000; ms += 25, world.run(25)) {
    const count = nacksAt(relay).length;
    if (count > before) asked.push(ms);
    before = count;
  }
  assertEquals(asked, [50, 150, 350, 750, 1_550, 2_550, 3_550]);
  relay.delivery.answers.nack = true;
  world.run(1_000);
  assertEquals(textsTold(client), ["0", "1"]);
  const count = nacksAt(relay).length;
  world.run(10_000);
  assertEquals(nacksAt(relay).length, count);
});

Deno.test("OrderedDelivery names as many gaps in a NACK as fit a datagram, sorted", () => {
  const { world, relay, client, session } = meetReliably();
  const messages = numberMessages(relay, numberedTexts(240));
  sendSome(relay, session, messages, messages.map((_, index) => index).filter((at) => at % 2 > 0));
  world.run(GAP_DELAY_MS);
  const [first = "", second = ""] = nacksAt(relay);
  assertEquals(
    first.split(","),
    Array.from({ length: 51 }, (_, at) => `${2 * at + 1}-${2 * at + 1}`),
  );
  assertEquals(second, "", "the next one follows 10 ms later");
  world.run(50);
  assertEquals(textsTold(client), numberedTexts(240));
  assertEquals(nacksAt(relay).length, 3);
});

Deno.test("OrderedDelivery names 64 gaps in a NACK at most, however large a datagram may be", () => {
  const { world, relay, session } = meetReliably({}, { datagramBudgetBytes: 9_000 });
  const messages = numberMessages(relay, numberedTexts(200));
  sendSome(relay, session, messages, messages.map((_, index) => index).filter((at) => at % 2 > 0));
  world.run(GAP_DELAY_MS);
  assertEquals(nacksAt(relay)[0]?.split(",").length, 64);
});

Deno.test("OrderedDelivery learns what it missed last from KEEP_ALIVE_REPLY", () => {
  const { world, relay, client } = meetReliably();
  numberMessages(relay, numberedTexts(3));
  world.run(950 - 100 + GAP_DELAY_MS - 1);
  assertEquals(client.heard(), []);
  world.run(1);
  assertEquals(textsTold(client), numberedTexts(3));
  assertEquals(nacksAt(relay), ["1-3"]);
});

Deno.test("OrderedDelivery lets fragments come before it asks for what may be among them", () => {
  const { world, relay, client, session } = meetReliably();
  const fragments = relay.seal(session, relay.relayed("ben", world.random.bytes(5_000)));
  relay.sendSealed(session, ...relay.relayed("ben", "short"));
  fragments.forEach((datagram, index) => {
    world.forge(datagram, RELAY, client.endpoint);
    world.run(index < fragments.length - 1 ? 150 : 0);
  });
  assert(fragments.length * 100 > GAP_DELAY_MS);
  assertEquals(nacksAt(relay), []);
  assertEquals(client.told().length, 2);
});

Deno.test("OrderedDelivery asks for the whole when no fragments are asked for any more", () => {
  const { world, relay, client, session } = meetReliably();
  const [fragment] = relay.seal(session, relay.relayed("ben", new Uint8Array(5_000)));
  relay.sendSealed(session, ...relay.relayed("ben", "short"));
  assert(fragment !== undefined);
  world.network.loses = ({ datagram }) => decodeTlvs(datagram)[0]?.type === 5;
  client.receive(fragment, RELAY);
  world.run(MAX_FRAGMENT_NACKS * FRAGMENT_NACK_DELAY_MS - 1);
  assertEquals(nacksAt(relay), []);
  world.run(1);
  assertEquals(nacksAt(relay), ["1-1"]);
});
