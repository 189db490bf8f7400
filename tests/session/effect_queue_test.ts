import { assertEquals } from "@std/assert";
import { EffectQueue } from "../../src/session/effect_queue.ts";

Deno.test("EffectQueue.take() gives what came since the last call, in order", () => {
  const effects = new EffectQueue<string>();
  effects.push("a");
  effects.push("b");
  const first = effects.take();
  effects.push("c");
  assertEquals([first, effects.take(), effects.take()], [["a", "b"], ["c"], []]);
});
