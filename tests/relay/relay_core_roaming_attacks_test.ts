import { assertEquals } from "@std/assert";
import { encodeTlvs } from "../../src/wire/tlv.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import { namedTlv } from "../support/named_tlv.ts";
import {
  addressOf,
  alicesWorld,
  type RoamingWorld,
  sequenceTlv,
  sessionIdTlv,
  tokenTlv,
} from "../support/roaming_world.ts";

/** Asserts that alice's session is where it was, and that nobody was told otherwise. */
function assertUnmoved({ relay, alice, bob, mallory }: RoamingWorld): void {
  assertEquals(addressOf(relay, "alice"), alice.address);
  assertEquals(relay.core.client(mallory.address, relay.clock.now), undefined);
  assertEquals(relay.stat("registrations.moved"), 0);
  relay.run(1_000);
  bob.say("for alice");
  assertEquals(alice.heard(), ["{SENDER_ID bob, RELAY_SEQUENCE 2, MESSAGE for alice}"]);
  assertEquals(mallory.heard().filter((line) => line !== "UNKNOWN_SESSION"), []);
  assertEquals(relay.reported, []);
}

const attacks: { name: string; attack: (trio: RoamingWorld) => void }[] = [
  {
    name: "that was delivered before",
    attack: ({ relay, alice, mallory }) => {
      // From where her session is already: it is delivered, and moves nothing.
      const datagram = alice.sendRoaming(sequenceTlv(2n), namedTlv("KEEP_ALIVE"));
      relay.settle(alice);
      mallory.sendDatagram(datagram);
    },
  },
  {
    name: "with a SESSION_ID before a message that was delivered",
    attack: ({ relay, alice, mallory }) => {
      const message = alice.sendSealed(sequenceTlv(2n), namedTlv("KEEP_ALIVE"));
      relay.settle(alice);
      mallory.sendDatagram(Uint8Array.from([...encodeTlvs([sessionIdTlv(alice)]), ...message]));
    },
  },
  {
    name: "without CLIENT_SEQUENCE",
    attack: ({ alice, mallory }) =>
      void mallory.sendOuter(sessionIdTlv(alice), tokenTlv(alice, namedTlv("KEEP_ALIVE"))),
  },
  {
    name: "with the highest number once more",
    attack: ({ alice, mallory }) =>
      void mallory.sendOuter(sessionIdTlv(alice), tokenTlv(alice, sequenceTlv(1n))),
  },
  {
    name: "with a number that was never used, below the highest",
    attack: ({ relay, alice, mallory }) => {
      alice.sendSealed(sequenceTlv(5n), namedTlv("KEEP_ALIVE"));
      relay.settle(alice);
      mallory.sendOuter(sessionIdTlv(alice), tokenTlv(alice, sequenceTlv(4n)));
    },
  },
  {
    name: "with number 0",
    attack: ({ alice, mallory }) =>
      void mallory.sendOuter(sessionIdTlv(alice), tokenTlv(alice, sequenceTlv(0n))),
  },
  {
    name: "with a number of 7 bytes",
    attack: ({ alice, mallory }) =>
      void mallory.sendOuter(
        sessionIdTlv(alice),
        tokenTlv(alice, namedTlv("CLIENT_SEQUENCE", new Uint8Array(7).fill(9))),
      ),
  },
  {
    name: "that is stale",
    attack: ({ alice, mallory }) =>
      void mallory.sendOuter(
        sessionIdTlv(alice),
        namedTlv(
          "SYMMETRICALLY_ENCRYPTED_MESSAGE",
          alice.seal([sequenceTlv(2n)], { ageSeconds: 61 }),
        ),
      ),
  },
  {
    name: "under another session's key",
    attack: ({ alice, bob, mallory }) =>
      void mallory.sendOuter(sessionIdTlv(alice), tokenTlv(bob, sequenceTlv(2n))),
  },
  {
    name: "with a token that the relay sealed",
    attack: ({ alice, mallory }) =>
      void mallory.sendOuter(
        sessionIdTlv(alice),
        tokenTlv(alice, sequenceTlv(2n), namedTlv("KEEP_ALIVE_REPLY", encodeU64(1n))),
      ),
  },
  {
    name: "with the number inside a FRAGMENT",
    attack: ({ alice, mallory }) => {
      const [fragment] = alice.fragmentsOf([sequenceTlv(2n), namedTlv("MESSAGE", "hi")]);
      const prefix = encodeTlvs([sessionIdTlv(alice)]);
      mallory.sendDatagram(Uint8Array.from([...prefix, ...fragment ?? []]));
    },
  },
  {
    name: "with SESSION_ID behind the token",
    attack: ({ alice, mallory }) =>
      void mallory.sendOuter(tokenTlv(alice, sequenceTlv(2n)), sessionIdTlv(alice)),
  },
  {
    name: "without SESSION_ID",
    attack: ({ alice, mallory }) => void mallory.sendOuter(tokenTlv(alice, sequenceTlv(2n))),
  },
  {
    name: "with a SESSION_ID that nobody has",
    attack: ({ alice, mallory }) =>
      void mallory.sendOuter(
        namedTlv("SESSION_ID", new Uint8Array(8)),
        tokenTlv(alice, sequenceTlv(2n)),
      ),
  },
  {
    name: "with a SESSION_ID of 9 bytes",
    attack: ({ alice, mallory }) =>
      void mallory.sendOuter(
        namedTlv("SESSION_ID", Uint8Array.fromHex(`${alice.sessionId}00`)),
        tokenTlv(alice, sequenceTlv(2n)),
      ),
  },
  {
    name: "with the SESSION_ID of a session under another key",
    attack: ({ alice, bob, mallory }) =>
      void mallory.sendOuter(sessionIdTlv(bob), tokenTlv(alice, sequenceTlv(2n))),
  },
  {
    name: "of SESSION_ID alone",
    attack: ({ alice, mallory }) => void mallory.sendOuter(sessionIdTlv(alice)),
  },
  {
    name: "with an outer KEEP_ALIVE",
    attack: ({ alice, mallory }) =>
      void mallory.sendOuter(sessionIdTlv(alice), namedTlv("KEEP_ALIVE")),
  },
];
for (const { name, attack } of attacks) {
  Deno.test(`receive() moves no session by a datagram ${name}`, () => {
    const trio = alicesWorld();
    attack(trio);
    assertUnmoved(trio);
  });
}

