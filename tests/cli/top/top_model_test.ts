import { assertEquals } from "@std/assert";
import { TopModel } from "../../../src/cli/top/top_model.ts";
import { clientRow, modelOptions, relayCounters, topSample } from "./top_fixture.ts";

const PAGE_ROWS = 10;
const IDS = ["ann", "ben", "cy"];

/** A sample in which `ben` has sent the most. */
function sampleAt(atMs: number, messages = atMs) {
  return topSample({
    atMs,
    statistics: relayCounters({ messages: { in: messages } }),
    clients: IDS.map((id) => clientRow({ id, messages_in: id === "ben" ? messages : 0 })),
  });
}

function model(options = {}): TopModel {
  return new TopModel(modelOptions(options), sampleAt(0));
}

const viewOf = (target: TopModel, nowMs: number) => target.view(nowMs, PAGE_ROWS);
const idsOf = (target: TopModel) => viewOf(target, 0).clients.map(({ row }) => row.id);

Deno.test("TopModel.view() has clients and no rates after one sample", () => {
  const { figures, status, server } = viewOf(model(), 0);
  assertEquals([figures.rates, status, server], [
    undefined,
    { state: "connected" },
    "127.0.0.1:47701",
  ]);
  assertEquals(idsOf(model()), IDS);
});

Deno.test("TopModel.view() sorts by what flows since the last sample", () => {
  const target = model();
  target.sampled(sampleAt(1_000));
  assertEquals(idsOf(target), ["ben", "ann", "cy"]);
  assertEquals(viewOf(target, 1_000).figures.rates?.messages_in, 1_000);
});

Deno.test("TopModel.view() shows whom the filter lets through", () => {
  assertEquals(idsOf(model({ filter: "N" })), ["ann", "ben"]);
});

Deno.test("TopModel.view() works the clients out once for each change", () => {
  const target = model();
  const { clients } = viewOf(target, 0);
  assertEquals(viewOf(target, 1_000).clients === clients, true);
  target.press({ text: "r" }, PAGE_ROWS);
  assertEquals(viewOf(target, 0).clients === clients, false);
});

Deno.test("TopModel.lost() keeps the picture without rates, and counts from the first loss", () => {
  const target = model();
  target.sampled(sampleAt(1_000));
  target.lost("Connection lost", 2_000);
  target.lost("Connection refused", 3_000);
  const { status, figures, clients } = viewOf(target, 7_000);
  assertEquals(status, { state: "gone", forMs: 5_000, reason: "Connection refused" });
  assertEquals([figures.rates, clients.length], [undefined, 3]);
});

Deno.test("TopModel.sampled() begins the rates anew when the server is back, and says so", () => {
  const target = model();
  target.sampled(sampleAt(1_000));
  target.lost("Connection lost", 2_000);
  target.sampled(sampleAt(5_000, 7));
  const back = viewOf(target, 5_000);
  assertEquals([back.status, back.figures.rates], [{ state: "back" }, undefined]);
  target.sampled(sampleAt(6_000, 17));
  assertEquals(viewOf(target, 6_000).figures.rates?.messages_in, 10);
  assertEquals(viewOf(target, 6_000).status, { state: "back" });
  target.sampled(sampleAt(10_000, 17));
  assertEquals(viewOf(target, 10_000).status, { state: "connected" });
});

Deno.test("TopModel.view() says when an answer is late", () => {
  const target = model();
  assertEquals(viewOf(target, 3_000).status, { state: "connected" });
  assertEquals(viewOf(target, 3_001).status, { state: "late", forMs: 3_001 });
  target.sampled(sampleAt(4_000));
  assertEquals(viewOf(target, 4_000).status, { state: "connected" });
});

Deno.test("TopModel.press() stops the figures, and shows the latest when they go on", () => {
  const target = model();
  target.sampled(sampleAt(1_000, 10));
  target.press({ text: " " }, PAGE_ROWS);
  target.sampled(sampleAt(2_000, 30));
  const paused = viewOf(target, 2_000);
  assertEquals([paused.isPaused, paused.figures.rates?.messages_in], [true, 10]);
  target.press({ text: " " }, PAGE_ROWS);
  assertEquals(viewOf(target, 2_000).figures.rates?.messages_in, 20);
});

Deno.test("TopModel.press() says of a paused server too that it is gone", () => {
  const target = model();
  target.press({ text: " " }, PAGE_ROWS);
  target.lost("Connection lost", 0);
  assertEquals(viewOf(target, 0).status.state, "gone");
});

Deno.test("TopModel.press() scrolls as far as there are clients", () => {
  const target = model();
  target.press({ name: "end" }, 2);
  assertEquals(target.view(0, 2).offset, 1);
  assertEquals(target.press({ text: "q" }, 2), "quit");
});

Deno.test("TopModel.press() sorts no clients, however many keys are pasted", () => {
  let reads = 0;
  const watched = IDS.map((id) =>
    Object.defineProperty(clientRow({ id }), "id", {
      get() {
        reads++;
        return id;
      },
    })
  );
  const target = new TopModel(modelOptions(), topSample({ clients: watched }));
  for (const text of "ririr") target.press({ text }, PAGE_ROWS);
  assertEquals(reads, 0);
  assertEquals(idsOf(target), ["cy", "ben", "ann"]);
});
