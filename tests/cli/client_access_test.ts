import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { type AccessSettings, readClientAccess } from "../../src/cli/client_access.ts";
import { ExitCodeError } from "../../src/cli/exit_code_error.ts";
import { LISTEN_SETTINGS } from "../../src/settings/client_settings.ts";
import { resolveSettings } from "../../src/settings/resolve_settings.ts";
import { flagOf, variableOf } from "../../src/settings/setting_names.ts";
import { UsageError } from "../../src/cli/usage_error.ts";
import { fakeCliIo } from "../support/fake_cli_io.ts";
import { fakeSettingsEnvironment } from "../support/fake_settings_environment.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const IDENTITY = `SHA256:${"A".repeat(43)}`;
const OTHER_IDENTITY = `SHA256:${"A".repeat(42)}E`;
const LINE = `hushcast://relay.example:5?identity=${IDENTITY}&token=s3cret`;
const JOINED = {
  location: { relay: { hostname: "relay.example", port: 5 } },
  identity: IDENTITY,
  token: "s3cret",
};

function settingsOf(flags: Readonly<Record<string, string>>): AccessSettings {
  const environment = fakeSettingsEnvironment();
  return resolveSettings("listen", { flags: new Map(Object.entries(flags)), environment });
}

/** What `listen` makes of its flags and its input, and what stays of the input. */
async function access(flags: Readonly<Record<string, string>>, input = "") {
  const fake = fakeCliIo({ input });
  const { io, ...rest } = await readClientAccess("listen", settingsOf(flags), fake);
  return { ...rest, input: await new Response(io.stdin.readable).text(), notes: fake.stderr.text };
}

Deno.test("readClientAccess() finds the relay by its address, else in the group", async () => {
  const group = { hostname: "239.255.77.77", port: 47_700 };
  const none = { identity: undefined, token: undefined, input: "x", notes: "" };
  assertEquals(await access({}, "x"), { location: { group }, ...none });
  assertEquals(await access({ relay: "h:5", group: "239.1.2.3" }, "x"), {
    location: { relay: [{ hostname: "h", port: 5 }] },
    ...none,
  });
  const several = await access({ relay: "h:5,[::1], i" }, "x");
  const relay = [
    { hostname: "h", port: 5 },
    { hostname: "::1", port: 47_700 },
    { hostname: "i", port: 47_700 },
  ];
  assertEquals(several, { location: { relay }, ...none });
});

Deno.test("readClientAccess() takes identity and token as they are given", async () => {
  const { identity, token } = await access({ identity: IDENTITY, token: "s3 cret" });
  assertEquals([identity, token], [[IDENTITY], "s3 cret"]);
  const several = await access({ identity: `${IDENTITY},${OTHER_IDENTITY}` });
  assertEquals(several.identity, [IDENTITY, OTHER_IDENTITY]);
});

Deno.test("readClientAccess() takes all from an invitation, whatever the group", async () => {
  const given = await access({ join: LINE, group: "239.1.2.3" }, "x");
  assertEquals(given, { ...JOINED, input: "x", notes: "" });
});

for (
  const { name, input, rest } of [
    { name: "with a line behind it", input: `${LINE}\nhello\n`, rest: "hello\n" },
    { name: "as a pasted line", input: `  ${LINE} \r\nhello`, rest: "hello" },
    { name: "alone", input: LINE, rest: "" },
  ]
) {
  Deno.test(`readClientAccess() takes an invitation from standard input, ${name}`, async () => {
    assertEquals(await access({ join: "-" }, input), { ...JOINED, input: rest, notes: "" });
  });
}

