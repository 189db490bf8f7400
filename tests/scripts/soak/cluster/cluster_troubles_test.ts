import { assert, assertEquals, assertRejects } from "@std/assert";
import { ClusterTroubles } from "../../../../scripts/soak/cluster/cluster_troubles.ts";
import { SeededRandom } from "../../../../scripts/seeded_random.ts";

/** What is done in some turns of a run, with the pauses in between in seconds. */
async function happenings(turns: number): Promise<[string[], ClusterTroubles]> {
  const happened: string[] = [];
  const stop = new AbortController();
  let pauses = 0;
  const troubles = new ClusterTroubles({
    shaken: {
      end: (how) => Promise.resolve(void happened.push(how)),
      restart: () => Promise.resolve(void happened.push("restart")),
    },
    signalNats: (name) => void happened.push(name),
    random: new SeededRandom(8),
    pause: (seconds) => {
      if (++pauses > turns) stop.abort();
      happened.push(seconds > 12 ? "peace" : seconds === 3 ? "3 s" : "gone");
      return Promise.resolve();
    },
  });
  await troubles.run(stop.signal);
  return [happened, troubles];
}

Deno.test("ClusterTroubles makes one trouble at a time, with peace between, and mends each", async () => {
  const [happened, { faults }] = await happenings(200);
  const text = happened.join(" ");
  const whole = /^(peace (stop gone restart|kill gone restart|SIGSTOP 3 s SIGCONT) )+peace$/;
  assert(whole.test(text), text);
  const count = (what: string) => happened.filter((each) => each === what).length;
  assertEquals(faults, {
    relay_stops: count("stop"),
    relay_kills: count("kill"),
    nats_freezes: count("SIGSTOP"),
  });
  assert(Object.values(faults).every((number) => number > 10), JSON.stringify(faults));
});

Deno.test("ClusterTroubles mends the last trouble when it is told to stop in its midst", async () => {
  const [happened] = await happenings(1);
  assert(["restart", "SIGCONT"].includes(happened.at(-2) ?? ""), happened.join(" "));
});

Deno.test("ClusterTroubles fails when the relay does not start again", async () => {
  const troubles = new ClusterTroubles({
    shaken: { end: () => Promise.resolve(), restart: () => Promise.reject(new Error("in use")) },
    signalNats: () => undefined,
    random: new SeededRandom(8),
    pause: () => Promise.resolve(),
  });
  await assertRejects(() => troubles.run(new AbortController().signal), Error, "in use");
});
