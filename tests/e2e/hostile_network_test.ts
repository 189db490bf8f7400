import { assertEquals, assertGreater } from "@std/assert";
import { type RunningRelay, startRelay } from "../../scripts/hushcast_process.ts";
import { routeTo, runHushcast, startClient } from "../support/relay_clients.ts";
import { SeededRandom } from "../support/seeded_random.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const MAX_DATAGRAM_BYTES = 65_507;

async function statistics(relay: RunningRelay): Promise<Record<string, unknown>> {
  const { stdout } = await runHushcast(
    ["control", "--port", `${relay.controlPort}`, "--json", "get_stats"],
  );
  return JSON.parse(stdout.join("\n")).data;
}

/** Datagrams that a stranger might send, to be dropped or answered in a word. */
function* junk(random: SeededRandom, count: number): Generator<Uint8Array> {
  for (let index = 0; index < count; index++) {
    const bytes = random.bytes(random.below(1_400));
    const view = new DataView(bytes.buffer);
    // Half of them begin like a TLV of a known type with a length that may be true or a lie.
    if (index % 2 === 0 && bytes.byteLength >= 4) {
      view.setUint16(0, 1 + random.below(9));
      view.setUint16(2, random.below(bytes.byteLength));
    }
    yield bytes;
  }
  yield random.bytes(MAX_DATAGRAM_BYTES);
  const block = new Uint8Array(260);
  block.set([0, 3, 1, 0]);
  yield block;
}

Deno.test("junk on UDP and TCP is counted, and no client notices", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path);
  await using bob = await startClient(relay, "listen", "bob", state.path);
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const halfOpen = await Promise.all(
    Array.from({ length: 20 }, () => Deno.connect({ port: relay.controlPort })),
  );
  try {
    const to = { transport: "udp", hostname: "127.0.0.1", port: relay.port } as const;
    for (const bytes of junk(new SeededRandom(1), 2_000)) await socket.send(bytes, to);
    const longLine = await Deno.connect({ port: relay.controlPort });
    const written = longLine.write(new Uint8Array(10 * 1024 * 1024).fill(0x61));
    await written.catch(() => undefined); // The relay closes the connection in the midst of it.
    longLine.close();
    const way = routeTo(relay, "unicast");
    const sent = await runHushcast(["send", "still here", ...way, "--state", state.path]);
    assertEquals(sent.code, 0, sent.stderr.join("\n"));
    await bob.line(/still here/);
    const { drops } = await statistics(relay) as { drops: Record<string, number> };
    assertGreater(drops.malformed ?? 0, 0);
    assertGreater(drops.unknown_session ?? 0, 0);
    assertGreater(drops.rejected ?? 0, 0);
    assertEquals(drops.internal_error, 0);
  } finally {
    for (const conn of halfOpen) conn.close();
    socket.close();
  }
});