Deno.test("readClientAccess() takes token and invitation from files, and says who else can", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/secret`;
  await Deno.writeTextFile(path, "s3cret\n", { mode: 0o600 });
  const own = await access({ "token-file": path });
  assertEquals([own.token, own.notes], ["s3cret", ""]);
  await Deno.writeTextFile(path, `${LINE}\n`);
  const joined = await access({ "join-file": path }, "x");
  assertEquals(joined, { ...JOINED, input: "x", notes: "" });
  if (Deno.build.os === "windows") return;
  await Deno.chmod(path, 0o644);
  const open = await access({ "join-file": path }, "x");
  assert(open.notes.startsWith("hushcast listen: others on this machine can read"), open.notes);
  assert(!open.notes.includes("s3cret"));
});

const exclusive: [one: keyof AccessSettings, other: keyof AccessSettings][] = [
  ["join", "relay"],
  ["join", "identity"],
  ["join", "token"],
  ["join", "tokenFile"],
  ["join", "joinFile"],
  ["joinFile", "relay"],
  ["joinFile", "identity"],
  ["joinFile", "token"],
  ["joinFile", "tokenFile"],
  ["token", "tokenFile"],
];

const VALUES: Readonly<Record<string, string>> = {
  join: LINE,
  "join-file": "/none",
  relay: "h",
  identity: IDENTITY,
  token: "s3cret",
  "token-file": "/none",
};

for (const [one, other] of exclusive) {
  const [first, second] = [LISTEN_SETTINGS[one], LISTEN_SETTINGS[other]];
  Deno.test(`readClientAccess() refuses ${one} with ${other}, and names both`, async () => {
    const flags = { [flagOf(first)]: "", [flagOf(second)]: "" };
    for (const flag of Object.keys(flags)) flags[flag] = VALUES[flag] ?? "";
    const { message } = await assertRejects(() => access(flags), UsageError);
    for (const setting of [first, second]) {
      assert(message.includes(`--${flagOf(setting)} `), message);
      assert(message.includes(variableOf(setting)), message);
    }
    assert(!message.includes("s3cret"), message);
  });
}

const unusable: {
  name: string;
  flags: Record<string, string>;
  input?: string;
  names: string;
  isUsage: boolean;
}[] = [
  {
    name: "a malformed --join",
    flags: { join: "hushcast://relay.example:5?token=s3cret" },
    names: "--join",
    isUsage: true,
  },
  {
    name: "a malformed invitation on standard input",
    flags: { join: "-" },
    input: "s3cret\nhello",
    names: "standard input",
    isUsage: false,
  },
  {
    name: "standard input without a line",
    flags: { join: "-" },
    names: "standard input",
    isUsage: false,
  },
  {
    name: "standard input that begins with an empty line",
    flags: { join: "-" },
    input: `\n${LINE}\n`,
    names: "standard input",
    isUsage: false,
  },
  {
    name: "a line without end on standard input",
    flags: { join: "-" },
    input: "s3cret".repeat(1_000),
    names: "standard input",
    isUsage: false,
  },
  {
    name: "control characters on standard input",
    flags: { join: "-" },
    input: `${LINE}\x1b\n`,
    names: "standard input",
    isUsage: false,
  },
  {
    name: "a token of 513 bytes",
    flags: { token: "s3cret".padEnd(513, "x") },
    names: "--token",
    isUsage: true,
  },
  {
    name: "an identity that no key has",
    flags: { identity: `SHA256:${"A".repeat(42)}B` },
    names: "--identity",
    isUsage: true,
  },
  {
    name: "a missing --token-file",
    flags: { "token-file": "/none" },
    names: "/none",
    isUsage: false,
  },
  {
    name: "a missing --join-file",
    flags: { "join-file": "/none" },
    names: "/none",
    isUsage: false,
  },
  {
    name: "a --group that is no multicast address",
    flags: { group: "192.0.2.7:47700" },
    names: "--group: 192.0.2.7 is no multicast address",
    isUsage: true,
  },
  {
    name: "an invitation in place of a --token-file",
    flags: { "token-file": LINE },
    names: "--token-file",
    isUsage: true,
  },
  {
    name: "an invitation in place of a --join-file",
    flags: { "join-file": LINE },
    names: "--join-file",
    isUsage: true,
  },
];

for (const { name, flags, input, names, isUsage } of unusable) {
  Deno.test(`readClientAccess() refuses ${name}, and shows no secret`, async () => {
    const error = await assertRejects(() => access(flags, input));
    if (isUsage) assertInstanceOf(error, UsageError);
    else assertInstanceOf(error, ExitCodeError);
    assert(error.message.includes(names), error.message);
    assert(!error.message.includes("s3cret"), error.message);
  });
}

for (const content of ["s3cret".padEnd(513, "x"), "s3cret\nx"]) {
  Deno.test(`readClientAccess() refuses a file of ${content.length} bytes as token and invitation`, async () => {
    await using directory = await temporaryDirectory();
    const path = `${directory.path}/secret`;
    await Deno.writeTextFile(path, content, { mode: 0o600 });
    for (const flag of ["token-file", "join-file"]) {
      const { message } = await assertRejects(() => access({ [flag]: path }), ExitCodeError);
      assert(message.includes(path) && !message.includes("s3cret"), message);
    }
  });
}

Deno.test("readClientAccess() asks a person for the invitation, and can be interrupted", async () => {
  const fake = fakeCliIo();
  const io = { ...fake, stdin: { isTerminal: true, readable: new ReadableStream<Uint8Array>() } };
  const reading = readClientAccess("chat", settingsOf({ join: "-" }), io);
  fake.interrupt();
  const error = await assertRejects(() => reading);
  assertEquals(error, fake.signal.reason);
  assertEquals(fake.stderr.text, "hushcast chat: paste the invitation and press Enter\n");
});
