import { RelayCounters } from "../../src/observe/counters.ts";
import { Delivery } from "../../src/relay/delivery.ts";
import { Group } from "../../src/relay/group.ts";
import type { GroupDelivery } from "../../src/relay/group_delivery.ts";
import type { RelayEffect } from "../../src/relay/relay_effects.ts";
import { EffectQueue } from "../../src/session/effect_queue.ts";
import type { Session } from "../../src/session/session.ts";
import { Feature } from "../../src/wire/features.ts";
import { FakeClock } from "./fake_clock.ts";
import { fakeSession } from "./fake_session.ts";
import { BY_UNICAST } from "./group_world.ts";
import { RELAY_DEFAULTS } from "./relay_defaults.ts";
import { SeededRandom } from "./seeded_random.ts";

/** A group with nothing of a relay but what it sends by, under a clock that stands still. */
export class GroupFixture {
  readonly clock = new FakeClock();
  readonly counters = new RelayCounters();
  readonly group: Group;
  readonly #effects = new EffectQueue<RelayEffect>();
  #lastPort = 0;

  /** @param groupDelivery How it delivers. */
  constructor(groupDelivery: GroupDelivery = BY_UNICAST) {
    const random = new SeededRandom(1);
    const randomBytes = (count: number) => random.bytes(count);
    const options = { ...RELAY_DEFAULTS, groupDelivery, randomBytes };
    this.group = new Group(options, this.counters, new Delivery(this.#effects, this.counters));
  }

  /** Sessions with group delivery that have no key yet, each at a port of its own. */
  newcomers(count: number): Session[] {
    return Array.from({ length: count }, () => {
      const endpoint = { hostname: "127.0.0.1", port: ++this.#lastPort };
      const session = fakeSession({ endpoint, features: Feature.GROUP_DELIVERY });
      this.group.add(session);
      return session;
    });
  }

  /** Where datagrams went since the last call: ports, or `"group"`. */
  sentTo(): (number | "group")[] {
    const sentTo: (number | "group")[] = [];
    for (const effect of this.#effects.take()) {
      if (effect.type === "send") sentTo.push(effect.to.port);
      else if (effect.type === "send_to_group") sentTo.push("group");
    }
    return sentTo;
  }
}
