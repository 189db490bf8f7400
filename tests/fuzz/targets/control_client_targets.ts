import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { COMMANDS } from "../../../src/cli/commands.ts";
import { runCli } from "../../../src/cli/run_cli.ts";
import { TopModel } from "../../../src/cli/top/top_model.ts";
import { renderTop } from "../../../src/cli/top/top_render.ts";
import { readTopSample, type TopSample } from "../../../src/cli/top/top_sample.ts";
import { snapshotJson, snapshotLines } from "../../../src/cli/top/top_snapshot.ts";
import type { JsonValue } from "../../../src/control/json_value.ts";
import { stringifyPrintable } from "../../../src/observe/printable_text.ts";
import { modelOptions, relayCounters } from "../../cli/top/top_fixture.ts";
import { fakeCliIo } from "../../support/fake_cli_io.ts";
import { HostileControlServer, type HostileScript } from "./control_hostile_server.ts";
import { byteEdits } from "./file_byte_edits.ts";
import { editJson, type Json, type JsonEdit, jsonEdits } from "./file_json_edits.ts";
import type { FuzzTarget } from "./fuzz_target.ts";

/** What must not reach a terminal from a server. */
const DANGEROUS = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

const CALLS = {
  once: ["list_clients"],
  "once as JSON": ["--json", "list_clients"],
  session: [],
  "session as JSON": ["--json"],
} as const;

/** A `hushcast control`, and the server that it talks to. */
interface ClientInput extends HostileScript {
  readonly call: keyof typeof CALLS;
}

const streamLine = fc.oneof(
  fc.string({ unit: "binary" }).map((text) => text.replaceAll("\n", "")),
  fc.constantFrom(
    "\u001b[2J",
    "2026-11-22 INFO a",
    '{"type":"log"}',
    '{"type":"event","event":[]}',
  ),
  fc.constantFrom("{", "{}", "[]", '{"type":"reply","ok":true,"lines":[]}', "\u202e", "\r"),
);

/** Servers of all kinds, as `hushcast control` sees them: an exit code, and text that can be shown. */
export const CONTROL_CLIENT: FuzzTarget<ClientInput> = {
  name: "control-client",
  about: "hushcast control against servers with odd answers, up to exit code and output",
  inputs: fc.record({
    call: fc.constantFrom("once", "once as JSON", "session", "session as JSON"),
    stream: fc.array(streamLine, { maxLength: 2 }),
    odd: fc.option(
      fc.record({ at: fc.nat({ max: 4 }), values: jsonEdits, bytes: byteEdits }),
      { nil: undefined },
    ),
    cuts: fc.array(fc.nat({ max: 2_000 }), { maxLength: 3 }),
  }),
  budgetInputs: 60,
  check: async ({ call, ...script }) => {
    await using server = new HostileControlServer(script);
    const io = fakeCliIo({ input: "list_clients\nbroadcast hi\n" });
    const code = await runCli(
      ["control", "--port", `${server.port}`, ...CALLS[call]],
      io,
      COMMANDS,
    );
    const { stdout, stderr } = io;
    assert([0, 1, 3].includes(code), `exit code ${code}`);
    assert(!stderr.text.includes("unexpected error"), stderr.text);
    assert(!DANGEROUS.test(stdout.text), JSON.stringify(stdout.text));
    assert(!DANGEROUS.test(stderr.text), JSON.stringify(stderr.text));
    const isWell = script.odd === undefined && script.stream.every((line) => /^2026/.test(line));
    if (isWell) assertEquals(code, 0, stderr.text);
  },
};

/** What a server says to `hushcast top`, twice. */
interface TopInput {
  readonly looks: readonly {
    readonly afterMs: number;
    readonly statistics: readonly JsonEdit[];
    readonly clients: readonly JsonEdit[];
  }[];
  readonly columns: number;
  readonly rows: number;
}

const CLIENT: Json = {
  id: "pump-3",
  address: "127.0.0.1:5000",
  session: "0011223344556677",
  since: "2026-11-21T20:00:00.000Z",
  idle_ms: 1_234,
  messages_in: 3,
  messages_out: 4,
  bytes_in: 300,
  bytes_out: 400,
};

/** Counters and clients of all kinds, as `hushcast top` shows them. */
export const CONTROL_TOP: FuzzTarget<TopInput> = {
  name: "control-top",
  about: "hushcast top on odd counters and clients, up to lines, JSON and screens",
  inputs: fc.record({
    looks: fc.array(
      fc.record({
        afterMs: fc.oneof(fc.constant(1_000), fc.nat({ max: 3_000 })),
        statistics: jsonEdits,
        clients: jsonEdits,
      }),
      { minLength: 1, maxLength: 3 },
    ),
    columns: fc.nat({ max: 200 }),
    rows: fc.nat({ max: 40 }),
  }),
  budgetInputs: 200,
  check: ({ looks, columns, rows }) => {
    let atMs = 0;
    const samples = looks.map(({ afterMs, statistics, clients }) => {
      atMs += afterMs;
      const replies = {
        statistics: replyWith(editJson(asJson(relayCounters()), statistics)),
        clients: replyWith(editJson([CLIENT, { ...Object(CLIENT), id: "ann" }], clients)),
      };
      return tryRead(replies, atMs);
    }).filter((sample) => sample !== undefined);
    const [first, ...others] = samples;
    if (first === undefined) return;
    const model = new TopModel(modelOptions(), first);
    for (const sample of others) model.sampled(sample);
    const view = model.view(atMs, Infinity);
    for (const line of snapshotLines(view)) {
      assert(!DANGEROUS.test(line) && !/NaN|Infinity/.test(line), JSON.stringify(line));
    }
    JSON.parse(stringifyPrintable(snapshotJson(view)));
    const screen = renderTop(model.view(atMs, rows), { columns, rows });
    const texts = screen.map((line) => line.map(({ text }) => text).join(""));
    assert(texts.length <= rows, `${texts.length} lines`);
    for (const text of texts) assert(!DANGEROUS.test(text), JSON.stringify(text));
  },
};

function asJson(value: object): Json {
  return JSON.parse(JSON.stringify(value));
}

function replyWith(data: Json) {
  // Other programs may write a number that JSON.parse reads as an infinite one.
  const value: JsonValue = JSON.parse(JSON.stringify(data).replaceAll('"1e999"', "1e999"));
  return { ok: true as const, lines: [], data: value, object: {} };
}

function tryRead(
  replies: Readonly<Record<"statistics" | "clients", ReturnType<typeof replyWith>>>,
  atMs: number,
): TopSample | undefined {
  const [{ data }, { data: clients }] = [replies.statistics, replies.clients];
  const isReadable = typeof data === "object" && data !== null && !Array.isArray(data) &&
    Array.isArray(clients);
  if (isReadable) return readTopSample(replies, { atMs, unixMs: 1_700_000_000_000 + atMs });
  try {
    readTopSample(replies, { atMs, unixMs: 0 });
  } catch (error) {
    assertEquals(Object(error).code, "CONTROL_NOT_SPOKEN");
    return undefined;
  }
  assert(false, "What is no answer was taken for one");
}
