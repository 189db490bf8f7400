import { assertEquals, assertRejects } from "@std/assert";
import { RsaPrivateKey } from "../../src/crypto/rsa_private_key.ts";
import { DirectServerError } from "../../src/direct/direct_server_error.ts";
import { loadServerKey } from "../../src/direct/server_key_file.ts";
import { StateFileError } from "../../src/settings/state_file.ts";
import { rsaTestFile } from "../support/direct_rsa_test_key.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

Deno.test("loadServerKey() makes a key at the first start, for the user alone, and keeps it", async () => {
  await using directory = await temporaryDirectory();
  const state = `${directory.path}/new/state`;
  let made = 0;
  const first = await loadServerKey(state, 2048, () => made++);
  const second = await loadServerKey(state, 2048, () => made++);
  assertEquals(made, 1);
  assertEquals([first.isNew, second.isNew], [true, false]);
  assertEquals(second.key.fingerprint, first.key.fingerprint);
  assertEquals([first.path, second.path], [`${state}/direct_key.pem`, `${state}/direct_key.pem`]);
  assertEquals(((await Deno.stat(first.path)).mode ?? 0) & 0o777, 0o600);
  assertEquals(((await Deno.stat(state)).mode ?? 0) & 0o777, 0o700);
});

Deno.test("loadServerKey() takes a key that was put there, whatever its length", async () => {
  await using directory = await temporaryDirectory();
  const pem = rsaTestFile("rsa_3072.pem");
  await Deno.writeFile(`${directory.path}/direct_key.pem`, pem);
  const { key, isNew } = await loadServerKey(directory.path, 2048, () => {});
  assertEquals([isNew, key.modulusBits], [false, 3072]);
  assertEquals(key.fingerprint, (await RsaPrivateKey.import(pem)).fingerprint);
});

const refused: { name: string; bytes: () => Uint8Array<ArrayBuffer> }[] = [
  { name: "no PEM", bytes: () => new TextEncoder().encode("not a key") },
  { name: "nothing", bytes: () => new Uint8Array() },
  { name: "a PEM that is cut short", bytes: () => rsaTestFile("rsa_2048.pem").slice(0, 900) },
  { name: "a public key", bytes: () => rsaTestFile("rsa_2048_public.pem") },
  { name: "a key under a passphrase", bytes: () => rsaTestFile("rsa_2048_encrypted.pem") },
  { name: "a key that is too long", bytes: () => rsaTestFile("rsa_8192.pem") },
  { name: "another kind of key", bytes: () => rsaTestFile("p256.pem") },
];
for (const { name, bytes } of refused) {
  Deno.test(`loadServerKey() leaves a file alone that holds ${name}`, async () => {
    await using directory = await temporaryDirectory();
    const path = `${directory.path}/direct_key.pem`;
    const held = bytes();
    await Deno.writeFile(path, held);
    const load = () => loadServerKey(directory.path, 2048, () => {});
    const error = await assertRejects(load, DirectServerError, path);
    assertEquals([error.code, await Deno.readFile(path)], ["KEY_FILE", held]);
  });
}

Deno.test("loadServerKey() says that it can't read or write, and leaves nothing behind", async () => {
  await using directory = await temporaryDirectory();
  await Deno.writeTextFile(`${directory.path}/file`, "");
  await assertRejects(
    () => loadServerKey(`${directory.path}/file`, 2048, () => {}),
    StateFileError,
  );
  assertEquals(Array.from(Deno.readDirSync(directory.path), ({ name }) => name), ["file"]);
});
