import { assertEquals, assertRejects } from "@std/assert";
import { ANSWER_TIMEOUT_MS, TopSource } from "../../../src/cli/top/top_source.ts";
import { ControlClientError } from "../../../src/control/control_client_error.ts";
import { ServerFixture, until } from "../../control/server_fixture.ts";
import { FakeTopClock } from "./top_fake_terminal.ts";
import { UNIX_MS } from "./top_fixture.ts";

Deno.test("TopSource.sample() looks at the server again and again", async () => {
  await using fixture = new ServerFixture();
  const clock = new FakeTopClock();
  const { signal } = new AbortController();
  await using source = await TopSource.connect({ ...fixture.endpoint, signal }, clock);
  const first = await source.sample();
  assertEquals(first.statistics, { uptime_ms: 5, drops: { malformed: 3, stale: 0 } });
  assertEquals(first.clients.map(({ id }) => id), ["pump-3"]);
  assertEquals([first.atMs, first.unixMs], [1_000, UNIX_MS + 1_000]);
  clock.advance(1_000);
  fixture.admin.clients = [];
  const second = await source.sample();
  assertEquals([second.atMs, second.clients], [2_000, []]);
  assertEquals(clock.timerCount, 0);
});

Deno.test("TopSource.sample() gives a server up that says nothing", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const greeting = '# hushcast control 1\nOK\n{"type":"reply","ok":true,"lines":[]}\n';
  const serving = (async () => {
    using conn = await listener.accept();
    await conn.write(new TextEncoder().encode(greeting));
    while (await conn.read(new Uint8Array(4_096)) !== null);
  })();
  const clock = new FakeTopClock();
  const { signal } = new AbortController();
  const { port } = listener.addr;
  const link = { hostname: "127.0.0.1", port, signal };
  const source = await TopSource.connect(link, clock);
  const sampling = assertRejects(
    () => source.sample(),
    ControlClientError,
    "No answer from the server for 10 s",
  );
  await until(() => clock.timerCount === 1);
  clock.advance(ANSWER_TIMEOUT_MS);
  assertEquals((await sampling).code, "CONTROL_LOST");
  await source[Symbol.asyncDispose]();
  await serving;
});

Deno.test("TopSource.sample() tells that the connection is lost", async () => {
  const fixture = new ServerFixture();
  const clock = new FakeTopClock();
  const { signal } = new AbortController();
  await using source = await TopSource.connect({ ...fixture.endpoint, signal }, clock);
  await fixture.server.close("gone");
  await assertRejects(() => source.sample(), ControlClientError);
  assertEquals(clock.timerCount, 0);
});

Deno.test("TopSource.connect() ends with its signal", async () => {
  await using fixture = new ServerFixture();
  const signal = AbortSignal.abort(new RangeError("enough"));
  const link = { ...fixture.endpoint, signal };
  await assertRejects(() => TopSource.connect(link, new FakeTopClock()), RangeError, "enough");
});
