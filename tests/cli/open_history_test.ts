import { assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { historyLimits, historyPlace, openOwnHistory } from "../../src/cli/open_history.ts";
import { UsageError } from "../../src/cli/usage_error.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { RecordingLogger } from "../control/fake_log.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const CLUSTER = "nats://127.0.0.1:4222";
const SETTINGS = {
  history: undefined,
  historyMessages: 4_096,
  historyBytes: 1_000,
  historyAgeMs: undefined,
  cluster: undefined,
  state: "/nowhere",
};

const places = [
  { history: undefined, cluster: undefined, place: { kind: "memory" } },
  { history: "memory", cluster: undefined, place: { kind: "memory" } },
  { history: undefined, cluster: CLUSTER, place: { kind: "nats" } },
  { history: "nats", cluster: CLUSTER, place: { kind: "nats" } },
  { history: "sqlite:a b.db", cluster: undefined, place: { kind: "sqlite", path: "a b.db" } },
  { history: "sqlite:sqlite:x", cluster: undefined, place: { kind: "sqlite", path: "sqlite:x" } },
] as const;
for (const { history, cluster, place } of places) {
  Deno.test(`historyPlace() of ${history} with cluster ${cluster} is ${place.kind}`, () => {
    assertEquals(historyPlace({ ...SETTINGS, history, cluster }), place);
  });
}

for (
  const { history, cluster, says } of [
    { history: "nats", cluster: undefined, says: "--history nats needs --cluster" },
    { history: "memory", cluster: CLUSTER, says: "exclude each other" },
    { history: "sqlite:x", cluster: CLUSTER, says: "exclude each other" },
  ]
) {
  Deno.test(`historyPlace() refuses ${history} with cluster ${cluster}`, () => {
    assertThrows(() => historyPlace({ ...SETTINGS, history, cluster }), UsageError, says);
  });
}

for (const bound of [{ historyMessages: 0 }, { historyBytes: 0 }]) {
  Deno.test(`historyPlace() refuses a cluster with ${JSON.stringify(bound)}`, () => {
    const settings = { ...SETTINGS, ...bound, cluster: CLUSTER };
    assertThrows(() => historyPlace(settings), UsageError, "--cluster needs a history");
  });
}

Deno.test("historyLimits() are those of the settings", () => {
  assertEquals(historyLimits({ ...SETTINGS, historyAgeMs: 7 }), {
    maxMessages: 4_096,
    maxBytes: 1_000,
    maxAgeMs: 7,
  });
});

Deno.test("openOwnHistory() gives each run in memory a series of its own", async () => {
  const open = () => openOwnHistory(SETTINGS, DEFAULT_TLV_TYPES, new RecordingLogger());
  await using first = await open();
  await using second = await open();
  assertEquals([first.kind, first.limits.maxBytes], ["memory", 1_000]);
  assertEquals(first.seriesId.toHex() === second.seriesId.toHex(), false);
});

Deno.test("openOwnHistory() keeps a file and its key where they belong", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "kept", "history.db");
  const state = join(directory.path, "state");
  const settings = { ...SETTINGS, state, history: `sqlite:${path}` };
  const open = () => openOwnHistory(settings, DEFAULT_TLV_TYPES, new RecordingLogger());
  const series: string[] = [];
  for (let run = 0; run < 2; run++) {
    await using history = await open();
    assertEquals(history.kind, "sqlite");
    series.push(history.seriesId.toHex());
  }
  assertEquals(series[0], series[1]);
  assertEquals((await Deno.stat(join(state, "history.key"))).isFile, true);
  assertEquals((await Deno.stat(path)).isFile, true);
});
