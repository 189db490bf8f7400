import { assertEquals } from "@std/assert";
import type { StreamState } from "../../src/cluster/cluster_stream.ts";
import { StreamJudge } from "../../src/cluster/stream_judge.ts";

const seriesId = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const known = { seriesId, newest: 10n };

function ours(newest: bigint, id = seriesId): StreamState {
  return { state: "ours", seriesId: id, oldest: 1n, newest };
}

Deno.test("StreamJudge.judge() takes a stream that has grown for the same", () => {
  const judge = new StreamJudge();
  assertEquals(judge.judge(ours(10n), known), "same");
  assertEquals(judge.judge(ours(11n), known), "same");
});

Deno.test("StreamJudge.judge() believes a stream that ends too early after a while only", () => {
  const judge = new StreamJudge();
  const judgements = Array.from({ length: 4 }, () => judge.judge(ours(9n), known));
  assertEquals(judgements, ["unsure", "unsure", "unsure", "went_back"]);
});

Deno.test("StreamJudge.judge() forgets what it saw when the stream is whole again", () => {
  const judge = new StreamJudge();
  for (let turn = 0; turn < 5; turn++) {
    for (let sight = 0; sight < 3; sight++) assertEquals(judge.judge(ours(9n), known), "unsure");
    assertEquals(judge.judge(ours(10n), known), "same");
  }
});

Deno.test("StreamJudge.judge() believes a number that has another message at once", () => {
  const judge = new StreamJudge();
  judge.contradicted();
  assertEquals(judge.judge(ours(20n), known), "went_back");
  judge.begun();
  assertEquals(judge.judge(ours(20n), known), "same");
});

Deno.test("StreamJudge.judge() notices another series, and a stream of others", () => {
  const judge = new StreamJudge();
  judge.contradicted();
  assertEquals(judge.judge(ours(20n, new Uint8Array(8)), known), "other_series");
  assertEquals(judge.judge({ state: "other_key" }, known), "not_ours");
  assertEquals(judge.judge({ state: "stranger" }, known), "not_ours");
  assertEquals(judge.judge({ state: "missing" }, known), "unsure");
});
