import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { RelayClient } from "../../src/client/mod.ts";
import { dashboardOf, eventually, readinessOf } from "../support/e2e_cluster_signs.ts";
import { startKeeper } from "../support/e2e_history.ts";
import { relayControl } from "../support/e2e_relay_control.ts";
import { IdleConnections, limitFiles, openFiles } from "../support/fault_file_handles.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { programTest } from "../support/test_with_program.ts";
import { waitFor } from "../support/wait_for.ts";

const HOST = "127.0.0.1";

programTest(
  "prlimit",
  "util-linux",
  "a relay that has run out of file handles relays on, and takes connections again later",
  async () => {
    await using state = await temporaryDirectory();
    const log = `${state.path}/relay.log`;
    const logFile = ["--log-file", log, "--log-file-max-bytes", "1024", "--log-level", "debug"];
    await using relay = await startKeeper(state.path, ["--http", `${HOST}:0`, ...logFile]);
    const { pid, stderr } = relay.process;
    const http = await dashboardOf(relay);
    const options = { relay: relay.relay, reliable: true };
    await using ada = await RelayClient.connect({ ...options, name: "ada" });
    await using ben = await RelayClient.connect({ ...options, name: "ben" });
    const heard: string[] = [];
    const hearing = (async () => {
      for await (const { payload } of ben.messages()) heard.push(new TextDecoder().decode(payload));
    })();
    using idle = new IdleConnections();
    await limitFiles(pid, openFiles(pid) + 6);
    for (let round = 0; round < 4; round++) {
      await idle.open({ hostname: HOST, port: relay.controlPort }, 4);
      await idle.open({ hostname: HOST, port: Number(new URL(http).port) }, 4);
    }
    await relay.process.errorLine(/control accept failed .*Too many open files/);
    const said = Array.from({ length: 50 }, (_, index) => `text ${index}`);
    for (const text of said) await ada.send(text);
    await ada.flush();
    await waitFor(() => heard.length === said.length);
    assertEquals(heard, said);
    await using late = await RelayClient.connect({ ...options, name: "late" });
    await relay.process.errorLine(/http connections may not be taken|client registered id=late/);
    idle[Symbol.dispose]();
    await relay.process.errorLine(/control accepts again/);
    assertEquals((await relayControl(relay, "list_clients")).code, 0);
    await relay.process.errorLine(/http port listens again/);
    const ready = await eventually(() => readinessOf({ http }), ({ status }) => status === 200);
    assertEquals(ready.text, "ready");
    const complaints = stderr.filter((line) => /accept failed/.test(line));
    assertLessOrEqual(complaints.length, 2, complaints.join("\n"));
    assertEquals(stderr.filter((line) => /ERROR|internal error/.test(line)), []);
    await eventually(
      () => Deno.readTextFile(log),
      (text) => text.includes("http port listens again"),
    );
    await late.close();
    await ben.close();
    await hearing;
    relay.process.kill("SIGTERM");
    assertEquals(await relay.process.ended(), 0);
    assert((await Deno.readTextFile(log)).includes("relay stopped"));
  },
);
