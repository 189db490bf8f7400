import { assertEquals, assertRejects } from "@std/assert";
import { FileTooLongError, readBoundedFile } from "../../src/settings/bounded_file.ts";
import { StateFileError } from "../../src/settings/state_file.ts";
import { assertSameBytes } from "../support/same_bytes.ts";
import { SeededRandom } from "../support/seeded_random.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

for (const size of [0, 1, 65_535, 65_536, 65_537, 200_000]) {
  Deno.test(`readBoundedFile() reads a file of ${size} bytes at its bound`, async () => {
    await using directory = await temporaryDirectory();
    const path = `${directory.path}/file`;
    const content = new SeededRandom(1).bytes(size);
    await Deno.writeFile(path, content);
    assertSameBytes(await readBoundedFile(path, size) ?? new Uint8Array(1), content);
  });
}

Deno.test("readBoundedFile() refuses a file one byte past its bound, and one without end", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/file`;
  await Deno.writeFile(path, new Uint8Array(101));
  await assertRejects(() => readBoundedFile(path, 100), FileTooLongError, path);
  if (Deno.build.os === "windows") return;
  await assertRejects(() => readBoundedFile("/dev/zero", 100_000), FileTooLongError);
});

Deno.test("readBoundedFile() gives nothing for a file that is not there", async () => {
  await using directory = await temporaryDirectory();
  assertEquals(await readBoundedFile(`${directory.path}/none`, 1), undefined);
});

Deno.test("readBoundedFile() says what it can't read", async () => {
  await using directory = await temporaryDirectory();
  await assertRejects(() => readBoundedFile(directory.path, 1), StateFileError, directory.path);
});
