import { assertEquals, assertStrictEquals } from "@std/assert";
import { NO_RATES, RateMeter } from "../../src/watch/client_rates.ts";
import { clientRow } from "../support/metrics_client_row.ts";

Deno.test("RateMeter.update() has no rates for a client that it sees for the first time", () => {
  const row = clientRow({ messages_in: 900, bytes_in: 9_000 });
  assertEquals(new RateMeter().update([row], 5_000), [{ row, rates: NO_RATES }]);
});

Deno.test("RateMeter.update() gives what has flowed since, each a second", () => {
  const meter = new RateMeter();
  const before = clientRow({ messages_in: 10, messages_out: 0, bytes_in: 100, bytes_out: 50 });
  const after = { ...before, messages_in: 14, messages_out: 1, bytes_in: 500, bytes_out: 53 };
  meter.update([before], 1_000);
  const [rated] = meter.update([after], 3_000);
  assertEquals(rated?.rates, { messagesIn: 2, messagesOut: 0.5, bytesIn: 200, bytesOut: 1.5 });
  assertStrictEquals(rated?.row, after);
});

Deno.test("RateMeter.update() measures from the update before, not from the first", () => {
  const meter = new RateMeter();
  for (const [count, atMs] of [[0, 0], [100, 1_000], [100, 2_000]] as const) {
    meter.update([clientRow({ messages_in: count })], atMs);
  }
  const [rated] = meter.update([clientRow({ messages_in: 101 })], 3_000);
  assertEquals(rated?.rates.messagesIn, 1);
});

Deno.test("RateMeter.update() has no rates for a row that has stayed the same", () => {
  const meter = new RateMeter();
  const row = clientRow({ messages_in: 10 });
  meter.update([row], 0);
  assertEquals(meter.update([row], 1_000)[0]?.rates, NO_RATES);
  assertEquals(meter.update([{ ...row }], 2_000)[0]?.rates, NO_RATES);
});

Deno.test("RateMeter.update() never gives infinite or negative rates", () => {
  const meter = new RateMeter();
  meter.update([clientRow({ messages_in: 10 })], 1_000);
  const more = clientRow({ messages_in: 20 });
  assertEquals(meter.update([more], 1_000)[0]?.rates, NO_RATES, "no time has passed");
  assertEquals(meter.update([clientRow({ messages_in: 30 })], 500)[0]?.rates, NO_RATES);
  const [rated] = meter.update([clientRow({ messages_in: 1 })], 1_500);
  assertEquals(rated?.rates, NO_RATES, "its counters began anew");
});

Deno.test("RateMeter.update() forgets clients that are missing", () => {
  const meter = new RateMeter();
  const row = clientRow({ messages_in: 10 });
  meter.update([row], 1_000);
  assertEquals(meter.update([], 2_000), []);
  assertEquals(meter.update([clientRow({ messages_in: 90 })], 3_000)[0]?.rates, NO_RATES);
});

Deno.test("RateMeter.update() takes another session of the same name for another client", () => {
  const meter = new RateMeter();
  meter.update([clientRow({ session: "00", messages_in: 10 })], 1_000);
  const [rated] = meter.update([clientRow({ session: "01", messages_in: 12 })], 2_000);
  assertEquals(rated?.rates, NO_RATES);
});

Deno.test("RateMeter.update() keeps the order of the clients, and tells them apart", () => {
  const meter = new RateMeter();
  const [a, b] = ["a", "b"].map((session) => clientRow({ id: session, session }));
  if (a === undefined || b === undefined) throw new Error("Cannot make two rows");
  meter.update([a, b], 0);
  const rated = meter.update([{ ...b, bytes_out: 7 }, { ...a, bytes_in: 3 }], 1_000);
  assertEquals(rated.map(({ row, rates }) => [row.id, rates.bytesIn, rates.bytesOut]), [
    ["b", 0, 7],
    ["a", 3, 0],
  ]);
});
