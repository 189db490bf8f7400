import { assertEquals } from "@std/assert";
import {
  type ClusterUsage,
  usageFigures,
} from "../../../../scripts/bench/cluster/cluster_usage.ts";

const MIB = 1024 * 1024;

function usage(cpuMicros: number, rssMib = 1) {
  return { cpuMicros, rssBytes: rssMib * MIB, peakRssBytes: 9 * MIB };
}

const BEGIN: ClusterUsage = {
  atMs: 1_000,
  relays: [usage(100), usage(0)],
  nats: [usage(0), usage(50)],
  generator: usage(0),
};

const END: ClusterUsage = {
  atMs: 2_000,
  relays: [usage(500_100, 7), usage(250_000, 5)],
  nats: [usage(100_000, 3), usage(200_050, 4)],
  generator: usage(1_000_000),
};

Deno.test("usageFigures() tells what each relay took for a message, and NATS in all", () => {
  assertEquals(usageFigures(BEGIN, END, { messages: 1_000, copies: 5_000 }), {
    relay_1_cpu_us_per_message: 500,
    relay_2_cpu_us_per_message: 250,
    nats_cpu_us_per_message: 300,
    nats_busiest_cpu_us_per_message: 200,
    relays_cpu_us_per_delivery: 150,
    relay_busiest_cpu_percent: 50,
    generator_cpu_percent: 100,
    relay_rss_mib: 7,
    nats_rss_mib: 4,
  });
});

Deno.test("usageFigures() leaves out NATS when there is none, and the busiest of one", () => {
  const work = { messages: 1_000, copies: 5_000 };
  const none = usageFigures({ ...BEGIN, nats: [] }, { ...END, nats: [] }, work);
  assertEquals(Object.keys(none).filter((name) => name.startsWith("nats")), []);
  const one = usageFigures(
    { ...BEGIN, nats: BEGIN.nats.slice(0, 1) },
    { ...END, nats: END.nats.slice(0, 1) },
    work,
  );
  assertEquals([one.nats_cpu_us_per_message, one.nats_busiest_cpu_us_per_message], [
    100,
    undefined,
  ]);
});

Deno.test("usageFigures() leaves out what the system does not tell", () => {
  const blind: ClusterUsage = {
    atMs: 2_000,
    relays: [undefined, undefined],
    nats: [undefined],
    generator: undefined,
  };
  assertEquals(usageFigures(blind, blind, { messages: 1, copies: 1 }), {});
  const ended = { ...END, relays: [usage(1), undefined] };
  const figures = usageFigures(BEGIN, ended, { messages: 1, copies: 1 });
  assertEquals(figures.relay_1_cpu_us_per_message, undefined);
});
