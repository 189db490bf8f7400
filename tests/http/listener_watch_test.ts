import { assertEquals } from "@std/assert";
import {
  ListenerWatch,
  LOOK_INTERVAL_MS,
  TAKE_TIMEOUT_MS,
  type WatchedListener,
} from "../../src/http/listener_watch.ts";
import type { Endpoint } from "../../src/session/endpoint.ts";
import { FakeClock } from "../control/fake_clock.ts";
import { eventually } from "../support/e2e_cluster_signs.ts";
import { RecordingLogger } from "../support/fault_recording_logger.ts";
import { HttpServerFixture } from "../support/http_server_fixture.ts";
import { waitFor } from "../support/wait_for.ts";

/** A listener that takes no connection by itself. */
class DeafListener implements WatchedListener {
  takenConnections = 0;
  isFull = false;
  timesListened = 0;

  constructor(readonly endpoint: Endpoint) {}

  listenAgain(): void {
    this.timesListened++;
  }
}

function watchOver(endpoint: Endpoint) {
  const [clock, logger, listener] = [
    new FakeClock(),
    new RecordingLogger(),
    new DeafListener(endpoint),
  ];
  const watch = new ListenerWatch({ listener, logger, clock });
  return { clock, logger, listener, watch, [Symbol.dispose]: () => watch[Symbol.dispose]() };
}

/** A port of the system at which connections are made and nobody takes them. */
function deafPort(): Deno.TcpListener {
  return Deno.listen({ hostname: "127.0.0.1", port: 0 });
}

Deno.test("ListenerWatch has a server listen again that takes no connection", async () => {
  using port = deafPort();
  using over = watchOver(port.addr);
  // It has news at first, since some have come before.
  over.clock.advance(LOOK_INTERVAL_MS);
  over.clock.advance(LOOK_INTERVAL_MS);
  await waitFor(() => over.clock.timerCount === 1);
  over.clock.advance(TAKE_TIMEOUT_MS);
  assertEquals(over.listener.timesListened, 0, "it may have been busy");
  over.clock.advance(TAKE_TIMEOUT_MS);
  assertEquals([over.listener.timesListened, over.logger.lines], [1, [
    "warn http port listens again reason=connections were not taken any more",
  ]]);
});

Deno.test("ListenerWatch leaves a server alone that takes the connection", async () => {
  using port = deafPort();
  using over = watchOver(port.addr);
  over.clock.advance(LOOK_INTERVAL_MS);
  for (let look = 0; look < 3; look++) {
    over.clock.advance(LOOK_INTERVAL_MS);
    await waitFor(() => over.clock.timerCount === 1);
    over.listener.takenConnections++;
    over.clock.advance(TAKE_TIMEOUT_MS);
  }
  assertEquals([over.listener.timesListened, over.logger.lines], [0, []]);
});

Deno.test("ListenerWatch makes no connection where the server has as many as it may", () => {
  using over = watchOver({ hostname: "127.0.0.1", port: 9 });
  over.listener.isFull = true;
  over.clock.advance(10 * LOOK_INTERVAL_MS);
  assertEquals([over.listener.timesListened, over.logger.lines, over.clock.timerCount], [0, [], 1]);
});

Deno.test("ListenerWatch has a server listen again that does not listen any more", async () => {
  const port = deafPort();
  port.close();
  using over = watchOver(port.addr);
  over.clock.advance(LOOK_INTERVAL_MS);
  over.clock.advance(LOOK_INTERVAL_MS);
  await waitFor(() => over.listener.timesListened === 1);
});

Deno.test("ListenerWatch stops with its disposal", async () => {
  using port = deafPort();
  const over = watchOver(port.addr);
  over.clock.advance(LOOK_INTERVAL_MS);
  over.clock.advance(LOOK_INTERVAL_MS);
  await waitFor(() => over.clock.timerCount === 1);
  over.watch[Symbol.dispose]();
  over.watch[Symbol.dispose]();
  assertEquals(over.clock.timerCount, 0);
});

Deno.test("HttpServer.listenAgain() goes on with what is connected, at the same port", async () => {
  await using fixture = await HttpServerFixture.start();
  const { server } = fixture;
  using before = await fixture.connect();
  await waitFor(() => server.takenConnections === 1);
  server.listenAgain();
  const ask = async () => await (await fetch(fixture.url("/healthz"))).text();
  assertEquals(await eventually(() => ask().catch(() => ""), (text) => text !== ""), "ok\n");
  await before.send("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
  assertEquals((await before.readAll()).startsWith("HTTP/1.1 200 OK"), true);
  assertEquals([server.takenConnections, server.isFull, fixture.complaints], [2, false, []]);
});

Deno.test("HttpServer.close() waits for its end, also after it has listened again", async () => {
  const fixture = await HttpServerFixture.start();
  fixture.server.listenAgain();
  await fixture.server.close("over");
  fixture.server.listenAgain();
  let isRefused = false;
  await fixture.connect().catch(() => isRefused = true);
  assertEquals(isRefused, true);
});
