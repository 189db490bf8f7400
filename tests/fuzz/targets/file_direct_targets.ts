import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { clientLine } from "../../../src/control/client_summary.ts";
import { sha256 } from "../../../src/crypto/sha256.ts";
import { RsaPrivateKey } from "../../../src/crypto/rsa_private_key.ts";
import { ClientKeysFile } from "../../../src/direct/client_keys_file.ts";
import type { ClientRecord } from "../../../src/direct/client_record.ts";
import { RsaWorker } from "../../../src/direct/rsa_worker.ts";
import { loadServerKey } from "../../../src/direct/server_key_file.ts";
import { StoredRsaPublicKey } from "../../../src/direct/stored_rsa_public_key.ts";
import { rsaTestFile } from "../../support/direct_rsa_test_key.ts";
import { DirectHarness } from "../../support/direct_harness.ts";
import { type ByteEdit, byteEdit, byteEdits, editBytes } from "./file_byte_edits.ts";
import { editJson, type JsonEdit, jsonEdits } from "./file_json_edits.ts";
import { FileStage } from "./file_stage.ts";
import type { FuzzTarget } from "./fuzz_target.ts";

const MINUTE_MS = 60_000;

const serverKey = await RsaPrivateKey.import(rsaTestFile("rsa_2048.pem"));

/** A client in the file: its port, how long ago it was heard, and what it is known to have done. */
const client = fc.record({
  port: fc.integer({ min: 1, max: 0xffff }),
  idleMs: fc.nat({ max: 2 * MINUTE_MS }),
  hasDelivered: fc.boolean(),
  speaksHybrid: fc.boolean(),
  // Not always those that its key has.
  bits: fc.constantFrom(2048, 2048, 2048, 2049, 4096),
});

interface ClientKeysInput {
  readonly clients: readonly {
    readonly port: number;
    readonly idleMs: number;
    readonly hasDelivered: boolean;
    readonly speaksHybrid: boolean;
    readonly bits?: number;
  }[];
  readonly values: readonly JsonEdit[];
  readonly bytes: readonly ByteEdit[];
}

/** Files of clients' keys: refused as a whole, or a server can take them back, list them and use them. */
export const FILE_DIRECT_CLIENTS: FuzzTarget<ClientKeysInput> = {
  name: "file-direct-clients",
  about: "clients' keys of a direct server with changed values and bytes, read and used",
  inputs: fc.record({
    clients: fc.uniqueArray(client, { maxLength: 3, selector: ({ port }) => port }),
    values: jsonEdits,
    bytes: byteEdits,
  }),
  budgetInputs: 30,
  check: async ({ clients, values, bytes }) => {
    await using stage = await FileStage.with("direct_clients.json", new Uint8Array());
    const file = new ClientKeysFile(stage.directory);
    const harness = new DirectHarness();
    const { unixMs } = harness.clock.now;
    const written = clients.map(({ port, idleMs, bits = 2048, ...rest }): ClientRecord => ({
      endpoint: { hostname: "127.0.0.1", port },
      key: new StoredRsaPublicKey(serverKey.publicDer, bits),
      sinceUnixMs: unixMs - 2 * idleMs,
      lastSeenUnixMs: unixMs - idleMs,
      ...rest,
    }));
    await file.write(written);
    const json = editJson(JSON.parse(new TextDecoder().decode(stage.bytes())), values);
    const text = new TextEncoder().encode(JSON.stringify(json));
    Deno.writeFileSync(stage.path, editBytes(text, bytes));
    const outcome = await stage.read(() => file.read());
    if ("error" in outcome) return assertEquals(outcome.error.code, "CLIENTS_FILE");
    if (values.length + bytes.length === 0) assertEquals(outcome.value.length, written.length);
    await assertOfUse(outcome.value, harness);
  },
};

/** Has a server take the clients back, and an operator list them and write to each. */
async function assertOfUse(
  records: readonly ClientRecord[],
  harness: DirectHarness,
): Promise<void> {
  const { core, clock } = harness;
  harness.held.add("encrypt_blocks");
  for (const record of records) core.restore(record, clock.now);
  const clients = core.clients(clock.now);
  for (const client of clients) assert(clientLine(client).startsWith(client.id));
  core.records();
  for (const [index, { id }] of clients.entries()) {
    const sent = core.sendTo(id, new Uint8Array(1_000), index, clock.now);
    if ("effects" in sent) harness.carryOut(sent.effects);
  }
  const worker = new RsaWorker(serverKey, 1);
  for (let job = harness.jobs.shift(); job !== undefined; job = harness.jobs.shift()) {
    const outcome = await worker.perform(job);
    harness.carryOut(outcome(core, clock.now));
  }
  harness.run(10 * MINUTE_MS);
}

/** Changes of the text of a key, and of the bytes that it stands for. */
interface ServerKeyInput {
  readonly der: readonly ByteEdit[];
  readonly text: readonly ByteEdit[];
}

const SERVER_KEY_DER = Uint8Array.fromBase64(
  new TextDecoder().decode(rsaTestFile("rsa_2048.pem")).replaceAll(/-----.*-----/g, ""),
);

/** Server keys: refused and left as they are, or a key that opens what was sealed for it. */
export const FILE_DIRECT_KEY: FuzzTarget<ServerKeyInput> = {
  name: "file-direct-key",
  about: "RSA keys of a direct server with changed bytes in the PEM and in the DER, read and used",
  inputs: fc.record({ der: fc.array(byteEdit, { maxLength: 2 }), text: byteEdits }),
  budgetInputs: 30,
  check: async ({ der, text }) => {
    const body = editBytes(SERVER_KEY_DER, der).toBase64().replaceAll(/.{64}/g, "$&\n");
    const pem = `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`;
    const bytes = editBytes(new TextEncoder().encode(pem), text);
    await using stage = await FileStage.with("direct_key.pem", bytes);
    const outcome = await stage.read(() =>
      loadServerKey(stage.directory, 2048, () => assert(false, "A key was made"))
    );
    if ("error" in outcome) {
      assert(der.length + text.length > 0);
      return assertEquals(outcome.error.code, "KEY_FILE");
    }
    await assertOpens(outcome.value.key);
  },
};

async function assertOpens(key: RsaPrivateKey): Promise<void> {
  const stored = new StoredRsaPublicKey(key.publicDer, key.modulusBytes * 8);
  const secret = sha256(Uint8Array.of(1));
  assertEquals(await key.decrypt(await stored.encrypt(secret)), secret);
}
