import { assert, assertEquals } from "@std/assert";
import { operateDirect } from "../../../../scripts/soak/direct/direct_operator.ts";

/** A control port that greets, answers each command as it is told to, and closes after some. */
function controlPort(answer: (command: string) => object, commands = Infinity): Deno.TcpListener {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  (async () => {
    using connection = await listener.accept();
    const say = (text: string) => connection.write(new TextEncoder().encode(`${text}\n`));
    await say("# hushcast control 1");
    let left = commands;
    const lines = connection.readable.pipeThrough(new TextDecoderStream());
    for await (const line of lines.values({ preventCancel: true })) {
      for (const text of line.split("\n").filter((each) => each.startsWith("{"))) {
        const { id, command } = JSON.parse(text);
        await say('{"type":"event","event":"joined"}');
        await say(JSON.stringify({ type: "reply", id, command, ...answer(command) }));
        if (--left === 0) return;
      }
    }
  })().catch(() => undefined);
  return listener;
}

Deno.test("operateDirect() asks for clients, talks to one, asks for counters, and counts replies", async () => {
  const asked: string[] = [];
  const stop = new AbortController();
  using listener = controlPort((command) => {
    asked.push(command);
    if (command === "get_stats") stop.abort();
    if (command === "send") return { ok: false, error: { code: "NO_SUCH_CLIENT", text: "gone" } };
    return { ok: true, lines: [], data: command === "list_clients" ? [{ id: "1.2.3.4:5" }] : {} };
  });
  const tally = await operateDirect(listener.addr.port, stop.signal, 1);
  assertEquals(asked, ["list_clients", "send", "get_stats"]);
  assertEquals(tally, { replies: 2, refusals: 1, troubles: [] });
});

const never = new AbortController().signal;

Deno.test("operateDirect() tells of errors that are faults, and of a connection that is closed", async () => {
  using listener = controlPort(() => ({ ok: false, error: { code: "INTERNAL", text: "" } }), 2);
  const { troubles } = await operateDirect(listener.addr.port, never, 1);
  assert(troubles[0]?.includes("INTERNAL") && troubles[1]?.includes("INTERNAL"));
  assertEquals(troubles.at(-1), "the server closed the control connection");
});
