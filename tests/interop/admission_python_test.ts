import { assertEquals, assertMatch } from "@std/assert";
import { type RunningRelay, startRelay } from "../../scripts/hushcast_process.ts";
import { pythonTest } from "../support/python.ts";
import { runHushcast } from "../support/relay_clients.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { PythonClients, sealed } from "./python_clients.ts";

const AUTHENTICATION_REQUIRED = 1;
const AUTHENTICATION_FAILED = 2;
const NAME_TAKEN = 6;

/** A relay that asks for tokens, and has let in a watcher that sees who comes and goes. */
function admissionTest(
  name: string,
  scenario: (peers: PythonClients, tokens: RelayTokens) => Promise<void>,
): void {
  pythonTest(`admission (Python client) ${name}`, async (python) => {
    await using state = await temporaryDirectory();
    const file = new TokenFile(state.path);
    const token = await file.add("watcher");
    const last = await file.add("last");
    const args = ["--no-multicast", "--auth-tokens", file.path];
    await using relay = await startRelay(state.path, args);
    await using peers = new PythonClients(python, relay);
    await peers.join("watcher", { token });
    await scenario(peers, new RelayTokens(file, relay, last));
  });
}

/** A token file, changed by `hushcast token`. */
class TokenFile {
  readonly path: string;

  constructor(readonly state: string) {
    this.path = `${state}/tokens.json`;
  }

  /** Lets a client in, and returns its token. */
  async add(name: string): Promise<string> {
    const [token = ""] = await this.#run("add", name);
    assertMatch(token, /^\S{16,}$/);
    return token;
  }

  async revoke(name: string): Promise<void> {
    await this.#run("revoke", name);
  }

  async #run(action: string, name: string): Promise<readonly string[]> {
    const args = ["token", action, name, "--auth-tokens", this.path, "--state", this.state];
    const { code, stdout, stderr } = await runHushcast(args);
    assertEquals(code, 0, stderr.join("\n"));
    return stdout;
  }
}

/** The tokens of a relay that runs. */
class RelayTokens {
  constructor(
    readonly file: TokenFile,
    readonly relay: RunningRelay,
    /** The token of a client that comes when all else is done. */
    readonly last: string,
  ) {}

  /** Gives out a token, and waits until the relay knows it. */
  async add(name: string): Promise<string> {
    const token = await this.file.add(name);
    await this.relay.process.errorLine(/admission tokens read tokens=3/);
    return token;
  }
}

/** What the watcher was told until now: notices may be gathered, so one more client shows the end. */
async function watched(peers: PythonClients, { last }: RelayTokens): Promise<unknown[]> {
  await peers.join("last", { token: last });
  const { events } = await peers.runUntil("watcher", "last");
  assertEquals(events.at(-1), { notify_connect: "last" });
  return events.slice(0, -1);
}

/** A token with one bit of its last character flipped. */
function almost(token: string): string {
  const last = token.charCodeAt(token.length - 1) ^ 1;
  return token.slice(0, -1) + String.fromCharCode(last);
}

admissionTest("gets code 1 without a token", async (peers, tokens) => {
  assertEquals(await peers.rejection("ann"), AUTHENTICATION_REQUIRED);
  assertEquals(await peers.rejection("ann", { name: null }), AUTHENTICATION_REQUIRED);
  await peers.heardByStranger("ann");
  await peers.renewKey("ann");
  const bare = await peers.datagram(["ENCRYPTED_SYMMETRIC_KEY", "ann"]);
  assertEquals(await peers.exchange("ann", bare), ["REGISTRATION_REJECTED 1"]);
  assertEquals(await watched(peers, tokens), []);
});

admissionTest("gets code 2 for a token that nobody gave out", async (peers, tokens) => {
  const token = await tokens.add("ann");
  for (const wrong of [almost(token), token.slice(0, -1), `${token}x`, "x", "ann"]) {
    assertEquals(await peers.rejection("ann", { token: wrong }), AUTHENTICATION_FAILED, wrong);
  }
  assertEquals(await watched(peers, tokens), []);
});

admissionTest("gets in with its token, under its name only", async (peers, tokens) => {
  const token = await tokens.add("ann");
  assertEquals(await peers.rejection("eve", { token }), NAME_TAKEN);
  await peers.join("ann", { token });
  await peers.say("ann", "hello");
  await peers.flush("ann");
  assertEquals(await watched(peers, tokens), [
    { notify_connect: "ann" },
    { message: "hello", sender: "ann" },
  ]);
});

admissionTest("is not stored when it is rejected", async (peers, tokens) => {
  await peers.open("ann");
  await peers.heardByStranger("ann");
  await peers.renewKey("ann");
  const hello = sealed("ann", ["CLIENT_HELLO", 1, 1], ["CLIENT_NAME", "ann"]);
  const datagram = await peers.datagram(["ENCRYPTED_SYMMETRIC_KEY", "ann"], hello);
  for (let turn = 0; turn < 3; turn++) {
    assertEquals(await peers.exchange("ann", datagram), ["REGISTRATION_REJECTED 1"]);
  }
  const message = await peers.datagram(sealed("ann", ["MESSAGE", "let me in"]));
  assertEquals(await peers.exchange("ann", message), ["UNKNOWN_SESSION"]);
  assertEquals(await watched(peers, tokens), []);
});

admissionTest("is told that its token is revoked, and is gone", async (peers, tokens) => {
  const token = await tokens.add("ann");
  const { session } = await peers.join("ann", { token });
  await tokens.file.revoke("ann");
  const { events } = await peers.runUntil("ann", "admission token revoked");
  assertEquals(events.at(-1), { disconnect: "admission token revoked" });
  const late = sealed("ann", ["CLIENT_SEQUENCE", 1], ["MESSAGE", "too late"]);
  assertEquals(await peers.exchange("ann", await peers.datagram(late)), ["UNKNOWN_SESSION"]);
  await peers.open("elsewhere");
  const roaming = await peers.datagram(["SESSION_ID", session], late);
  assertEquals(await peers.exchange("elsewhere", roaming), ["UNKNOWN_SESSION"]);
  assertEquals(await peers.rejection("ann", { token }), AUTHENTICATION_FAILED);
  assertEquals(await watched(peers, tokens), [
    { notify_connect: "ann" },
    { notify_disconnect: "ann" },
  ]);
});

pythonTest("admission (Python client) gets code 6 for a name in use", async (python) => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path, ["--no-multicast"]);
  await using peers = new PythonClients(python, relay);
  await peers.join("ann");
  assertEquals(await peers.rejection("other", { name: "ann" }), NAME_TAKEN);
  await peers.join("other", { name: "an" });
  assertEquals((await peers.runUntil("ann", "an")).events, [{ notify_connect: "an" }]);
});
