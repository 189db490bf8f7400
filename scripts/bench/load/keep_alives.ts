import type { BenchClient } from "./bench_client.ts";

const TURN_MS = 100;

/** Keeps clients alive: each says so once a period, some at a time. */
export class KeepAlives implements Disposable {
  readonly #clients: readonly BenchClient[];
  readonly #each: number;
  readonly #timer: ReturnType<typeof setInterval>;
  #next = 0;

  /** @param clients May grow later. @param periodMs How often each says that it is there. */
  constructor(clients: readonly BenchClient[], periodMs: number) {
    this.#clients = clients;
    this.#each = TURN_MS / periodMs;
    this.#timer = setInterval(() => this.#turn(), TURN_MS);
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #turn(): void {
    const count = Math.ceil(this.#clients.length * this.#each);
    for (let sent = 0; sent < count; sent++) {
      this.#clients[this.#next++ % this.#clients.length]?.keepAlive();
    }
  }
}
