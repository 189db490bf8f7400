import { join } from "node:path";
import { CLUSTER_KEY_FILE, readClusterKey } from "../../src/cli/cluster_key.ts";
import { loadSenderKey } from "../../src/cli/sender_key.ts";
import { KnownRelaysFile } from "../../src/client/known_relays_file.ts";
import { Identity } from "../../src/crypto/identity.ts";
import { RsaPrivateKey } from "../../src/crypto/rsa_private_key.ts";
import { ClientKeysFile } from "../../src/direct/client_keys_file.ts";
import { loadServerKey } from "../../src/direct/server_key_file.ts";
import { HistoryKeyFile } from "../../src/history/sqlite/history_key_file.ts";
import { silentLogger } from "../../src/observe/event_logger.ts";
import { addAuthToken, listAuthTokens } from "../../src/relay/auth_tokens_file.ts";
import { BansFile } from "../../src/relay/bans_file.ts";
import { loadIdentity } from "../../src/relay/identity_file.ts";
import { readStateFile } from "../../src/settings/state_file.ts";
import { admissionToken } from "./admission_tokens.ts";
import { DirectFakeKey } from "./direct_fake_key.ts";
import { SeededRandom } from "./seeded_random.ts";

/** One of the files that hushcast keeps, as `src` writes and reads it. */
export interface StateWriter {
  /** The file's name. */
  readonly name: string;
  /** Brings about what is there before; nothing is when it is missing. */
  prepare?(directory: string): Promise<unknown>;
  /** Writes what is new, unless it is there. */
  write(directory: string): Promise<unknown>;
  /** Tells what is there. @throws If that is damaged. */
  read(directory: string): Promise<unknown>;
}

const FINGERPRINTS = ["A", "E"].map((letter) => `SHA256:${letter.repeat(43)}`);
const CLIENT_KEY = new DirectFakeKey(new SeededRandom(1), 256);

/** Every file that is written by way of `writeStateFile`. */
export const STATE_WRITERS: readonly StateWriter[] = [
  {
    name: "identity.pk8",
    write: loadIdentity,
    read: (directory) => ifThere(join(directory, "identity.pk8"), Identity.import),
  },
  {
    name: "direct_key.pem",
    write: (directory) => loadServerKey(directory, 2048, () => undefined),
    read: (directory) => ifThere(join(directory, "direct_key.pem"), RsaPrivateKey.import),
  },
  {
    name: "sender.pem",
    write: (directory) => loadSenderKey(join(directory, "sender.pem"), () => Promise.resolve()),
    read: (directory) => ifThere(join(directory, "sender.pem"), RsaPrivateKey.import),
  },
  {
    name: "history.key",
    write: async (directory) => {
      const file = new HistoryKeyFile(directory);
      if (await file.read() === undefined) await file.make();
    },
    read: async (directory) => await new HistoryKeyFile(directory).read() && "a key",
  },
  {
    name: CLUSTER_KEY_FILE,
    write: (state) => readClusterKey({ clusterKeyFile: undefined, state }, silentLogger),
    read: (state) =>
      ifThere(
        join(state, CLUSTER_KEY_FILE),
        () => readClusterKey({ clusterKeyFile: undefined, state }, silentLogger),
      ),
  },
  {
    name: "auth_tokens.json",
    prepare: (directory) => addToken(directory, "ada"),
    write: (directory) => addToken(directory, "bob"),
    read: async (directory) => (await tokensIn(directory)).map(({ name }) => name),
  },
  {
    name: "bans.json",
    prepare: (directory) => new BansFile(directory).write([banOf("ada")]),
    write: (directory) => new BansFile(directory).write([banOf("ada"), banOf("bob")]),
    read: (directory) => new BansFile(directory).read(),
  },
  {
    name: "direct_clients.json",
    prepare: (directory) => keepClients(directory, [1]),
    write: (directory) => keepClients(directory, [1, 2]),
    read: (directory) => new ClientKeysFile(directory).read(),
  },
  {
    name: "known_relays",
    prepare: (directory) => trust(directory, 0),
    write: (directory) => trust(directory, 1),
    read: async (directory) => (await knownRelays(directory).find("relay:1")).length,
  },
];

async function ifThere<T>(
  path: string,
  parse: (bytes: Uint8Array<ArrayBuffer>) => Promise<T>,
): Promise<"whole" | undefined> {
  const bytes = await readStateFile(path);
  if (bytes === undefined) return undefined;
  await parse(bytes);
  return "whole";
}

async function addToken(directory: string, name: string): Promise<void> {
  if ((await tokensIn(directory)).some((token) => token.name === name)) return;
  await addAuthToken(tokenFileIn(directory), admissionToken(name, name), 0);
}

async function tokensIn(directory: string) {
  const bytes = await readStateFile(tokenFileIn(directory));
  return bytes === undefined ? [] : await listAuthTokens(tokenFileIn(directory));
}

function tokenFileIn(directory: string): string {
  return join(directory, "auth_tokens.json");
}

function banOf(target: string) {
  return { kind: "name", target, sinceUnixMs: 0, untilUnixMs: undefined } as const;
}

async function keepClients(directory: string, ports: readonly number[]): Promise<void> {
  await new ClientKeysFile(directory).write(ports.map((port) => ({
    endpoint: { hostname: "127.0.0.1", port },
    key: CLIENT_KEY,
    sinceUnixMs: 0,
    lastSeenUnixMs: 0,
    hasDelivered: false,
    speaksHybrid: false,
  })));
}

function knownRelays(directory: string): KnownRelaysFile {
  return new KnownRelaysFile(join(directory, "known_relays"));
}

async function trust(directory: string, index: number): Promise<void> {
  await knownRelays(directory).add("relay:1", FINGERPRINTS[index] ?? "", 0);
}
