import { assertEquals } from "@std/assert";
import { fromAlice, historyTalk, nack, sayMany } from "../support/history_talk.ts";
import { memoryHistory } from "../support/relay_defaults.ts";

const MINUTE_MS = 60_000;

for (const maxAgeMs of [1_000, MINUTE_MS, 24 * 60 * MINUTE_MS]) {
  Deno.test(`tick() has what is older than ${maxAgeMs} ms forgotten while nobody asks`, () => {
    const talk = historyTalk({
      history: memoryHistory({ maxAgeMs }),
      clientTimeoutMs: 3 * maxAgeMs + 10 * MINUTE_MS,
    });
    talk.alice.say("old");
    talk.relay.run(maxAgeMs - 1);
    assertEquals(talk.relay.stat("history.messages"), 1);
    talk.relay.run(Math.max(2_000, Math.min(maxAgeMs / 5, 2 * MINUTE_MS)));
    assertEquals(talk.relay.stat("history.messages"), 0);
    assertEquals(talk.relay.stat("history.bytes"), 0);
  });
}

Deno.test("tick() has nothing forgotten where messages may be of any age", () => {
  const talk = historyTalk({ clientTimeoutMs: 1e9 });
  sayMany(talk, 2);
  talk.relay.run(1e8);
  talk.bob.forget();
  nack(talk.bob, [1n, 2n]);
  assertEquals(talk.bob.heard(), fromAlice(1, 2));
});

Deno.test("tick() has what was said before the clock was set back forgotten when its time is over", () => {
  const talk = historyTalk({
    history: memoryHistory({ maxAgeMs: 10 * MINUTE_MS }),
    clientTimeoutMs: 1e9,
  });
  const { clock } = talk.relay;
  talk.alice.say("before");
  clock.setUnixMs(clock.now.unixMs - 60 * MINUTE_MS);
  talk.alice.say("after");
  talk.relay.run(72 * MINUTE_MS);
  assertEquals(talk.relay.stat("history.messages"), 0);
});
