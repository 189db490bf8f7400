import { assertEquals } from "@std/assert";
import { EventOutlet } from "../../src/client/event_outlet.ts";
import type { RelayClientEvent } from "../../src/client/relay_client_event.ts";

/** An outlet, and what it asked for. */
function outlet(maxEvents: number, canPause: boolean) {
  const asked: string[] = [];
  const events = new EventOutlet({
    maxEvents,
    canPause,
    pause: () => asked.push("pause"),
    resume: () => asked.push("resume"),
  });
  return { asked, events };
}

function message(text: string): RelayClientEvent {
  const payload = new TextEncoder().encode(text);
  return { type: "message", sender: "ben", payload, relaySequence: undefined };
}

async function readSome(events: EventOutlet, count: number): Promise<string[]> {
  const reader = events.read();
  const types: string[] = [];
  for (let index = 0; index < count; index++) {
    types.push((await reader.next()).value?.type ?? "end");
  }
  await reader.return();
  return types;
}

Deno.test("EventOutlet drops the oldest event past its bound when it can't pause", async () => {
  const { asked, events } = outlet(2, false);
  for (const text of ["a", "b", "c"]) events.push(message(text));
  assertEquals(await readSome(events, 3), ["overflow", "message", "message"]);
  assertEquals(asked, []);
});

Deno.test("EventOutlet pauses at its bound, and resumes when half of it has been read", async () => {
  const { asked, events } = outlet(10, true);
  for (let index = 0; index < 9; index++) events.push(message("a"));
  assertEquals(asked, []);
  events.push(message("a"));
  assertEquals(asked, ["pause"]);
  for (let index = 0; index < 20; index++) events.push(message("on its way"));
  assertEquals(asked, ["pause"]);
  assertEquals((await readSome(events, 25)).includes("overflow"), false);
  assertEquals(asked, ["pause"]);
  await readSome(events, 1);
  assertEquals(asked, ["pause", "resume"]);
});

Deno.test("EventOutlet pauses for bytes as well", () => {
  const { asked, events } = outlet(10, true);
  const payload = new Uint8Array(64 * 1024 * 1024);
  events.push({ type: "message", sender: "ben", payload, relaySequence: undefined });
  assertEquals(asked, ["pause"]);
});

Deno.test("EventOutlet drops news before messages, and says how many", async () => {
  const { events } = outlet(10, true);
  for (let index = 0; index < 10; index++) events.push(message("a"));
  for (let index = 0; index < 10_000; index++) events.push({ type: "joined", id: "someone" });
  events.push(message("b"));
  const types = await readSome(events, 10 + 512 + 1);
  assertEquals(types.filter((type) => type === "message").length, 11);
  assertEquals(types.filter((type) => type === "joined").length, 512);
  assertEquals(await readSome(events, 1), ["overflow"]);
});

Deno.test("EventOutlet works with a bound of one event", async () => {
  const { asked, events } = outlet(1, true);
  events.push(message("a"));
  assertEquals(asked, ["pause"]);
  assertEquals(await readSome(events, 1), ["message"]);
  assertEquals(asked, ["pause", "resume"]);
});

Deno.test("EventOutlet still pauses after it has told of dropped news", async () => {
  const { asked, events } = outlet(1, true);
  events.push(message("a"));
  for (let index = 0; index < 1_000; index++) events.push({ type: "joined", id: "someone" });
  const types = await readSome(events, 514);
  assertEquals([types.at(0), types.at(-1)], ["message", "overflow"]);
  assertEquals(asked, ["pause", "resume"]);
  events.push(message("b"));
  assertEquals(asked, ["pause", "resume", "pause"]);
});
