import { assertEquals, assertRejects } from "@std/assert";
import {
  ClientKeysFile,
  decodeClientRecords,
  encodeClientRecords,
} from "../../src/direct/client_keys_file.ts";
import type { ClientRecord } from "../../src/direct/client_record.ts";
import { DirectServerError } from "../../src/direct/direct_server_error.ts";
import { StateFileError } from "../../src/settings/state_file.ts";
import { DirectFakeKey } from "../support/direct_fake_key.ts";
import { SeededRandom } from "../support/seeded_random.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const KEY = new DirectFakeKey(new SeededRandom(1), 512);

function record(values: Partial<ClientRecord> = {}): ClientRecord {
  return {
    endpoint: { hostname: "127.0.0.1", port: 5_000 },
    key: KEY,
    sinceUnixMs: 1_700_000_000_000,
    lastSeenUnixMs: 1_700_000_001_234,
    hasDelivered: false,
    speaksHybrid: false,
    ...values,
  };
}

const RECORDS = [
  record(),
  record({ hasDelivered: true, speaksHybrid: true }),
  record({ endpoint: { hostname: "2001:db8::1", port: 65_535 }, hasDelivered: true }),
  record({ endpoint: { hostname: "fe80::1%eth0", port: 1 }, sinceUnixMs: 0, lastSeenUnixMs: 0.5 }),
];

/** What of records a file can tell, for comparison. */
function told(records: readonly ClientRecord[] | undefined): unknown {
  return records?.map(({ key: { der, fingerprint, modulusBits, modulusBytes }, ...rest }) => ({
    ...rest,
    key: { der: der.toHex(), fingerprint, modulusBits, modulusBytes },
  }));
}

Deno.test("decodeClientRecords() reads what encodeClientRecords() writes", () => {
  assertEquals(told(decodeClientRecords(encodeClientRecords(RECORDS))), told(RECORDS));
  assertEquals(decodeClientRecords(encodeClientRecords([])), []);
});

Deno.test("encodeClientRecords() writes one line of JSON", () => {
  const [first = record()] = RECORDS;
  assertEquals(JSON.parse(encodeClientRecords([first])), {
    version: 1,
    clients: [{
      address: "127.0.0.1:5000",
      key: first.key.der.toBase64(),
      bits: 4_096,
      since: 1_700_000_000_000,
      seen: 1_700_000_001_234,
      delivered: false,
      hybrid: false,
    }],
  });
  assertEquals(encodeClientRecords(RECORDS).split("\n").length, 2);
});

/** A file of one client whose fields are changed. */
function fileWith(values: Record<string, unknown>): string {
  const file = JSON.parse(encodeClientRecords(RECORDS.slice(0, 1)));
  return JSON.stringify({ ...file, clients: [{ ...file.clients[0], ...values }] });
}

Deno.test("decodeClientRecords() passes over fields that it does not know", () => {
  assertEquals(decodeClientRecords(fileWith({ colour: "blue" }))?.length, 1);
});

Deno.test("decodeClientRecords() takes for false what is not true", () => {
  const [read] = decodeClientRecords(fileWith({ delivered: "yes", hybrid: 1 })) ?? [];
  assertEquals([read?.hasDelivered, read?.speaksHybrid], [false, false]);
});

const refused: { name: string; text: string }[] = [
  { name: "nothing", text: "" },
  { name: "no JSON", text: "clients" },
  { name: "JSON that is cut short", text: encodeClientRecords(RECORDS).slice(0, -5) },
  { name: "null", text: "null" },
  { name: "a number", text: "7" },
  { name: "a list", text: "[]" },
  { name: "an empty object", text: "{}" },
  { name: "no clients", text: '{"version":1}' },
  { name: "clients that are no list", text: '{"version":1,"clients":{}}' },
  { name: "another version", text: '{"version":2,"clients":[]}' },
  { name: "a version that is text", text: '{"version":"1","clients":[]}' },
  { name: "a client that is null", text: '{"version":1,"clients":[null]}' },
  { name: "a client that is text", text: '{"version":1,"clients":["127.0.0.1:5"]}' },
  { name: "no address", text: fileWith({ address: undefined }) },
  { name: "an address without a port", text: fileWith({ address: "127.0.0.1" }) },
  { name: "an address with port 0", text: fileWith({ address: "127.0.0.1:0" }) },
  { name: "an address with a space", text: fileWith({ address: "127.0.0.1 :5" }) },
  { name: "an address that is a number", text: fileWith({ address: 5 }) },
  { name: "no key", text: fileWith({ key: undefined }) },
  { name: "a key that is no base64", text: fileWith({ key: "????" }) },
  { name: "bits that are text", text: fileWith({ bits: "4096" }) },
  { name: "too few bits", text: fileWith({ bits: 2047 }) },
  { name: "too many bits", text: fileWith({ bits: 8193 }) },
  { name: "half a bit", text: fileWith({ bits: 2048.5 }) },
  { name: "a time before 1970", text: fileWith({ since: -1 }) },
  { name: "a time that is text", text: fileWith({ seen: "now" }) },
  { name: "a time without end", text: fileWith({ seen: 5 }).replace('"seen":5', '"seen":1e999') },
  {
    name: "one client of two that is none",
    text: encodeClientRecords(RECORDS).replace('"bits":4096', '"bits":0'),
  },
  {
    name: "a time that no calendar has",
    text: encodeClientRecords(RECORDS).replace(/"since":\d+/, '"since":8640000000000001'),
  },
];
for (const { name, text } of refused) {
  Deno.test(`decodeClientRecords() refuses ${name}`, () => {
    assertEquals(decodeClientRecords(text), undefined);
  });
}

Deno.test("ClientKeysFile reads what it has written, for the user alone", async () => {
  await using directory = await temporaryDirectory();
  const state = `${directory.path}/state`;
  const file = new ClientKeysFile(state);
  assertEquals(await file.read(), []);
  await file.write(RECORDS);
  await file.write(RECORDS.slice(0, 2));
  assertEquals(told(await file.read()), told(RECORDS.slice(0, 2)));
  const { mode } = await Deno.stat(`${state}/direct_clients.json`);
  assertEquals((mode ?? 0) & 0o777, 0o600);
  assertEquals(Array.from(Deno.readDirSync(state), ({ name }) => name), ["direct_clients.json"]);
});

Deno.test("ClientKeysFile leaves a file alone that holds something else", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/direct_clients.json`;
  await Deno.writeTextFile(path, "something else");
  const read = () => new ClientKeysFile(directory.path).read();
  const error = await assertRejects(read, DirectServerError, path);
  assertEquals([error.code, await Deno.readTextFile(path)], ["CLIENTS_FILE", "something else"]);
});

Deno.test("ClientKeysFile fails with a code when the file can't be used", async () => {
  await using directory = await temporaryDirectory();
  await Deno.writeTextFile(`${directory.path}/file`, "");
  const file = new ClientKeysFile(`${directory.path}/file`);
  await assertRejects(() => file.read(), StateFileError);
  await assertRejects(() => file.write(RECORDS), StateFileError);
});
