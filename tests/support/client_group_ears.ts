import { type Endpoint, formatEndpoint } from "../../src/session/endpoint.ts";
import type { GroupAddress } from "../../src/wire/group_key.ts";
import type { FakeNetwork } from "./fake_network.ts";
import type { WorldClient } from "./world_client.ts";

interface Ear {
  /** Where the datagrams of the group come for this client alone. */
  readonly endpoint: Endpoint;
  readonly address: GroupAddress;
}

/**
 * Which clients hear which multicast group on a fake network. Each has an address of its own for it,
 * so that the network can lose a datagram for one and not for another.
 */
export class GroupEars {
  readonly #ears = new Map<WorldClient, Ear>();
  #lastPort = 0;

  /** Lets a client hear a group in place of any other; `undefined` for none. */
  join(network: FakeNetwork, client: WorldClient, address: GroupAddress | undefined): void {
    const before = this.#ears.get(client);
    if (before !== undefined) network.detach(before.endpoint);
    this.#ears.delete(client);
    if (address === undefined) return;
    const endpoint = { hostname: "10.0.9.9", port: ++this.#lastPort };
    network.attach(endpoint, ({ datagram }) => client.receiveFromGroup(datagram));
    this.#ears.set(client, { endpoint, address });
  }

  /** Where datagrams of its group come to a client. */
  earOf(client: WorldClient): Endpoint | undefined {
    return this.#ears.get(client)?.endpoint;
  }

  /** Where a datagram to a group goes. */
  of(address: GroupAddress): Endpoint[] {
    return [...this.#ears.values()]
      .filter((ear) => formatEndpoint(ear.address) === formatEndpoint(address))
      .map(({ endpoint }) => endpoint);
  }
}
