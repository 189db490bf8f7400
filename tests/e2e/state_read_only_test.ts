import { assert, assertEquals, assertMatch } from "@std/assert";
import { startRelay } from "../../scripts/hushcast_process.ts";
import { tokenFileIn } from "../support/e2e_admission_token.ts";
import { relayControl } from "../support/e2e_relay_control.ts";
import { routeTo, runHushcast, startClient } from "../support/relay_clients.ts";
import { filesIn } from "../support/state_files.ts";
import { makeReadOnly } from "../support/state_read_only.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const IS_WINDOWS = Deno.build.os === "windows";

/** What the system says. */
const REASON = "(?:read-only file system|permission denied)";

const LOOPBACK = ["--bind", "127.0.0.1", "--port", "0", "--control-port", "0"];

/** Commands that have to write at a place of which they are told, and what they say if they can't. */
const WRITERS: readonly {
  readonly args: (place: string, elsewhere: string) => readonly string[];
  readonly says: string;
}[] = [
  {
    args: (place) => ["relay", ...LOOPBACK, "--no-multicast", "--state", place],
    says: "hushcast relay: cannot write PLACE/identity.pk8: REASON",
  },
  {
    args: (place) => ["relay", ...LOOPBACK, "--no-multicast", "--state", `${place}/new/one`],
    says: "hushcast relay: cannot write PLACE/new/one/identity.pk8: REASON",
  },
  {
    args: (place, elsewhere) => [
      ...["relay", ...LOOPBACK, "--no-multicast", "--state", `${elsewhere}/1`],
      ...["--history", `sqlite:${place}/history.db`],
    ],
    says: "hushcast relay: cannot use PLACE/history.db: REASON.*",
  },
  {
    args: (place, elsewhere) => [
      ...["relay", ...LOOPBACK, "--no-multicast", "--state", `${elsewhere}/2`],
      ...["--log-file", `${place}/relay.log`],
    ],
    says: 'hushcast relay: cannot open log file "PLACE/relay.log": REASON.*',
  },
  {
    args: (place) => ["direct", ...LOOPBACK, "--rsa-bits", "2048", "--state", place],
    says: "hushcast direct: cannot write PLACE/direct_key.pem: REASON",
  },
  {
    args: (place) => ["identity", "--state", place],
    says: "hushcast identity: cannot write PLACE/identity.pk8: REASON",
  },
  {
    args: (place) => ["token", "add", "ada", "--state", place],
    says: "hushcast token: cannot lock PLACE/auth_tokens.json.lock: REASON",
  },
];

Deno.test({
  name: "on a read-only disk every command says in one line which file it can't write, and why",
  ignore: IS_WINDOWS,
  fn: async () => {
    await using elsewhere = await temporaryDirectory();
    await using directory = await temporaryDirectory();
    await using _readOnly = await makeReadOnly(directory.path);
    await Promise.all(WRITERS.map(async ({ args, says }) => {
      const command = [...args(directory.path, elsewhere.path)];
      const isServer = command[0] === "relay" || command[0] === "direct";
      if (isServer) command.push("--log-level", "error");
      const { code, stdout, stderr } = await runHushcast(command);
      const pattern = says.replace("PLACE", RegExp.escape(directory.path)).replace(
        "REASON",
        REASON,
      );
      assertMatch(stderr.join("\n"), new RegExp(`^${pattern}$`));
      assertEquals([code, stdout], [1, []]);
    }));
    assertEquals(await filesIn(directory.path), []);
  },
});

Deno.test({
  name: "a relay starts on a read-only disk that has what it needs, and goes on when it becomes so",
  ignore: IS_WINDOWS,
  fn: async () => {
    await using state = await temporaryDirectory();
    const { path } = state;
    await runHushcast(["token", "add", "bob", "--state", path]);
    await using former = await startRelay(path, ["--no-multicast"]);
    await using ada = await startClient(former, "listen", "ada", `${path}/ada`);
    await using _readOnly = await makeReadOnly(path);
    const before = await filesIn(path);
    await assertRelays(former, ada, path);
    former.process.kill("SIGTERM");
    assertEquals(await former.process.ended(), 0);
    const args = ["--no-multicast", "--auth-tokens", tokenFileIn(path)];
    await using relay = await startRelay(path, args);
    assertEquals(relay.identity, former.identity);
    // The file of the lock is there, and can be locked without a right to write to it.
    assert(!relay.process.stderr.some((line) => line.includes("not locked")));
    const revoked = await runHushcast(["token", "revoke", "bob", "--state", path]);
    assertEquals(revoked.code, 1);
    assertMatch(revoked.stderr.join("\n"), /^hushcast token: cannot .*auth_tokens\.json/);
    assertEquals(await filesIn(path), before);
  },
});

/** That messages get through, and that a ban and a client say what they can't keep. */
async function assertRelays(
  relay: Awaited<ReturnType<typeof startRelay>>,
  listener: Awaited<ReturnType<typeof startClient>>,
  state: string,
): Promise<void> {
  const banned = await relayControl(relay, "ban", "mallory");
  const said = [...banned.stdout, ...banned.stderr].join("\n");
  assertMatch(
    said,
    new RegExp(`for this run only: cannot write ${state}/bans\\.json: ${REASON}`, "i"),
  );
  assertEquals(banned.code, 1);
  await relay.process.errorLine(/ ERROR bans not saved error=.*bans\.json/);
  const way = [...routeTo(relay, "unicast"), "--state", state];
  const sent = await runHushcast(["send", "still here", "--name", "eve", ...way]);
  assertEquals(sent.code, 0, sent.stderr.join("\n"));
  assertMatch(sent.stderr.join("\n"), new RegExp(`known_relays.*: ${REASON}`));
  await listener.line(/eve\tstill here/);
  const kept = await runHushcast(["send", "no", "--name", "mallory", ...way]);
  assertEquals(kept.code, 3, kept.stderr.join("\n"));
}
