import { assert, assertEquals, assertFalse, assertRejects } from "@std/assert";
import { IdentityFileError, loadIdentity } from "../../src/relay/identity_file.ts";
import { StateFileError } from "../../src/settings/state_file.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

Deno.test("loadIdentity() makes an identity at the first start and keeps it", async () => {
  await using directory = await temporaryDirectory();
  const state = `${directory.path}/new/state`;
  const first = await loadIdentity(state);
  const second = await loadIdentity(state);
  assertEquals([first.isNew, second.isNew], [true, false]);
  assertEquals(second.identity.fingerprint, first.identity.fingerprint);
  assertEquals(second.path, `${state}/identity.pk8`);
});

Deno.test("loadIdentity() leaves a file alone that holds something else", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/identity.pk8`;
  await Deno.writeTextFile(path, "not a key");
  await assertRejects(() => loadIdentity(directory.path), IdentityFileError, path);
  assertEquals(await Deno.readTextFile(path), "not a key");
});

Deno.test({
  name: "loadIdentity() tells of an identity that others on this machine can use",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using directory = await temporaryDirectory();
    assertFalse((await loadIdentity(directory.path)).isExposed);
    assertFalse((await loadIdentity(directory.path)).isExposed);
    await Deno.chmod(`${directory.path}/identity.pk8`, 0o644);
    assert((await loadIdentity(directory.path)).isExposed);
  },
});

Deno.test("loadIdentity() says that it can't write, and leaves nothing behind", async () => {
  await using directory = await temporaryDirectory();
  await Deno.writeTextFile(`${directory.path}/file`, "");
  await assertRejects(() => loadIdentity(`${directory.path}/file`), StateFileError);
  const names = Array.from(Deno.readDirSync(directory.path), ({ name }) => name);
  assertFalse(names.some((name) => name.includes(".new-")));
});
