import { assert, assertEquals } from "@std/assert";
import type { RunningRelay } from "../../scripts/hushcast_process.ts";
import {
  assertOneTalk,
  finish,
  heardBy,
  numbered,
  startAll,
  startListener,
  startSender,
  typeAll,
} from "../support/e2e_cluster_clients.ts";
import { historySigns } from "../support/e2e_cluster_signs.ts";
import { startKeeper } from "../support/e2e_history.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

/** Ends a relay without warning, and starts it again at the same port. */
async function crash(relay: RunningRelay, state: string): Promise<RunningRelay> {
  relay.process.kill("SIGKILL");
  await relay.process.ended();
  return await startKeeper(state, ["--port", `${relay.port}`]);
}

/** That nobody was told that numbers begin anew, or that something is lost. */
function assertNoLoss({ stderr }: { readonly stderr: readonly string[] }): void {
  const complaints = stderr.filter((line) => /counts afresh|lost: the relay|not acknow/.test(line));
  assertEquals(complaints, []);
}

Deno.test("history sqlite: a relay that is killed again and again loses nothing", async () => {
  await using state = await temporaryDirectory();
  const { path } = state;
  await using stack = new AsyncDisposableStack();
  let relay = stack.use(await startKeeper(path));
  const way = ["--relay", relay.relay];
  const [first, second, ada, ben] = await startAll(stack, [
    startListener({ name: "first", way, path }),
    startListener({ name: "second", way, path }),
    startSender({ name: "ada", way, path }),
    startSender({ name: "ben", way, path }),
  ]);
  for (const from of [0, 400]) {
    await typeAll(ada, numbered("ada", from, from + 400));
    await typeAll(ben, numbered("ben", from, from + 400));
    // In the midst of it: the rest is on its way, or waits for its turn.
    await first.line(new RegExp(`"ada ${from + 100}"`));
    relay = stack.use(await crash(relay, path));
    for (const name of ["first", "second", "ada", "ben"]) {
      await relay.process.errorLine(new RegExp(`client registered id=${name} `));
    }
  }
  await finish(ada, ben);
  const last = stack.use(await startSender({ name: "last", way, path }));
  await last.type("the end");
  await finish(last);
  for (const listener of [first, second]) {
    await listener.line(/"the end"/);
    assertNoLoss(listener);
  }
  assertOneTalk([first, second], {
    ada: numbered("ada", 0, 800),
    ben: numbered("ben", 0, 800),
    last: ["the end"],
  });
  const { history } = await historySigns(relay);
  assertEquals([history.messages, history.newest, history.is_troubled], [1_601, 1_601, 0]);
});

Deno.test("history sqlite: a listener that was away meanwhile misses nothing", async () => {
  await using state = await temporaryDirectory();
  const { path } = state;
  await using former = await startKeeper(path);
  const way = ["--relay", former.relay];
  await using away = await startListener({ name: "away", way, path });
  await using ada = await startSender({ name: "ada", way, path });
  await typeAll(ada, numbered("ada", 0, 200));
  await away.line(/"ada 199"/);
  away.kill("SIGSTOP");
  await typeAll(ada, numbered("ada", 200, 400));
  await using log = await startListener({ name: "log", way, path, args: ["--replay", "400"] });
  await log.line(/"ada 399"/);
  await using relay = await crash(former, path);
  await relay.process.errorLine(/client registered id=ada /);
  await typeAll(ada, numbered("ada", 400, 600));
  await finish(ada);
  away.kill("SIGCONT");
  for (const listener of [away, log]) {
    await listener.line(/"ada 599"/);
    assertOneTalk([listener], { ada: numbered("ada", 0, 600) });
    assertNoLoss(listener);
  }
  // Somebody new, of whom no relay has ever heard.
  const args = ["--replay", "1000", "--count", "600"];
  await using late = await startListener({ name: "late", way, path, args });
  assertEquals(await late.ended(), 0);
  assertEquals(heardBy(late), heardBy(away));
});

Deno.test("history sqlite: what is said stands nowhere in the clear", async () => {
  await using state = await temporaryDirectory();
  const { path } = state;
  await using relay = await startKeeper(path);
  await using ada = await startSender({ name: "ada", way: ["--relay", relay.relay], path });
  await ada.type("the vault is open");
  await finish(ada);
  const decoder = new TextDecoder("latin1");
  const names = [...Deno.readDirSync(path)].filter(({ isFile }) => isFile).map(({ name }) => name);
  assert(names.includes("history.db"));
  for (const name of names) {
    const content = decoder.decode(await Deno.readFile(`${path}/${name}`));
    assert(!content.includes("the vault"), name);
  }
  for (const name of ["history.db", "history.key"]) {
    assertEquals(((await Deno.stat(`${path}/${name}`)).mode ?? 0) & 0o777, 0o600, name);
  }
});
