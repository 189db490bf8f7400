import { assertEquals } from "@std/assert";
import { isOpenToOthers } from "../../src/settings/open_to_others.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const modes = [
  { mode: 0o600, isOpen: false },
  { mode: 0o400, isOpen: false },
  { mode: 0o640, isOpen: true },
  { mode: 0o604, isOpen: true },
  { mode: 0o660, isOpen: true },
];

for (const { mode, isOpen } of modes) {
  Deno.test({
    name: `isOpenToOthers() of mode ${mode.toString(8)} is ${isOpen}`,
    ignore: Deno.build.os === "windows",
    async fn() {
      await using directory = await temporaryDirectory();
      const path = `${directory.path}/key`;
      await Deno.writeTextFile(path, "secret");
      await Deno.chmod(path, mode);
      assertEquals(await isOpenToOthers(path), isOpen);
    },
  });
}
