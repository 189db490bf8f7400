/**
 * Measures what a NATS server spends on a stream the more relays read it: many more than a machine has
 * room for, since those who read do nothing else.
 *
 *     deno run -A scripts/bench/cluster/stream_readers.ts [MESSAGES_PER_SECOND] [SECONDS]
 */
import { jetstreamManager, StorageType } from "@nats-io/jetstream";
import { connect, createInbox, headers, type NatsConnection } from "@nats-io/transport-node";
import { StreamFeed } from "../../../src/cluster/stream_feed.ts";
import { NatsProcess } from "../../nats_process.ts";
import { Pacer } from "../load/pacer.ts";
import { pause } from "../load/pause.ts";
import { processUsage } from "../process_usage.ts";

const READERS = [0, 1, 3, 10, 30];

/** What a message of 256 bytes is when it is sealed. */
const BODY_BYTES = 616;

const STREAM = "said";
const WARM_UP_MS = 1_500;

/** Publishes into the stream at a fixed rate until disposed of. */
function publish(connection: NatsConnection, perSecond: number): Disposable & { sent: number } {
  const inbox = createInbox();
  connection.subscribe(`${inbox}.*`, { callback: () => undefined });
  const body = new Uint8Array(BODY_BYTES);
  const publisher = {
    sent: 0,
    [Symbol.dispose]: () => pacer.stop(),
  };
  const pacer = new Pacer(perSecond, () => {
    const marked = headers();
    marked.set("Nats-Msg-Id", crypto.randomUUID());
    connection.publish(STREAM, body, { reply: `${inbox}.${publisher.sent++}`, headers: marked });
  });
  return publisher;
}

/** Reads the stream as a relay does. */
function read(connection: NatsConnection, onMessage: () => void): void {
  const nothing = () => undefined;
  const feed = new StreamFeed({
    stream: STREAM,
    newest: 0n,
    now: () => performance.now(),
    listener: {
      onMessage,
      onAgain: nothing,
      onPassed: nothing,
      onDoubt: nothing,
      onBroken: () => {
        throw new Error("Cannot measure: a reader lost its place");
      },
    },
  });
  feed.attach(connection);
}

/** Microseconds of the server for each message, with so many readers. */
async function measure(readers: number, perSecond: number, seconds: number): Promise<string> {
  await using nats = await NatsProcess.start();
  await using stack = new AsyncDisposableStack();
  const join = async () => {
    const connection = await connect({ servers: nats.url });
    stack.defer(() => connection.close());
    return connection;
  };
  const sender = await join();
  const manager = await jetstreamManager(sender);
  await manager.streams.add({ name: STREAM, subjects: [STREAM], storage: StorageType.File });
  let taken = 0;
  for (let count = 0; count < readers; count++) read(await join(), () => taken++);
  using publisher = publish(sender, perSecond);
  await pause(WARM_UP_MS);
  const begin = { cpu: processUsage(nats.pid)?.cpuMicros, sent: publisher.sent, taken };
  await pause(seconds * 1000);
  const micros = (processUsage(nats.pid)?.cpuMicros ?? NaN) - (begin.cpu ?? NaN);
  const sent = publisher.sent - begin.sent;
  const share = readers === 0
    ? "-"
    : `${(100 * (taken - begin.taken) / readers / sent).toFixed(0)} %`;
  return [readers, (sent / seconds).toFixed(0), share, (micros / sent).toFixed(0)].join("\t");
}

const [perSecond = 200, seconds = 4] = Deno.args.map(Number);
console.log("readers\tmsg/s\tread\tNATS us/msg");
for (const readers of READERS) console.log(await measure(readers, perSecond, seconds));
Deno.exit(0);
