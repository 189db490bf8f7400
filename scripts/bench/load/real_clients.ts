import { RelayClient } from "../../../src/client/relay_client.ts";
import type { Endpoint } from "../../../src/session/endpoint.ts";
import type { MessageSink } from "./message_sink.ts";

/** Ten messages of 1 MiB at the pace at which they leave take longer than the usual ten seconds. */
const FRAGMENT_TIMEOUT_MS = 60_000;

/** Hushcast's own clients: one that sends, and some that receive. */
export class RealClients implements AsyncDisposable {
  readonly #stack: AsyncDisposableStack;
  readonly #receivers: readonly RelayClient[];
  readonly #reading: Promise<void>[] = [];
  /** The one that sends. */
  readonly sender: RelayClient;

  private constructor(
    stack: AsyncDisposableStack,
    clients: readonly [RelayClient, ...RelayClient[]],
  ) {
    this.#stack = stack;
    [this.sender, ...this.#receivers] = clients;
  }

  /**
   * Connects them.
   *
   * @param relayOf Gives the address at which the next one sees the relay.
   * @param receivers How many receive.
   * @param options Whether they ask for reliable delivery.
   */
  static async connect(
    relayOf: () => Endpoint,
    receivers: number,
    options: { readonly reliable: boolean },
  ): Promise<RealClients> {
    await using stack = new AsyncDisposableStack();
    const connect = async () =>
      stack.use(
        await RelayClient.connect({
          relay: relayOf(),
          fragmentTimeoutMs: FRAGMENT_TIMEOUT_MS,
          ...options,
        }),
      );
    const clients: [RelayClient, ...RelayClient[]] = [await connect()];
    while (clients.length <= receivers) clients.push(await connect());
    return new RealClients(stack.move(), clients);
  }

  /** Says who takes what comes to the receivers; must be called once. */
  deliverTo(sink: MessageSink): void {
    this.#receivers.forEach((client, index) => {
      this.#reading.push(readAll(client, (payload) => {
        sink.take(index, payload, performance.now());
      }));
    });
  }

  /** Closes all. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
    await Promise.all(this.#reading);
  }
}

/** Ends when the client is closed. */
async function readAll(client: RelayClient, take: (payload: Uint8Array) => void): Promise<void> {
  for await (const { payload } of client.messages()) take(payload);
}
