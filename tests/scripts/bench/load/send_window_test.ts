import { assert, assertEquals } from "@std/assert";
import { SendWindow } from "../../../../scripts/bench/load/send_window.ts";

function fill(window: SendWindow): number {
  let sent = 0;
  for (; window.hasRoom; sent++) window.send();
  return sent;
}

Deno.test("SendWindow has room for as many messages as its size", () => {
  const window = new SendWindow(3, 4);
  assert(window.isEmpty);
  assertEquals(fill(window), 4);
  assert(!window.isEmpty);
});

Deno.test("SendWindow.receive() makes room only when the slowest receiver has a message", () => {
  const window = new SendWindow(2, 2);
  fill(window);
  window.receive(0);
  window.receive(0);
  assertEquals(fill(window), 0);
  window.receive(1);
  assertEquals(fill(window), 1);
  window.receive(1);
  assertEquals(fill(window), 1);
});

Deno.test("SendWindow goes on for ever in a ring", () => {
  const window = new SendWindow(3, 2);
  for (let round = 0; round < 100; round++) {
    fill(window);
    for (const receiver of [2, 0, 1, 1, 2, 0]) window.receive(receiver);
    assert(window.isEmpty);
  }
});

Deno.test("SendWindow.giveUp() makes room", () => {
  const window = new SendWindow(2, 3);
  fill(window);
  window.receive(0);
  window.giveUp();
  assert(window.isEmpty);
  assertEquals(fill(window), 3);
});

Deno.test("SendWindow.receive() passes over what was given up and comes late", () => {
  const window = new SendWindow(1, 2);
  fill(window);
  window.giveUp();
  window.receive(0);
  window.receive(0);
  assert(window.isEmpty);
  window.send();
  window.receive(0);
  assert(window.isEmpty);
});
