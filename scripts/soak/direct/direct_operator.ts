import { pause } from "../../../src/cluster/pause.ts";

/** Time between two rounds, milliseconds. */
const EVERY_MS = 1_000;

/** Codes of errors that are no fault: the client is gone, or what waits for clients is full. */
const EXPECTED_CODES = ["NO_SUCH_CLIENT", "SEND_FAILED"] as const;

/** After so many the operator gives up. */
const MAX_TROUBLES = 10;

/** What an operator did, and what came of it. */
export interface OperatorTally {
  /** Replies that were good. */
  replies: number;
  /** Replies with a code that is no fault. */
  refusals: number;
  /** Replies with another code, the first of them. */
  readonly troubles: string[];
}

/**
 * An operator at the control port of a direct server: lists the clients, says something to one of
 * them and asks for the counters, again and again, and reads all replies.
 *
 * @param port Control port on 127.0.0.1.
 * @param signal Ends it.
 * @param everyMs Time between two rounds, milliseconds.
 */
export async function operateDirect(
  port: number,
  signal: AbortSignal,
  everyMs = EVERY_MS,
): Promise<OperatorTally> {
  const tally: OperatorTally = { replies: 0, refusals: 0, troubles: [] };
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const lines = linesOf(connection);
  await lines.next();
  const ask = (command: object) => askOnce(connection, lines, command, tally);
  await connection.write(new TextEncoder().encode("mode json\nlogs off\n"));
  for (let turn = 0; !signal.aborted && tally.troubles.length < MAX_TROUBLES; turn++) {
    const clients = await ask({ command: "list_clients" });
    const client = Array.isArray(clients) ? clients[turn % clients.length] : undefined;
    if (client !== undefined) {
      await ask({ command: "send", args: [String(client.id), `${turn} `.repeat(turn % 50 + 1)] });
    }
    await ask({ command: "get_stats" });
    await pause(everyMs, signal);
  }
  return tally;
}

/** Asks, passes over what is no reply to it, and gives the data of the reply. */
async function askOnce(
  connection: Deno.TcpConn,
  lines: AsyncGenerator<string, void>,
  command: object,
  tally: OperatorTally,
): Promise<unknown> {
  const id = tally.replies + tally.refusals + tally.troubles.length;
  const line = `${JSON.stringify({ id, ...command })}\n`;
  // Into a connection that was closed: the next read says so.
  await connection.write(new TextEncoder().encode(line)).catch(() => 0);
  for (;;) {
    const { value, done } = await lines.next();
    if (done) {
      tally.troubles.push("the server closed the control connection");
      return undefined;
    }
    if (!value.startsWith("{")) continue;
    const reply = JSON.parse(value);
    if (reply.type !== "reply" || reply.id !== id) continue;
    if (reply.ok === true) tally.replies++;
    else if (EXPECTED_CODES.includes(reply.error?.code)) tally.refusals++;
    else tally.troubles.push(value);
    return reply.data;
  }
}

async function* linesOf(connection: Deno.TcpConn): AsyncGenerator<string, void> {
  let rest = "";
  for await (const text of connection.readable.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
}
