import { assert, assertEquals, assertMatch } from "@std/assert";
import { HushcastProcess, startRelay } from "../../scripts/hushcast_process.ts";
import { routeTo, runHushcast, startClient } from "../support/relay_clients.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const encoder = new TextEncoder();

/** A control connection as `nc` would make it. */
class RawControl implements Disposable {
  readonly #conn: Deno.TcpConn;
  #text = "";

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  static async connect(port: number): Promise<RawControl> {
    return new RawControl(await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  async write(text: string): Promise<void> {
    await this.#conn.write(encoder.encode(text));
  }

  /** Reads until what came matches. */
  async until(pattern: RegExp): Promise<string> {
    const buffer = new Uint8Array(65_536);
    const decoder = new TextDecoder();
    while (!pattern.test(this.#text)) {
      const count = await this.#conn.read(buffer);
      if (count === null) throw new Error(`connection ended without ${pattern}: ${this.#text}`);
      this.#text += decoder.decode(buffer.subarray(0, count), { stream: true });
    }
    return this.#text;
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }
}

Deno.test("nc works as a control client", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path);
  await using _ann = await startClient(relay, "listen", "ann", state.path);
  using control = await RawControl.connect(relay.controlPort);
  await control.write("list_clients\r\nget_client ann\nkick_client nobody\n");
  const text = await control.until(/^ERR .*\n/m);
  assertMatch(text, /^# hushcast control 1\n/);
  assertMatch(text, /^= ann 127\.0\.0\.1:\d+ session=[0-9a-f]{16} /m);
  assertMatch(text, /^OK$/m);
});

Deno.test("two watchers: one reads all, the other nothing, and the relay goes on", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path, ["--client-timeout", "60"]);
  using _sleeper = await RawControl.connect(relay.controlPort);
  using reader = await RawControl.connect(relay.controlPort);
  await reader.until(/control 1/);
  await using ann = await startClient(relay, "chat", "ann", state.path);
  await using bob = await startClient(relay, "listen", "bob", state.path);
  for (let round = 0; round < 20; round++) await ann.type(`round ${round}`);
  await bob.line(/round 19/);
  await reader.until(/client registered id=bob/);
  assert(relay.process.stdout.length === 1);
});

Deno.test("hushcast control runs a command and exits by its success", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path);
  await using ann = await startClient(relay, "listen", "ann", state.path, [
    ...routeTo(relay, "unicast"),
    "--json",
  ]);
  const control = (...args: string[]) =>
    runHushcast(["control", "--port", `${relay.controlPort}`, ...args]);
  const stats = await control("--json", "get_stats");
  assertEquals(stats.code, 0);
  assertEquals(JSON.parse(stats.stdout.join("\n")).data.clients, 1);
  assertEquals((await control("kick_client", "nobody")).code, 1);
  assertEquals((await control("broadcast", "tea is ready")).code, 0);
  await ann.line(/tea is ready/);
  assertEquals((await control("rotate_keys")).code, 0);
  assertEquals((await control("kick_client", "ann", "maintenance")).code, 0);
  assertEquals(await ann.ended(), 3);
  assertMatch(ann.stderr.join("\n"), /maintenance/);
});

Deno.test("a control port with a token wants it first", async () => {
  await using state = await temporaryDirectory();
  const tokenFile = `${state.path}/token`;
  await Deno.writeTextFile(tokenFile, "correct horse battery staple\n");
  await using relay = await startRelay(state.path, ["--control-token-file", tokenFile]);
  const port = `${relay.controlPort}`;
  assertEquals((await runHushcast(["control", "--port", port, "get_stats"])).code, 3);
  const authorised = ["control", "--port", port, "--token-file", tokenFile];
  assertEquals((await runHushcast([...authorised, "get_stats"])).code, 0);
  assert(!relay.process.stderr.join("\n").includes("battery"));
});

Deno.test("hushcast control says with exit code 3 that nobody answers", async () => {
  await using gone = new HushcastProcess(["control", "--port", "1", "get_stats"]);
  assertEquals(await gone.ended(), 3);
  assertEquals(gone.stderr.length, 1);
});
