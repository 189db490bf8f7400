import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { InterruptedError, OutputClosedError } from "../../../src/cli/cli_io.ts";
import { ESCAPE_DELAY_MS, runTopLive } from "../../../src/cli/top/top_live.ts";
import { ControlClientError } from "../../../src/control/control_client_error.ts";
import { clientSummary } from "../../control/fake_admin.ts";
import { ServerFixture, until } from "../../control/server_fixture.ts";
import { FakeTerminal, FakeTopClock } from "./top_fake_terminal.ts";
import { modelOptions } from "./top_fixture.ts";

/** A server with clients, and `hushcast top` in a terminal, watching it. */
class Stage implements AsyncDisposable {
  readonly terminal = new FakeTerminal();
  readonly clock = new FakeTopClock();
  readonly running: Promise<void>;
  fixture = new ServerFixture();

  constructor(clients = ["ann", "ben", "cy"]) {
    this.setClients(clients.map((id) => ({ id, messagesIn: 0 })));
    this.running = runTopLive({
      link: this.fixture.endpoint,
      model: modelOptions(),
      io: this.terminal.io,
      terminal: this.terminal,
      clock: this.clock,
    });
    this.running.catch(() => undefined); // whoever wants to know waits for it
  }

  /** What the server will say of its clients. */
  setClients(clients: readonly { readonly id: string; readonly messagesIn: number }[]): void {
    this.fixture.admin.clients = clients.map(({ id, messagesIn }) =>
      clientSummary({ id, session: id, messagesIn })
    );
  }

  /** Waits until the screen shows something. */
  async shows(pattern: RegExp): Promise<void> {
    await until(() => pattern.test(this.terminal.screen.text)).catch(() =>
      assertMatch(this.terminal.screen.text, pattern)
    );
  }

  /** Lets time pass once only time is waited for: for the next look or try, and to draw again. */
  async pass(timeMs: number): Promise<void> {
    await until(() => this.clock.isWaiting(2));
    this.clock.advance(timeMs);
  }

  /** The ids on the screen, from above. */
  get ids(): string[] {
    return this.terminal.screen.lines.slice(6, -1).map((line) => line.split(" ")[0] ?? "")
      .filter((id) => id !== "");
  }

  /** Presses a key and waits for the end. */
  async quit(): Promise<void> {
    this.terminal.type("q");
    await this.running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.terminal.interrupt();
    await this.running.catch(() => undefined);
    await this.fixture[Symbol.asyncDispose]();
  }
}

for (const [name, key] of [["q", "q"], ["Ctrl-C", "\x03"]] as const) {
  Deno.test(`runTopLive() draws at once, and ends at ${name} with the terminal as it was`, async () => {
    await using stage = new Stage();
    await stage.shows(/clients 1-3 of 3/);
    assertEquals([stage.terminal.isRaw, stage.ids], [true, ["ann", "ben", "cy"]]);
    stage.terminal.type(key);
    await stage.running;
    assertEquals(stage.terminal.isRestored, true);
    assertEquals(stage.terminal.screen.unknown, []);
    assertEquals(stage.clock.timerCount, 0);
  });
}

Deno.test("runTopLive() leaves the terminal as it was when a signal ends it", async () => {
  await using stage = new Stage();
  await stage.shows(/ann/);
  stage.terminal.interrupt();
  await assertRejects(() => stage.running, InterruptedError, "SIGTERM");
  assertEquals([stage.terminal.isRestored, stage.clock.timerCount], [true, 0]);
});

Deno.test("runTopLive() ends when the keyboard is gone", async () => {
  await using stage = new Stage();
  await stage.shows(/ann/);
  stage.terminal.hangUp();
  await stage.running;
  assertEquals(stage.terminal.isRestored, true);
});

Deno.test("runTopLive() shows what flows, the busiest first", async () => {
  await using stage = new Stage();
  await stage.shows(/ann .* -\n/);
  stage.setClients([{ id: "ann", messagesIn: 0 }, { id: "ben", messagesIn: 250 }]);
  await stage.pass(1_000);
  await stage.shows(/ben .* 250 /);
  assertEquals(stage.ids, ["ben", "ann"]);
  await stage.quit();
});

