import type { Endpoint } from "../../../src/session/endpoint.ts";
import { encodeDirectFragment, keyRequest } from "../../../src/wire/direct_frame.ts";
import { AttackRound } from "../fleet/attack/attack_round.ts";
import type { CapturedDatagrams } from "../fleet/attack/captured_datagrams.ts";
import { damagedDatagram, senselessDatagram } from "../fleet/attack/junk_datagrams.ts";
import type { SeededRandom } from "../../seeded_random.ts";
import type { RecentDatagrams } from "./recent_datagrams.ts";

/** Addresses of loopback that no client has. */
const ADDRESSES = ["127.0.2.1", "127.0.2.2", "127.0.2.3"] as const;

/** An attacker goes on from another port after so many datagrams, on average. */
const DATAGRAMS_PER_PORT = 300;

/**
 * What attackers do, and how often of a hundred. A junk RSA block costs the server 15 ms of a
 * processor, whatever it does about it, so there are few of them.
 */
const MIX = [
  ["junk", 25],
  ["rsa_block", 4],
  ["half_message", 16],
  ["half_message_in_place", 6],
  ["key_request", 5],
  ["foreign_key", 4],
  ["broken_key", 4],
  ["replay", 12],
  ["replay_as_other", 6],
  ["replay_in_place", 6],
  ["plain_replay", 4],
  ["damaged", 8],
] as const;

/** One of the things that attackers do. */
export type DirectAttackName = typeof MIX[number][0];

/** What attackers are made of. */
export interface DirectAttackOptions {
  readonly server: Endpoint;
  /** Length of the server's RSA blocks. */
  readonly blockBytes: number;
  /** Datagrams a second, all together. */
  readonly perSecond: number;
  readonly random: SeededRandom;
  /** What was heard of clients that use hybrid messages. */
  readonly captured: CapturedDatagrams;
  /** What was heard lately of those that use RSA alone. */
  readonly recent: RecentDatagrams;
  /** Public keys in PEM that the server can take. */
  readonly keys: readonly string[];
  /** Sends a datagram from the address of a real client; false when there is none. */
  readonly injectInPlace: (datagram: Uint8Array) => boolean;
  /** Sends what a real client has sent again, from its own address; false when there is none. */
  readonly replayInPlace: (random: SeededRandom) => boolean;
}

/** Sends what a direct server must bear. */
export class DirectAttackers extends AttackRound<DirectAttackName> {
  /** Begins. @param options What they are made of. */
  constructor(options: DirectAttackOptions) {
    const { random, perSecond, server, injectInPlace, replayInPlace } = options;
    super({
      addresses: ADDRESSES,
      datagramsPerPort: DATAGRAMS_PER_PORT,
      random,
      perSecond,
      draw: drawDirectAttack,
      strike: (name, ports) => {
        if (name === "replay_in_place") return replayInPlace(random);
        const datagram = datagramFor(name, options);
        if (datagram === undefined) return false;
        if (name === "replay_as_other" || name === "half_message_in_place") {
          return injectInPlace(datagram);
        }
        ports.send(datagram, server);
        return true;
      },
    });
  }
}

function datagramFor(
  name: Exclude<DirectAttackName, "replay_in_place">,
  { random, captured, recent, keys, blockBytes }: DirectAttackOptions,
): Uint8Array | undefined {
  switch (name) {
    case "junk":
      return senselessDatagram(random);
    case "rsa_block":
      return junkBlock(random, blockBytes);
    case "half_message":
    case "half_message_in_place":
      return halfMessage(random);
    case "key_request":
      return keyRequest();
    case "foreign_key":
      return new TextEncoder().encode(random.pick(keys) ?? "");
    case "broken_key":
      return damagedDatagram(new TextEncoder().encode(random.pick(keys) ?? ""), random);
    case "replay":
    case "replay_as_other":
      return captured.draw();
    case "plain_replay":
      return recent.draw(random, performance.now());
    case "damaged": {
      const datagram = captured.draw();
      return datagram && damagedDatagram(datagram, random);
    }
    default:
      return name satisfies never;
  }
}

/** Draws what is done next. */
export function drawDirectAttack(random: SeededRandom): DirectAttackName {
  return random.draw(MIX) ?? MIX[0][0];
}

/** As long as the modulus and below it, so that it takes a whole decryption to find out. */
export function junkBlock(random: SeededRandom, bytes: number): Uint8Array {
  const block = random.bytes(bytes);
  block[0] = 0;
  return block;
}

/** A fragment of a message whose others never come; now and then it contradicts another one. */
export function halfMessage(random: SeededRandom): Uint8Array {
  const total = 2 + random.below(254);
  return encodeDirectFragment({
    messageId: random.chance(0.3) ? random.below(8) : random.uint32(),
    sequenceNumber: random.below(total),
    total,
    chunk: random.bytes(1 + random.below(1_194)),
  });
}
