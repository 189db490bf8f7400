import { assertEquals } from "@std/assert";
import { WakeUp } from "../../src/control/wake_up.ts";

Deno.test("WakeUp keeps a call that came before the wait, and counts several as one", async () => {
  const wakeUp = new WakeUp();
  const order: string[] = [];
  wakeUp.wake();
  wakeUp.wake();
  await wakeUp.wait();
  const waiting = wakeUp.wait().then(() => order.push("woken"));
  await Promise.resolve();
  order.push("waiting");
  wakeUp.wake();
  wakeUp.wake();
  await waiting;
  assertEquals(order, ["waiting", "woken"]);
});
