import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { startRelay } from "../../../../scripts/hushcast_process.ts";
import { writeMessage } from "../../../../scripts/soak/fleet/soak_message.ts";
import { historyFindings } from "../../../../scripts/soak/relay/history_check.ts";
import { RelayClient } from "../../../../src/client/relay_client.ts";
import { temporaryDirectory } from "../../../support/temporary_directory.ts";

const SENDER = "ada";
const nameOf = (number: number) => ({ sender: SENDER, number });

Deno.test("historyFindings() tells what is missing, what is there twice, and what is not whole", async () => {
  await using directory = await temporaryDirectory();
  await using relay = await startRelay(join(directory.path, "state"));
  await using client = await RelayClient.connect({
    relay: relay.relay,
    interface: "127.0.0.1",
    name: SENDER,
    reliable: true,
  });
  const write = (number: number) => writeMessage({ ...nameOf(number), bodyBytes: 50 });
  const said = [write(1), write(2).with(-1, 0), write(3).subarray(0, -1), write(4), write(4)];
  await Promise.all(said.map((message) => client.send(message)));
  await client.flush();
  const numbers = [1, 2, 3, 4, 5];
  const [missing, doubled, damaged] = await historyFindings(relay.relay, numbers.map(nameOf));
  assertEquals([missing?.measured, missing?.note], [3, "of the last 5; ada 2,ada 3,ada 5"]);
  assertEquals([doubled?.measured, doubled?.note], [1, "of the last 5; ada 4"]);
  assertEquals([damaged?.measured, damaged?.note], [2, "of the last 5; ada 2 changed,ada 3 cut"]);
});
