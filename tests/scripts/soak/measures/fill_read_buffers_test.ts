import { assert, assertEquals } from "@std/assert";
import { watchedMemory } from "../../../../scripts/soak/watched_memory.ts";
import { LineProcess } from "../../../../scripts/line_process.ts";
import { temporaryDirectory } from "../../../support/temporary_directory.ts";

const OWN_MEMORY = new URL("../../../../scripts/soak/measures/own_memory.ts", import.meta.url);

/** Says by how many bytes a burst of 24 MiB raised for good what is in use. */
const BURST = `
import { connect } from "node:net";
import { ownMemory } from ${JSON.stringify(OWN_MEMORY.href)};
const memory = ownMemory();
async function burst() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const socket = connect(listener.addr.port, "127.0.0.1");
  const peer = await listener.accept();
  const bytes = new Uint8Array(24 * 1024 ** 2);
  const writing = (async () => {
    for (let at = 0; at < bytes.length;) at += await peer.write(bytes.subarray(at));
    peer.close();
  })();
  const held = [];
  for await (const chunk of socket) held.push(chunk);
  await writing;
  listener.close();
}
async function inUse() {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    memory.returnUnused();
  }
  return memory.bytesInUse();
}
const before = await inUse();
await burst();
console.log(await inUse() - before);
`;

/** @param usesNodeSockets Whether the process is told to be one that speaks over them. */
async function raisedBy(usesNodeSockets: boolean): Promise<number> {
  await using directory = await temporaryDirectory();
  const program = `${directory.path}/burst.ts`;
  await Deno.writeTextFile(program, BURST);
  const { runtimeFlags } = watchedMemory(directory, { usesNodeSockets });
  const allowed = ["--allow-net", "--allow-read", "--allow-write", "--allow-env"];
  const args = ["run", "--no-config", "--no-check", ...allowed, ...runtimeFlags, program];
  await using process = new LineProcess(Deno.execPath(), args);
  assertEquals(await process.ended(), 0, process.stderr.join("\n"));
  return Number(process.stdout[0]);
}

Deno.test({
  name: "fill_read_buffers.ts takes all buffers that the runtime would come to keep",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const [alone, filled] = await Promise.all([raisedBy(false), raisedBy(true)]);
    assert(alone > 7e6, `a burst raised what is in use by ${alone} bytes`);
    assert(Math.abs(filled) < 1e6, `when they were taken before, by ${filled} bytes`);
  },
});
