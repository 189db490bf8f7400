import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { BansFile, BansFileError } from "../../src/relay/bans_file.ts";
import type { Ban, LiftedBan } from "../../src/session/ban.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const SINCE = Date.UTC(2026, 10, 22, 1, 2, 3);
const bans: Ban[] = [
  { kind: "ip", target: "192.0.2.7", sinceUnixMs: SINCE, untilUnixMs: undefined },
  { kind: "name", target: "pump \u{1f600}", sinceUnixMs: SINCE, untilUnixMs: SINCE + 60_000 },
];

const lifted: LiftedBan[] = [
  { kind: "ip", target: "2001:db8:0:1", liftedUnixMs: SINCE },
  { kind: "name", target: "bob", liftedUnixMs: SINCE + 5 },
];

Deno.test("BansFile.read() gives back what was lifted as well", async () => {
  await using directory = await temporaryDirectory();
  const file = new BansFile(directory.path);
  assertEquals(await file.read(), { bans: [], lifted: [] });
  await file.write(bans, lifted);
  assertEquals(await file.read(), { bans, lifted });
  assertEquals((await file.read()).bans, bans);
});

Deno.test("BansFile.write() writes a file without lifted bans as ever", async () => {
  await using directory = await temporaryDirectory();
  const file = new BansFile(directory.path);
  await file.write(bans.slice(0, 1));
  const text = `{
  "version": 1,
  "bans": [
    {
      "ip": "192.0.2.7",
      "since": "2026-11-22T01:02:03.000Z"
    }
  ]
}
`;
  assertEquals(await Deno.readTextFile(file.path), text);
  assertEquals(await file.read(), { bans: bans.slice(0, 1), lifted: [] });
});

Deno.test("BansFile has no bans before the first was written", async () => {
  await using directory = await temporaryDirectory();
  assertEquals((await new BansFile(directory.path).read()).bans, []);
});

Deno.test("BansFile.read() gives back what write() wrote, for its owner alone", async () => {
  await using directory = await temporaryDirectory();
  const file = new BansFile(directory.path);
  await file.write(bans);
  assertEquals((await new BansFile(directory.path).read()).bans, bans);
  const { mode } = await Deno.stat(file.path);
  assertEquals(mode === null ? undefined : mode & 0o777, 0o600);
});

Deno.test("BansFile.write() writes in the order of the calls", async () => {
  await using directory = await temporaryDirectory();
  const file = new BansFile(directory.path);
  const counts = [2, 0, 1, 2, 0, 1];
  await Promise.all(counts.map((count) => file.write(bans.slice(0, count))));
  assertEquals((await file.read()).bans, bans.slice(0, 1));
});

const spellings = [
  { written: "2001:DB8:0:1::99", target: "2001:db8:0:1" },
  { written: "2001:db8:0:1", target: "2001:db8:0:1" },
  { written: "::ffff:192.0.2.7", target: "192.0.2.7" },
];

for (const { written, target } of spellings) {
  Deno.test(`BansFile.read() takes ${written}, as a person may write it, for ${target}`, async () => {
    await using directory = await temporaryDirectory();
    const text = `{"version":1,"bans":[{"ip":"${written}","since":"2026-11-22T00:00:00Z"}]}`;
    await Deno.writeTextFile(join(directory.path, "bans.json"), text);
    const { bans: [ban] } = await new BansFile(directory.path).read();
    assertEquals([ban?.kind, ban?.target], ["ip", target]);
  });
}

const refused = [
  { name: "nothing", text: "" },
  { name: "no JSON", text: "{" },
  { name: "another JSON value", text: "null" },
  { name: "another version", text: '{"version":2,"bans":[]}' },
  { name: "no list", text: '{"version":1}' },
  { name: "a ban that is none", text: '{"version":1,"bans":[null]}' },
  { name: "a ban of nobody", text: '{"version":1,"bans":[{"since":"2026-11-22T00:00:00Z"}]}' },
  { name: "a ban without a beginning", text: '{"version":1,"bans":[{"ip":"192.0.2.7"}]}' },
  {
    name: "a network in place of an address",
    text: '{"version":1,"bans":[{"ip":"192.0.2.0/24","since":"2026-11-22T00:00:00Z"}]}',
  },
  { name: "lifted bans that are no list", text: '{"version":1,"bans":[],"lifted":{}}' },
  { name: "a lifted ban of nobody", text: '{"version":1,"bans":[],"lifted":[{}]}' },
  {
    name: "a lifted ban without a time",
    text: '{"version":1,"bans":[],"lifted":[{"name":"ada"}]}',
  },
  {
    name: "a ban with an end that is no time",
    text: '{"version":1,"bans":[{"name":"ada","since":"2026-11-22T00:00:00Z","until":5}]}',
  },
  {
    name: "an address that can't be made a text",
    text: '{"version":1,"bans":[{"ip":{"toString":1},"since":"2026-11-22T00:00:00Z"}]}',
  },
  {
    name: "a time behind which there is none",
    text: '{"version":1,"bans":[{"name":"ada","since":"+275760-09-13T00:00:00.000Z"}]}',
  },
];

for (const { name, text } of refused) {
  Deno.test(`BansFile.read() refuses a file with ${name}`, async () => {
    await using directory = await temporaryDirectory();
    await Deno.writeTextFile(join(directory.path, "bans.json"), text);
    await assertRejects(() => new BansFile(directory.path).read(), BansFileError, "bans.json");
  });
}