Deno.test("runTopLive() does what keys say", async () => {
  await using stage = new Stage();
  await stage.shows(/ann/);
  stage.terminal.type("ir");
  await stage.shows(/ID↓/);
  assertEquals(stage.ids, ["cy", "ben", "ann"]);
  stage.terminal.type("/n");
  await stage.shows(/filter: n_/);
  assertEquals(stage.ids, ["ben", "ann"]);
  stage.terminal.type("\x03");
  await stage.running;
});

Deno.test("runTopLive() takes a lone escape character for the key after a moment", async () => {
  await using stage = new Stage();
  await stage.shows(/ann/);
  stage.terminal.type("/cy\r");
  await stage.shows(/clients 1-1 of 1/);
  const timers = stage.clock.timerCount;
  stage.terminal.type("\x1b");
  await until(() => stage.clock.timerCount === timers + 1);
  stage.clock.advance(ESCAPE_DELAY_MS);
  await stage.shows(/clients 1-3 of 3/);
  await stage.quit();
});

Deno.test("runTopLive() follows the size of the terminal", async () => {
  await using stage = new Stage();
  await stage.shows(/clients 1-3 of 3/);
  stage.terminal.resize({ columns: 60, rows: 9 });
  await stage.shows(/clients 1-2 of 3/);
  await stage.quit();
});

Deno.test("runTopLive() takes the screen back when it goes on after a stop", async () => {
  await using stage = new Stage();
  await stage.shows(/clients 1-3 of 3/);
  stage.terminal.stopAndResume();
  await until(() => stage.terminal.isRaw);
  assertEquals([...stage.terminal.screen.modes], ["1049"]);
  await stage.quit();
  assertEquals(stage.terminal.isRestored, true);
});

Deno.test("runTopLive() says that the server is gone, and waits until it is back", async () => {
  await using stage = new Stage();
  const { port } = stage.fixture.endpoint;
  await stage.shows(/ann/);
  await stage.fixture.server.close("gone");
  await stage.pass(1_000);
  await stage.shows(/gone for 0s, trying again: /);
  assertEquals(stage.ids.length, 3);
  await stage.pass(700);
  await stage.shows(/connection refused/);
  stage.fixture = new ServerFixture({ port });
  stage.setClients([{ id: "dora", messagesIn: 5 }]);
  await stage.pass(1_300);
  await stage.shows(/connected again[^]*dora .* -\n/);
  await stage.pass(1_000);
  await stage.shows(/dora .* 0\n/);
  await stage.pass(5_000);
  await stage.shows(/every 1s/);
  await stage.quit();
  assertEquals(stage.terminal.isRestored, true);
});

Deno.test("runTopLive() says how long it has been gone without news of the server", async () => {
  await using stage = new Stage();
  await stage.shows(/ann/);
  await stage.fixture.server.close("gone");
  await stage.pass(1_000);
  await stage.shows(/gone for 0s/);
  await stage.pass(60_000);
  await stage.shows(/gone for 1m00s/);
  await stage.quit();
});

Deno.test("runTopLive() leaves the screen alone when there is no server", async () => {
  const fixture = new ServerFixture();
  await fixture.server.close("gone");
  const terminal = new FakeTerminal();
  const options = { model: modelOptions(), io: terminal.io, terminal, clock: new FakeTopClock() };
  const link = fixture.endpoint;
  await assertRejects(() => runTopLive({ ...options, link }), ControlClientError);
  assertEquals(terminal.writes, 0);
});

Deno.test("runTopLive() ends when the terminal is gone", async () => {
  await using stage = new Stage();
  await stage.shows(/ann/);
  stage.terminal.isClosed = true;
  await stage.pass(1_000);
  await assertRejects(() => stage.running, OutputClosedError);
  assertEquals(stage.terminal.isRaw, false);
});