Deno.test("receive() moves no session by a datagram in which any one bit is wrong", () => {
  const trio = alicesWorld();
  const { alice, mallory } = trio;
  const datagram = encodeTlvs([sessionIdTlv(alice), tokenTlv(alice, sequenceTlv(2n))]);
  for (let bit = 0; bit < 8 * datagram.byteLength; bit++) {
    const forged = datagram.slice();
    forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    mallory.sendDatagram(forged);
  }
  assertUnmoved(trio);
});

Deno.test("receive() takes a session from nobody by a datagram from an address that has one", () => {
  const { relay, alice, bob } = alicesWorld();
  bob.sendOuter(sessionIdTlv(alice), tokenTlv(alice, sequenceTlv(2n)));
  assertEquals(relay.drops(), { unauthentic: 1 });
  assertEquals([addressOf(relay, "alice"), addressOf(relay, "bob")], [alice.address, bob.address]);
});

Deno.test("receive() moves no session that has ended", () => {
  const { relay, alice, mallory } = alicesWorld();
  const datagram = encodeTlvs([sessionIdTlv(alice), tokenTlv(alice, sequenceTlv(2n))]);
  alice.sendSealed(namedTlv("DISCONNECT"));
  mallory.sendDatagram(datagram);
  assertEquals([relay.stat("clients"), relay.stat("registrations.moved")], [1, 0]);
});

Deno.test("receive() gives a captured datagram no use once its client was heard again", () => {
  const { relay, alice, bob, mallory } = alicesWorld();
  relay.relocate(alice);
  // Mallory catches this one on its way, and lets it go from her own address later on.
  const caught = encodeTlvs([sessionIdTlv(alice), tokenTlv(alice, sequenceTlv(2n))]);
  alice.sendRoaming(sequenceTlv(3n), namedTlv("KEEP_ALIVE"));
  mallory.sendDatagram(caught);
  assertEquals(addressOf(relay, "alice"), alice.address);
  alice.forget();
  bob.say("for alice");
  assertEquals([alice.payloads().length, mallory.heard()], [1, ["UNKNOWN_SESSION"]]);
});

Deno.test("receive() gives a session back to its client, wherever it was moved meanwhile", () => {
  const { relay, alice, mallory } = alicesWorld();
  // Mallory is on the path: she keeps a datagram from the relay and sends it from her own address.
  mallory.sendOuter(sessionIdTlv(alice), tokenTlv(alice, sequenceTlv(2n)));
  assertEquals(addressOf(relay, "alice"), mallory.address);
  assertEquals(mallory.heard(), ["{unreadable}"]);
  alice.sendRoaming(sequenceTlv(3n), namedTlv("KEEP_ALIVE"));
  assertEquals(addressOf(relay, "alice"), alice.address);
});
