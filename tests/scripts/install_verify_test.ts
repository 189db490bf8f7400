import { assertEquals, assertStringIncludes } from "@std/assert";
import { installTest, sumOf } from "../support/install_stage.ts";

const NAME = `hushcast-9.9.9-${Deno.build.target}`;

/** Everything that the script needs, without a program for checksums. */
const PROGRAMS = "basename cat chmod dirname id mkdir mktemp mv rm uname".split(" ");

installTest("wants a SHA256SUMS in the folder of the executable", async (stage) => {
  await stage.addExecutable(`dist/${NAME}`);
  await Deno.rename(stage.at("dist/SHA256SUMS"), stage.at("work/SHA256SUMS"));
  const { code, stderr } = await stage.run(["--bin", "bin", `../dist/${NAME}`]);
  assertEquals(code, 1);
  assertEquals(
    stderr,
    `install.sh: cannot verify ../dist/${NAME}: there is no ../dist/SHA256SUMS; ` +
      "download it to there, or give --no-verify\n",
  );
  assertEquals([await stage.list("work/bin"), await stage.hasRun()], [[], false]);
});

installTest("wants a line for the executable in SHA256SUMS", async (stage) => {
  await stage.addExecutable(`work/${NAME}`);
  await Deno.rename(stage.at(`work/${NAME}`), stage.at("work/hushcast"));
  const { code, stderr } = await stage.run(["--bin", "bin", "hushcast"]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "cannot verify hushcast: ./SHA256SUMS has no line for hushcast;");
  assertEquals([await stage.list("work/bin"), await stage.hasRun()], [[], false]);
});

const sumLines = [
  { form: "with other files", line: (sum: string) => `${"0".repeat(64)}  x\n${sum}  ${NAME}\n` },
  { form: "of binary mode", line: (sum: string) => `${sum} *${NAME}\n` },
  { form: "without a last line feed", line: (sum: string) => `${sum}  ${NAME}` },
];

for (const { form, line } of sumLines) {
  installTest(`reads a SHA256SUMS ${form}`, async (stage) => {
    await stage.addExecutable(`work/${NAME}`);
    const sum = sumOf(await Deno.readTextFile(stage.at(`work/${NAME}`)));
    await Deno.writeTextFile(stage.at("work/SHA256SUMS"), line(sum));
    assertEquals((await stage.run(["--bin", "bin"])).code, 0);
  });
}

installTest("--no-verify installs without SHA256SUMS, and warns", async (stage) => {
  await stage.addExecutable(`work/${NAME}`);
  await Deno.remove(stage.at("work/SHA256SUMS"));
  const { code, stderr } = await stage.run(["--no-verify", "--bin", "bin"]);
  assertEquals(code, 0);
  assertEquals(stderr, `install.sh: warning: ./${NAME} is not verified\n`);
  assertEquals(await stage.list("work/bin"), ["hushcast"]);
});

const summers = [
  { program: "shasum", want: "-a 256" },
  { program: "openssl", want: "dgst -sha256 -r" },
];

for (const { program, want } of summers) {
  installTest(`computes the checksum by ${program} where there is no sha256sum`, async (stage) => {
    await stage.addExecutable(`work/${NAME}`);
    const sum = sumOf(await Deno.readTextFile(stage.at(`work/${NAME}`)));
    const summer = `cat >/dev/null\n[ "$*" = '${want}' ] && echo '${sum} *stdin'`;
    const PATH = await stage.programs({ [program]: summer }, PROGRAMS);
    const { code, stderr } = await stage.run(["--bin", "bin"], { env: { PATH } });
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
  });
}

installTest("installs nothing where no program computes checksums", async (stage) => {
  await stage.addExecutable(`work/${NAME}`);
  const PATH = await stage.programs({}, PROGRAMS);
  const { code, stderr } = await stage.run(["--bin", "bin"], { env: { PATH } });
  assertEquals(code, 1);
  assertStringIncludes(stderr, "neither sha256sum nor shasum nor openssl works here");
  assertEquals([await stage.list("work/bin"), await stage.hasRun()], [[], false]);
});

installTest("leaves the former file to whoever has it open", async (stage) => {
  await Deno.mkdir(stage.at("bin"));
  await Deno.writeTextFile(stage.at("bin/hushcast"), "former");
  using former = await Deno.open(stage.at("bin/hushcast"));
  await stage.addExecutable(`work/${NAME}`);
  assertEquals((await stage.run(["--bin", "../bin"])).code, 0);
  const { size, nlink } = await former.stat();
  assertEquals({ size, nlink }, { size: "former".length, nlink: 0 });
});
