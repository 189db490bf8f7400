import { assert, assertEquals, assertMatch } from "@std/assert";
import { startRelay } from "../../scripts/hushcast_process.ts";
import { relayControl, runHushcastWith } from "../support/e2e_relay_control.ts";
import { routeTo, runHushcast } from "../support/relay_clients.ts";
import { mountSmallDisk } from "../support/sqlite_small_disk.ts";
import { filesIn, namesIn } from "../support/state_files.ts";
import { rootTest } from "../support/test_as_root.ts";

const DISK_KIB = 256;

const REASON = "no space left on device";

const LOOPBACK = ["--bind", "127.0.0.1", "--port", "0", "--control-port", "0"];

rootTest(
  "on a full disk commands say which file they can't write, and leave what is there",
  async () => {
    await using disk = await mountSmallDisk(DISK_KIB);
    const state = `${disk.path}/state`;
    assertEquals((await runHushcast(["token", "add", "ada", "--state", state])).code, 0);
    await disk.fill();
    const before = await filesIn(state);
    const commands = [
      { args: ["token", "add", "bob", "--state", state], file: `${state}/auth_tokens.json` },
      { args: ["token", "revoke", "ada", "--state", state], file: `${state}/auth_tokens.json` },
      { args: ["identity", "--state", `${disk.path}/a`], file: `${disk.path}/a/identity.pk8` },
      {
        args: ["relay", ...LOOPBACK, "--no-multicast", "--state", `${disk.path}/b`],
        file: `${disk.path}/b/identity.pk8`,
      },
      {
        args: ["direct", ...LOOPBACK, "--rsa-bits", "2048", "--state", `${disk.path}/c`],
        file: `${disk.path}/c/direct_key.pem`,
      },
    ];
    await Promise.all(commands.map(async ({ args, file }) => {
      const isServer = args[0] === "relay" || args[0] === "direct";
      const { code, stdout, stderr } = await runHushcast(
        isServer ? [...args, "--log-level", "error"] : args,
      );
      const pattern = `^hushcast ${args[0]}: cannot write ${RegExp.escape(file)}: ${REASON}$`;
      assertMatch(stderr.join("\n"), new RegExp(pattern));
      assertEquals([code, stdout], [1, []]);
    }));
    assertEquals(await filesIn(state), before);
    // Locks take no room.
    assertEquals(["a", "b", "c"].map((name) => namesIn(`${disk.path}/${name}`)), [
      [],
      ["relay.lock"],
      ["direct.lock"],
    ]);
    await disk.clear();
    assertEquals((await runHushcast(["token", "add", "bob", "--state", state])).code, 0);
    assertEquals((await runHushcast(["identity", "--state", `${disk.path}/b`])).code, 0);
  },
);

rootTest(
  "a relay whose disk becomes full relays on, and its log goes on when there is room",
  async () => {
    await using disk = await mountSmallDisk(DISK_KIB);
    const log = `${disk.path}/relay.log`;
    const flags = ["--no-multicast", "--log-level", "debug", "--log-file", log];
    await using relay = await startRelay(disk.path, flags);
    assertEquals((await relayControl(relay, "ban", "eve")).code, 0);
    const bans = await Deno.readTextFile(`${disk.path}/bans.json`);
    await disk.fill();
    const banned = await relayControl(relay, "ban", "mallory");
    assertEquals(banned.code, 1);
    assertMatch(
      [...banned.stdout, ...banned.stderr].join("\n"),
      new RegExp(`for this run only: cannot write ${disk.path}/bans\\.json: ${REASON}`, "i"),
    );
    assertEquals(await Deno.readTextFile(`${disk.path}/bans.json`), bans);
    // The page that the file ends in still takes some lines.
    const lines = Array.from({ length: 100 }, () => "list_clients");
    await runHushcastWith(["control", "--port", `${relay.controlPort}`], { lines });
    await relay.process.errorLine(/ ERROR log file not written .*no space left/);
    for (const name of ["ann", "ben"]) {
      const way = [...routeTo(relay, "unicast"), "--state", disk.path];
      const sent = await runHushcast(["send", "hi", "--name", name, ...way]);
      assertEquals(sent.code, 0, sent.stderr.join("\n"));
      assertMatch(sent.stderr.join("\n"), new RegExp(`known_relays: ${REASON}`));
      await relay.process.errorLine(new RegExp(`client registered id=${name} `));
    }
    await disk.clear();
    assertEquals((await relayControl(relay, "ban", "trudy")).code, 0);
    relay.process.kill("SIGTERM");
    assertEquals(await relay.process.ended(), 0);
    const troubles = relay.process.stderr.filter((line) => line.includes("log file not written"));
    assertEquals(troubles.length, 1, troubles.join("\n"));
    assert((await Deno.readTextFile(log)).trimEnd().endsWith("relay stopped"));
    const kept = await Deno.readTextFile(`${disk.path}/bans.json`);
    for (const name of ["eve", "mallory", "trudy"]) assert(kept.includes(name), kept);
    assert(!namesIn(disk.path).some((name) => name.includes(".new-")), `${namesIn(disk.path)}`);
  },
);
