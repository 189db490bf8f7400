import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { readTopSample } from "../../../src/cli/top/top_sample.ts";
import { ControlClientError } from "../../../src/control/control_client_error.ts";
import type { ControlReply } from "../../../src/control/control_reply.ts";
import type { JsonValue } from "../../../src/control/json_value.ts";
import { UNIX_MS } from "./top_fixture.ts";

const moment = { atMs: 5, unixMs: UNIX_MS };

function good(data: JsonValue | undefined): ControlReply {
  return { ok: true, lines: [], data, object: {} };
}

function read(statistics: JsonValue | undefined, clients: JsonValue | undefined) {
  return readTopSample({ statistics: good(statistics), clients: good(clients) }, moment);
}

Deno.test("readTopSample() turns clients of the control port into rows", () => {
  const client = {
    id: "pump-3",
    address: "127.0.0.1:5000",
    session: "0011223344556677",
    since: "2026-11-21T19:59:00.000Z",
    idle_ms: 1_500,
    messages_in: 3,
    messages_out: 4,
    bytes_in: 300,
    bytes_out: 400,
  };
  assertEquals(read({ uptime_seconds: 5, drops: { stale: 1 } }, [client]), {
    ...moment,
    statistics: { uptime_seconds: 5, drops: { stale: 1 } },
    clients: [{
      id: "pump-3",
      address: "127.0.0.1:5000",
      session: "0011223344556677",
      since_ms: UNIX_MS - 60_000,
      last_seen_ms: UNIX_MS - 1_500,
      messages_in: 3,
      messages_out: 4,
      bytes_in: 300,
      bytes_out: 400,
    }],
  });
});

Deno.test("readTopSample() keeps key and token where there are any", () => {
  const client = { id: "a", address: "b", key: "SHA256:k", token: "ada" };
  const [row] = read({}, [client]).clients;
  assertEquals([row?.key, row?.token, row?.session], ["SHA256:k", "ada", undefined]);
});

Deno.test("readTopSample() leaves out what has not the expected form", () => {
  const clients = [null, 3, "x", [], {}, { id: 1, address: "a" }, { id: "a" }];
  const statistics = { text: "x", none: null, list: [1], deep: { good: 1, bad: true } };
  assertEquals(read(statistics, clients), {
    ...moment,
    statistics: { deep: { good: 1 } },
    clients: [],
  });
  const [row] = read({}, [{ id: "a", address: "b", since: "never", idle_ms: "x" }]).clients;
  assertEquals([row?.since_ms, row?.last_seen_ms, row?.bytes_in], [UNIX_MS, UNIX_MS, 0]);
});

Deno.test("readTopSample() takes no number that is too large to be one", () => {
  const huge: JsonValue = JSON.parse("-1e999");
  const { statistics, clients } = read({ a: huge, b: { c: huge } }, [
    { id: "a", address: "b", idle_ms: huge, bytes_in: huge },
  ]);
  assertEquals(statistics, { b: {} });
  assertEquals([clients[0]?.last_seen_ms, clients[0]?.bytes_in], [UNIX_MS, 0]);
});

Deno.test("readTopSample() is not led astray by names of the language", () => {
  const statistics = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2}');
  const sample = read(statistics, []);
  assertEquals(Object.getPrototypeOf(sample.statistics), Object.prototype);
  assertEquals(Object.keys(sample.statistics), ["__proto__", "constructor"]);
});

Deno.test("readTopSample() goes only so deep", () => {
  let tree: JsonValue = 1;
  for (let depth = 0; depth < 10_000; depth++) tree = { tree };
  assertEquals(
    JSON.stringify(read(tree, []).statistics),
    `${'{"tree":'.repeat(7)}{}${"}".repeat(7)}`,
  );
});

for (
  const [statistics, clients] of [[undefined, []], [[], []], [{}, undefined], [{}, {}]] as const
) {
  Deno.test(`readTopSample() refuses ${JSON.stringify([statistics, clients])}`, () => {
    const error = assertThrows(() => read(statistics, clients), ControlClientError);
    assertEquals(error.code, "CONTROL_NOT_SPOKEN");
  });
}

Deno.test("readTopSample() tells why the server refused", () => {
  const refused: ControlReply = { ok: false, code: "INTERNAL", text: "Broken", object: {} };
  const error = assertThrows(
    () => readTopSample({ statistics: refused, clients: good([]) }, moment),
    ControlClientError,
    "Server refused: Broken (INTERNAL)",
  );
  assertEquals([error.code, error.serverCode], ["CONTROL_REFUSED", "INTERNAL"]);
});

Deno.test("readTopSample() reads any JSON or fails with a code", () => {
  fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (statistics, clients) => {
    try {
      // Checked: what fast-check makes has come through JSON.
      read(statistics as JsonValue, clients as JsonValue);
    } catch (error) {
      assertEquals(error instanceof ControlClientError, true);
    }
  }));
});
