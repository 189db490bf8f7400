import { assertEquals } from "@std/assert";
import { relative } from "node:path";
import { checksumOf, writeChecksums } from "../../../scripts/compile/checksums.ts";
import { temporaryDirectory } from "../../support/temporary_directory.ts";

const A = "a".repeat(64);
const B = "b".repeat(64);

Deno.test("checksumOf() is the SHA-256 of FIPS 180-4", async () => {
  await using folder = await temporaryDirectory();
  await Deno.writeTextFile(`${folder.path}/abc`, "abc");
  assertEquals(
    await checksumOf(`${folder.path}/abc`),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});

Deno.test("writeChecksums() keeps lines of files that are there, and drops those of others", async () => {
  await using folder = await temporaryDirectory();
  const sums = `${folder.path}/SHA256SUMS`;
  await Deno.writeTextFile(`${folder.path}/kept`, "");
  await Deno.writeTextFile(sums, `${A}  kept\n${A}  gone\n${A} *new\nnot a line\n`);
  const paths = ["new", "a b"].map((name) => `${folder.path}/${name}`);
  await writeChecksums(folder.path, new Map(paths.map((path) => [path, B])));
  assertEquals(await Deno.readTextFile(sums), `${B}  a b\n${A}  kept\n${B}  new\n`);
});

Deno.test("writeChecksums() makes the file", async () => {
  await using folder = await temporaryDirectory();
  await writeChecksums(folder.path, new Map([[`${folder.path}/new`, A]]));
  const names = await Array.fromAsync(Deno.readDir(folder.path), ({ name }) => name);
  assertEquals(names, ["SHA256SUMS"]);
});

Deno.test("writeChecksums() knows a file of its folder by whatever path", async () => {
  await using folder = await temporaryDirectory();
  const path = relative(Deno.cwd(), folder.path);
  await writeChecksums(path, new Map([[`${folder.path}/absolute`, A], [`${path}/./relative`, B]]));
  assertEquals(
    await Deno.readTextFile(`${folder.path}/SHA256SUMS`),
    `${A}  absolute\n${B}  relative\n`,
  );
});

Deno.test("writeChecksums() leaves out files of other folders, and writes nothing without any", async () => {
  await using folder = await temporaryDirectory();
  await writeChecksums(folder.path, new Map([[`${folder.path}/build/new`, A]]));
  assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
});
