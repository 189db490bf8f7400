import { assertEquals, assertRejects } from "@std/assert";
import { type StoppableServer, untilFinished } from "../../src/cli/until_finished.ts";

class FakeServer implements StoppableServer {
  readonly reasons: string[] = [];
  readonly #finished = Promise.withResolvers<void>();

  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  shutdown(reason: string): void {
    this.reasons.push(reason);
    this.#finished.resolve();
  }

  fail(error: Error): void {
    this.#finished.reject(error);
  }
}

Deno.test("untilFinished() shuts the server down at the signal", async () => {
  const server = new FakeServer();
  const controller = new AbortController();
  const waiting = untilFinished(server, "bye", controller.signal);
  assertEquals(server.reasons, []);
  controller.abort();
  await waiting;
  assertEquals(server.reasons, ["bye"]);
});

Deno.test("untilFinished() shuts down at once when the signal came before", async () => {
  const server = new FakeServer();
  await untilFinished(server, "bye", AbortSignal.abort());
  assertEquals(server.reasons, ["bye"]);
});

Deno.test("untilFinished() leaves the signal alone once the server has ended", async () => {
  const server = new FakeServer();
  const controller = new AbortController();
  const waiting = untilFinished(server, "bye", controller.signal);
  server.shutdown("by an operator");
  await waiting;
  controller.abort();
  assertEquals(server.reasons, ["by an operator"]);
});

Deno.test("untilFinished() throws what ended the server", async () => {
  const server = new FakeServer();
  const waiting = untilFinished(server, "bye", new AbortController().signal);
  server.fail(new RangeError("bug"));
  await assertRejects(() => waiting, RangeError, "bug");
});
