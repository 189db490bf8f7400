/**
 * Loaded ahead of a program that speaks over `node:net`, and whose memory is measured.
 *
 * The runtime reads such sockets into buffers of 64 KiB. Each thread keeps those that it lets go of,
 * up to 8 MiB, for what is read next and for good. A relay of a cluster comes to that in an hour or so
 * of bursts, which until then looks like a leak. So they are all taken at the start; and only one
 * thread does so, if the engine is told `--no-concurrent-array-buffer-sweeping`.
 *
 * @module
 */
import { connect } from "node:net";

/** More than the runtime keeps. */
const BYTES = 24 * 1024 ** 2;

/** Reads as much as that from itself, and lets go of it all at the end. */
async function readMuch(): Promise<void> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const socket = connect(listener.addr.port, "127.0.0.1");
  const written = writeToOne(listener);
  // All are held at once: a buffer that is no longer used is used again for what comes next.
  const held: Uint8Array[] = [];
  for await (const chunk of socket) held.push(chunk);
  await written;
}

async function writeToOne(listener: Deno.Listener): Promise<void> {
  using peer = await listener.accept();
  const zeros = new Uint8Array(BYTES);
  for (let at = 0; at < BYTES;) at += await peer.write(zeros.subarray(at));
  await peer.closeWrite();
}

await readMuch();
