import type { Endpoint } from "../../../../src/session/endpoint.ts";
import type { SeededRandom } from "../../../seeded_random.ts";
import { AttackRound } from "./attack_round.ts";
import type { CapturedDatagrams } from "./captured_datagrams.ts";
import {
  damagedDatagram,
  rsaJunkDatagram,
  senselessDatagram,
  wellFormedDatagram,
} from "./junk_datagrams.ts";

/** Addresses of loopback that no client has: a relay bounds what it answers for each of them. */
const ADDRESSES = ["127.0.1.1", "127.0.1.2", "127.0.1.3", "127.0.1.4"] as const;

/** An attacker goes on from another port after so many datagrams, on average. */
const DATAGRAMS_PER_PORT = 400;

/** What attackers do, and how often of a hundred. */
const MIX = [
  ["junk", 35],
  ["well_formed", 25],
  ["rsa_junk", 10],
  ["replay", 12],
  ["replay_as_other", 6],
  ["replay_in_place", 6],
  ["damaged", 6],
] as const;

/** One of the things that attackers do. */
export type AttackName = typeof MIX[number][0];

/** What attackers are made of. */
export interface AttackOptions {
  /** Where they send to: relays, and groups in which relays listen. */
  readonly targets: readonly Endpoint[];
  /** Datagrams a second, all together. */
  readonly perSecond: number;
  readonly random: SeededRandom;
  /** What they have heard on the network. */
  readonly captured: CapturedDatagrams;
  /** Sends a datagram from the address of one of the real clients; false when there is none. */
  readonly injectInPlace: (datagram: Uint8Array) => boolean;
  /** Sends what a real client has sent again, from its own address; false when there is none. */
  readonly replayInPlace: (random: SeededRandom) => boolean;
}

/** Sends what a relay must bear: junk, junk RSA blocks, and replays: from elsewhere, from another client's address, and from the very address. */
export class Attackers extends AttackRound<AttackName> {
  /** Begins. @param options What they are made of. */
  constructor(options: AttackOptions) {
    const { random, perSecond, targets, injectInPlace, replayInPlace } = options;
    super({
      addresses: ADDRESSES,
      datagramsPerPort: DATAGRAMS_PER_PORT,
      random,
      perSecond,
      draw: drawAttack,
      strike: (name, ports) => {
        if (name === "replay_in_place") return replayInPlace(random);
        const datagram = datagramFor(name, options);
        if (datagram === undefined) return false;
        if (name === "replay_as_other") return injectInPlace(datagram);
        const target = random.pick(targets);
        if (target !== undefined) ports.send(datagram, target);
        return true;
      },
    });
  }
}

function datagramFor(
  name: Exclude<AttackName, "replay_in_place">,
  { random, captured }: AttackOptions,
): Uint8Array | undefined {
  switch (name) {
    case "junk":
      return senselessDatagram(random);
    case "well_formed":
      return wellFormedDatagram(random);
    case "rsa_junk":
      return rsaJunkDatagram(random);
    case "replay":
    case "replay_as_other":
      return captured.draw();
    case "damaged": {
      const datagram = captured.draw();
      return datagram && damagedDatagram(datagram, random);
    }
  }
}

/** Draws what is done next. */
export function drawAttack(random: SeededRandom): AttackName {
  return random.draw(MIX) ?? MIX[0][0];
}
