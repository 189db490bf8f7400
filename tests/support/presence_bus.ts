import type { BusListener, ClusterBus, RelayId } from "../../src/cluster/cluster_bus.ts";

/** A bus for relays in one process: what one says the others hear in a later turn of the event loop. */
export class PresenceBusHub {
  readonly #buses = new Set<HubBus>();
  /** What was said, by whom. */
  readonly said: { readonly from: RelayId; readonly payload: Uint8Array }[] = [];

  /** A bus of one more relay, not connected yet. */
  bus(relayId: RelayId): HubBus {
    const bus = new HubBus(this, relayId);
    this.#buses.add(bus);
    return bus;
  }

  /** Hands a message to all buses but one. */
  publish(from: RelayId, payload: Uint8Array): void {
    this.said.push({ from, payload });
    for (const bus of this.#buses) {
      if (bus.relayId !== from) queueMicrotask(() => bus.deliver(from, payload.slice()));
    }
  }
}

/** The bus of one relay. */
export class HubBus implements ClusterBus {
  readonly relayId: RelayId;
  readonly #hub: PresenceBusHub;
  #listener: BusListener | undefined;
  #isConnected = false;

  constructor(hub: PresenceBusHub, relayId: RelayId) {
    this.#hub = hub;
    this.relayId = relayId;
  }

  publish(payload: Uint8Array): void {
    if (this.#isConnected) this.#hub.publish(this.relayId, payload);
  }

  listen(listener: BusListener): void {
    this.#listener = listener;
  }

  connect(): void {
    this.#isConnected = true;
    this.#listener?.onConnected();
  }

  disconnect(): void {
    this.#isConnected = false;
    this.#listener?.onDisconnected();
  }

  deliver(from: RelayId, payload: Uint8Array): void {
    if (this.#isConnected) this.#listener?.onMessage(from, payload);
  }
}
