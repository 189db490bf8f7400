import { assertEquals } from "@std/assert";
import { HushcastProcess, startRelay } from "../../scripts/hushcast_process.ts";
import { lossyNamespace, whyNoNamespaces } from "../support/lossy_namespace.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const LOSS = 0.05;
const MESSAGE_BYTES = 200_000;

const reason = await whyNoNamespaces();
if (reason !== undefined) console.warn(`Ignored: test on a lossy link: ${reason}`);

Deno.test({
  name: `a long message arrives whole on a link that loses ${100 * LOSS}% of all datagrams` +
    (reason === undefined ? "" : " (needs root, iproute2 and iptables)"),
  ignore: reason !== undefined,
  async fn() {
    await using state = await temporaryDirectory();
    await using namespace = await lossyNamespace(LOSS);
    await using relay = await startRelay(state.path, [], namespace);
    const way = ["--relay", relay.relay, "--state", state.path];
    await using log = new HushcastProcess(["listen", ...way, "--json", "--name", "log"], namespace);
    await relay.process.errorLine(/client registered id=log /);
    const text = "0123456789".repeat(MESSAGE_BYTES / 10);
    const file = `${state.path}/message.txt`;
    await Deno.writeTextFile(file, text);
    await using send = new HushcastProcess(["send", ...way, "--file", file], namespace);
    const { input } = await log.line(/"type":"message"/);
    assertEquals(JSON.parse(input).text, text);
    assertEquals(await send.ended(), 0);
  },
});
