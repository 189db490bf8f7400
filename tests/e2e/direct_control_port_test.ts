import { assertEquals, assertMatch } from "@std/assert";
import { HushcastProcess } from "../../scripts/hushcast_process.ts";
import { DirectClient } from "../../src/client/direct/direct_client.ts";
import { ControlClient } from "../../src/control/control_client.ts";

const LOCAL = ["--bind", "127.0.0.1", "--port", "0", "--rsa-bits", "2048"];
const READY = /^hushcast direct ready udp=(127\.0\.0\.1:\d+) key=(SHA256:\S+)$/;
const STARTED = /direct server started udp=\S+ control=127\.0\.0\.1:(\d+) key=(SHA256:\S+)$/;

/** Starts a direct server, and waits until both its ports are known. */
async function startDirect(...flags: string[]) {
  const process = new HushcastProcess(["direct", ...LOCAL, ...flags]);
  try {
    const [, server = "", key = ""] = await process.line(READY);
    const [, controlPort = "", loggedKey] = await process.errorLine(STARTED);
    assertEquals(key, loggedKey);
    const control = { hostname: "127.0.0.1", port: Number(controlPort) };
    return {
      process,
      server,
      control,
      [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
    };
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
}

Deno.test("direct: the control port sends to clients, forgets them, and ends the server", async () => {
  await using direct = await startDirect("--control-port", "0", "--json");
  await using client = await DirectClient.connect({ server: direct.server });
  await client.send("hello");
  await using control = await ControlClient.connect({ ...direct.control, streams: true });
  const sent = await control.run("send", [client.fingerprint, "tea", "is ready"]);
  const heard = await client.messages().next();
  assertEquals(new TextDecoder().decode(heard.value ?? new Uint8Array()), "tea is ready");
  const kicked = await control.run("kick_client", [client.fingerprint, "noisy"]);
  const gone = await control.run("send", [client.fingerprint, "tea is cold"]);
  await control.run("exit");
  assertEquals(await direct.process.ended(), 0);
  const [, joined, message, left] = direct.process.stdout.map((line, index) =>
    index === 0 ? {} : JSON.parse(line)
  );
  assertEquals([joined.type, message.text, left.type], ["joined", "hello", "left"]);
  assertEquals([left.id, left.key, left.reason], [joined.id, client.fingerprint, "kicked"]);
  assertEquals(sent.ok && sent.lines, [`sent to ${message.sender}`]);
  assertEquals([kicked.ok, !gone.ok && gone.code], [true, "NO_SUCH_CLIENT"]);
  const events = (await Array.fromAsync(control.stream())).filter(({ type }) => type === "event");
  assertEquals(events.map(({ event, reason }) => [event, reason]), [
    ["left", "kicked"],
    ["shutdown", "direct server is shutting down"],
  ]);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`direct: ${signal} ends it cleanly`, async () => {
    await using direct = await startDirect("--control-port", "0");
    direct.process.kill(signal);
    assertEquals(await direct.process.ended(), 0);
    assertMatch(direct.process.stderr.at(-1) ?? "", /INFO +direct server stopped$/);
    assertEquals(direct.process.stdout.length, 1);
  });
}
