import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  HushcastProcess,
  type RunningRelay,
  startDirect,
  startRelay,
} from "../../scripts/hushcast_process.ts";
import { RelayClient } from "../../src/client/mod.ts";
import { directControl, messagesOf } from "../support/direct_processes.ts";
import { runHushcastWith } from "../support/e2e_relay_control.ts";
import { historyFileIn } from "../support/e2e_history.ts";
import { dashboardOf, historySigns, readinessOf } from "../support/e2e_cluster_signs.ts";
import { clockTest, type SettableClock, settableClock } from "../support/fault_clock.ts";
import { startClient } from "../support/relay_clients.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { waitFor } from "../support/wait_for.ts";

const HOUR = 3_600;

/** Texts as they come to a client, and what else it is told. */
function listen(client: RelayClient): { readonly texts: string[]; readonly told: string[] } {
  const [texts, told]: [string[], string[]] = [[], []];
  void (async () => {
    for await (const event of client.events()) {
      if (event.type === "message") texts.push(new TextDecoder().decode(event.payload));
      else told.push(event.type === "reconnecting" ? `reconnecting: ${event.reason}` : event.type);
    }
  })();
  return { texts, told };
}

async function startClocked(
  state: string,
  clock: SettableClock,
  args: readonly string[] = [],
): Promise<RunningRelay> {
  const history = ["--history", `sqlite:${historyFileIn(state)}`, "--history-age", "30m"];
  return await startRelay(state, ["--http", "127.0.0.1:0", ...history, ...args], {
    environment: clock.environment,
  });
}

for (const aheadSeconds of [HOUR, -HOUR]) {
  clockTest(
    `a relay whose clock is set by ${aheadSeconds} s and back goes on with all its clients`,
    async () => {
      await using state = await temporaryDirectory();
      await using clock = await settableClock();
      await using relay = await startClocked(state.path, clock);
      const options = { relay: relay.relay, reliable: true };
      await using ada = await RelayClient.connect({ ...options, name: "ada" });
      await using ben = await RelayClient.connect({ ...options, name: "ben" });
      const heard = listen(ben);
      await waitFor(() => heard.told.includes("registered"));
      heard.told.length = 0;
      await ada.send("before");
      await ada.flush();
      await clock.set(aheadSeconds);
      await ada.send("meanwhile");
      const flushed = ada.flush();
      await relay.process.errorLine(
        new RegExp(`clock was set by_s=${aheadSeconds < 0 ? "-" : ""}3(600|599|601)`),
      );
      assertEquals((await readinessOf({ http: await dashboardOf(relay) })).status, 200);
      const { history } = await historySigns(relay);
      assertEquals(history.messages, 1);
      await clock.set(0);
      await flushed;
      await waitFor(() => heard.texts.length === 2);
      assertEquals(heard.texts, ["before", "meanwhile"]);
      assertEquals(heard.told.filter((type) => type !== "joined"), []);
      await using late = await RelayClient.connect({ ...options, replay: { messages: 10 } });
      const past = listen(late);
      await waitFor(() => past.texts.length === 2);
      assertEquals(relay.process.stderr.filter((line) => /client removed|ERROR/.test(line)), []);
    },
  );
}

/** A client is told that its relay's clock is wrong, and comes back by itself. */
async function clientOfWrongRelay(): Promise<void> {
  await using state = await temporaryDirectory();
  await using clock = await settableClock();
  await using relay = await startClocked(state.path, clock, ["--client-timeout", "3"]);
  await using ada = await startClient(relay, "listen", "ada", state.path);
  await clock.set(HOUR);
  await ada.errorLine(/the relay no longer answers, reconnecting/);
  const skew = "by its date the client's clock is 36\\d\\d s behind the relay's";
  await ada.errorLine(new RegExp(`registration refused .*${skew}`));
  await relay.process.errorLine(new RegExp(`registration rejected .*${skew}`));
  await clock.set(0);
  await ada.errorLine(/back at relay/);
}

clockTest(
  "a relay that began with a clock of the day before lets clients in once it is right",
  async () => {
    await using state = await temporaryDirectory();
    await using clock = await settableClock();
    await clock.set(-30 * HOUR);
    await using relay = await startRelay(state.path, [], { environment: clock.environment });
    await clock.set(0);
    // What it has signed is out of date by now, and it has to notice.
    await using _ada = await RelayClient.connect({ relay: relay.relay, name: "ada" });
    await relay.process.errorLine(/clock was set by_s=(108000|107999|108001)$/);
  },
);

/** A client with a wrong clock ends with 3, and says how wrong it is. */
async function wrongClient(): Promise<void> {
  await using state = await temporaryDirectory();
  await using clock = await settableClock();
  await using relay = await startRelay(state.path);
  await clock.set(-HOUR);
  const way = ["--relay", relay.relay, "--state", state.path, "--timeout", "30"];
  const { code, stderr } = await runHushcastWith(["send", ...way, "hello"], clock);
  assertEquals(code, 3);
  assertMatch(stderr.join("\n"), /client's clock is 36\d\d s behind the relay's/);
}

/** A client and a relay whose clocks are set together notice nothing. */
async function clocksSetTogether(): Promise<void> {
  await using state = await temporaryDirectory();
  await using clock = await settableClock();
  await using relay = await startClocked(state.path, clock);
  const way = ["--relay", relay.relay, "--state", state.path, "--reliable"];
  const options = { environment: clock.environment };
  await using ben = new HushcastProcess(["listen", "--name", "ben", ...way], options);
  await relay.process.errorLine(/client registered id=ben/);
  await using ada = new HushcastProcess(["send", "--name", "ada", ...way], options);
  for (const [index, aheadSeconds] of [0, HOUR, 0, -HOUR, 0].entries()) {
    await clock.set(aheadSeconds);
    await ada.type(`line ${index}`);
    await ben.line(new RegExp(`^ada\tline ${index}$`));
  }
  await ada.endInput();
  assertEquals(await ada.ended(), 0);
  assertEquals(ben.stdout.length, 5);
  assertEquals(ben.stderr.filter((line) => /reconnecting|lost/.test(line)), []);
  const times = relay.process.stderr.map((line) => line.slice(0, 24));
  assert(times.every((time) => !Number.isNaN(Date.parse(time))), times.join("\n"));
}

/** A direct server whose clock was wrong for a while takes messages again. */
async function wrongDirectServer(): Promise<void> {
  await using state = await temporaryDirectory();
  await using clock = await settableClock();
  await using server = await startDirect(["--json", "--state", state.path], {
    environment: clock.environment,
  });
  const send = async (text: string, timeout: string) => {
    const way = ["--server", server.server, "--timeout", timeout];
    return (await runHushcastWith(["direct-send", ...way, text], {})).code;
  };
  assertEquals(await send("before", "10"), 0);
  await clock.set(HOUR);
  assertEquals(await send("meanwhile", "1"), 3);
  await clock.set(0);
  assertEquals(await send("after", "10"), 0);
  await server.process.line(/after/);
  assertEquals(messagesOf(server).map(({ text }) => text), ["before", "after"]);
  assertMatch(JSON.stringify(await directControl(server, "get_stats")), /"stale":[1-9]/);
}

clockTest(
  "clients and servers with wrong clocks say so, and go on once they are right",
  async () => {
    // Side by side: most of it is waiting.
    const all = [clientOfWrongRelay(), wrongClient(), clocksSetTogether(), wrongDirectServer()];
    for (const result of await Promise.allSettled(all)) {
      if (result.status === "rejected") throw result.reason;
    }
  },
);
