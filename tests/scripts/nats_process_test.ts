import { assertEquals, assertNotEquals } from "@std/assert";
import type { LineProcess } from "../../scripts/line_process.ts";
import { NatsProcess } from "../../scripts/nats_process.ts";
import { programTest } from "../support/test_with_program.ts";

programTest(
  "nats-server",
  "nats-server",
  "NatsProcess.start() listens on a free port",
  async () => {
    const started: LineProcess[] = [];
    await using one = await NatsProcess.start({ onStarted: (process) => started.push(process) });
    await using other = await NatsProcess.start();
    assertNotEquals(one.port, other.port);
    assertEquals(one.url, `nats://127.0.0.1:${one.port}`);
    assertEquals(started.map(({ pid }) => pid), [one.pid]);
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: one.port });
    const greeting = new Uint8Array(4);
    await connection.read(greeting);
    assertEquals(new TextDecoder().decode(greeting), "INFO");
  },
);
