import { assertEquals } from "@std/assert";
import { HushcastProcess, type RunningRelay, startRelay } from "../../scripts/hushcast_process.ts";
import {
  type LossyNamespace,
  lossyNamespace,
  whyNoNamespaces,
} from "../support/lossy_namespace.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const LOSS = 0.2;
const LINES = 150;
const LONG_BYTES = 100_000;

const reason = await whyNoNamespaces();
if (reason !== undefined) console.warn(`Ignored: tests on a lossy link: ${reason}`);

function lossyTest(name: string, fn: (namespace: LossyNamespace) => Promise<void>): void {
  Deno.test({
    name: reason === undefined ? name : `${name} (needs root, iproute2 and iptables)`,
    ignore: reason !== undefined,
    async fn() {
      await using namespace = await lossyNamespace(LOSS);
      await fn(namespace);
    },
  });
}

/** A reliable client in the namespace; a slow admission must not end it. */
function reliable(
  relay: RunningRelay,
  state: string,
  args: readonly string[],
  namespace: LossyNamespace,
): HushcastProcess {
  const way = ["--relay", relay.relay, "--state", state, "--timeout", "30", "--reliable"];
  // That the relay has taken it in is not enough: the client must have heard of it.
  return new HushcastProcess([...args, ...way, "--log-level", "info"], namespace);
}

const linesOf = (name: string) => Array.from({ length: LINES }, (_, index) => `${name} ${index}`);

/** What a listener printed of messages: `sender text`, numbered as the relay did. */
function messagesOf(process: HushcastProcess): { sequence: number; text: string }[] {
  return process.stdout.map((line) => JSON.parse(line)).filter(({ type }) => type === "message");
}

for (const delivery of ["off", "unicast", "multicast"]) {
  lossyTest(
    `reliable messages arrive once and in one order at 20% loss each way, group delivery ${delivery}`,
    async (namespace) => {
      await using state = await temporaryDirectory();
      await using relay = await startRelay(state.path, ["--group-delivery", delivery], namespace);
      const count = String(2 * LINES);
      // The second one takes messages one by one, whatever the relay offers.
      const flagsOf = (name: string) =>
        delivery !== "off" && name === "first" ? ["--group-delivery"] : [];
      const listen = (name: string) =>
        reliable(
          relay,
          state.path,
          ["listen", "--json", "--name", name, "--count", count, ...flagsOf(name)],
          namespace,
        );
      await using first = listen("first");
      await using second = listen("second");
      for (const listener of [first, second]) await listener.errorLine(/registered relay=/);
      await using ada = reliable(relay, state.path, ["send", "--name", "ada"], namespace);
      await using ben = reliable(relay, state.path, ["send", "--name", "ben"], namespace);
      for (const [process, name] of [[ada, "ada"], [ben, "ben"]] as const) {
        for (const line of linesOf(name)) await process.type(line);
        await process.endInput();
      }
      assertEquals([await first.ended(), await second.ended()], [0, 0], first.stderr.join("\n"));
      assertEquals([await ada.ended(), await ben.ended()], [0, 0], ada.stderr.join("\n"));
      const heard = messagesOf(first);
      assertEquals(messagesOf(second), heard);
      for (const name of ["ada", "ben"]) {
        const texts = heard.map(({ text }) => text).filter((text) => text.startsWith(name));
        assertEquals(texts, linesOf(name));
      }
      assertEquals(heard.map(({ sequence }) => sequence), heard.map((_, index) => index + 1));
    },
  );
}

lossyTest("a long reliable message arrives whole at 20% loss each way", async (namespace) => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path, [], namespace);
  await using log = reliable(
    relay,
    state.path,
    ["listen", "--json", "--name", "log", "--count", "1"],
    namespace,
  );
  await log.errorLine(/registered relay=/);
  const text = "0123456789".repeat(LONG_BYTES / 10);
  const file = `${state.path}/message.txt`;
  await Deno.writeTextFile(file, text);
  await using send = reliable(relay, state.path, ["send", "--file", file], namespace);
  assertEquals(await log.ended(), 0, log.stderr.join("\n"));
  assertEquals(messagesOf(log).map(({ text }) => text), [text]);
  assertEquals(await send.ended(), 0, send.stderr.join("\n"));
});
