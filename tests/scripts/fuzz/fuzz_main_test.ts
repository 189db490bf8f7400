import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fuzzMain } from "../../../scripts/fuzz/fuzz_main.ts";
import { ALL_TARGETS } from "../../fuzz/targets/all_targets.ts";
import { temporaryDirectory } from "../../support/temporary_directory.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;

/** What it printed and told, and how it ended. */
async function run(...args: readonly string[]) {
  const [printed, said]: [string[], string[]] = [[], []];
  const code = await fuzzMain(args, {
    print: (text) => printed.push(text),
    say: (line) => said.push(line),
    signal: new AbortController().signal,
  });
  return { code, printed: printed.join("\n"), said: said.join("\n") };
}

Deno.test("fuzzMain() lists its targets, teaches its options and refuses wrong ones", async () => {
  const list = await run("--list");
  for (const { name } of ALL_TARGETS) assertStringIncludes(list.printed, name);
  assertStringIncludes((await run("--help")).printed, "Usage: deno task fuzz");
  const wrong = await run("--second", "1");
  assertEquals(wrong.code, 2);
  assertStringIncludes(wrong.said, "--seconds");
});

Deno.test("fuzzMain() fuzzes for as long as it is told, and tells how much it tried", async () => {
  const { code, said } = await run("--target", "wire-codecs", "--seconds", "0.5", "--seed", "1");
  assertEquals(code, 0, said);
  assert(/wire-codecs +[1-9]\d* inputs/.test(said), said);
});

Deno.test("fuzzMain() tries one input again", async () => {
  await using folder = await temporaryDirectory();
  const path = `${folder.path}/input.json`;
  const again = (codec: string) =>
    Deno.writeTextFile(path, JSON.stringify({ codec, bytes: { hex: "00" }, edits: [] }))
      .then(() => run("--target", "wire-codecs", "--input", path));
  assertEquals((await again("ack")).code, 0);
  const bad = await again("no such codec");
  assertEquals(bad.code, 1);
  assertStringIncludes(bad.said, "no codec is called no such codec");
  await Deno.remove(path);
  assertEquals((await run("--target", "wire-codecs", "--input", path)).code, 2);
});

Deno.test({
  name: "fuzz.ts tells what was done when it gets SIGINT",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const process = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--allow-read", "--allow-write=tests/testdata/fuzz", "--allow-env"],
        ...["scripts/fuzz.ts", "--target", "wire-codecs", "--seconds", "600"],
      ],
      cwd: ROOT,
      stderr: "piped",
    }).spawn();
    const lines = process.stderr.pipeThrough(new TextDecoderStream());
    let text = "";
    for await (const chunk of lines) {
      if (text === "") process.kill("SIGINT");
      text += chunk;
    }
    const { code } = await process.status;
    assertEquals(code, 130, text);
    assert(/wire-codecs +\d+ inputs/.test(text), text);
  },
});
