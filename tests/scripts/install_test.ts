import { fileURLToPath } from "node:url";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { FAKE_VERSION, InstallStage, installTest } from "../support/install_stage.ts";
import { programTest } from "../support/test_with_program.ts";

const TARGET = Deno.build.target;
const NAME = `hushcast-9.9.9-${TARGET}`;

/** As `sh` Debian has dash, macOS has bash. */
const shells = [
  { program: "sh", aptPackage: "dash", shell: ["sh"] },
  { program: "bash", aptPackage: "bash", shell: ["bash"] },
  { program: "busybox", aptPackage: "busybox", shell: ["busybox", "sh"] },
];

for (const { program, aptPackage, shell } of shells) {
  const shellTest = (rule: string, fn: (stage: InstallStage) => Promise<void>) =>
    programTest(program, aptPackage, `install.sh (${shell.join(" ")}) ${rule}`, async () => {
      await using stage = await InstallStage.open();
      await fn(stage);
    });

  shellTest("installs the executable for this machine that lies beside it", async (stage) => {
    await stage.addExecutable(`scripts/${NAME}`);
    await stage.addExecutable("scripts/hushcast-9.9.9-m68k-unknown-amiga");
    const { code, stdout, stderr } = await stage.run(["--bin", stage.at("bin")], { shell });
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    assertStringIncludes(stdout, `Installed ${stage.at("bin/hushcast")}\n${FAKE_VERSION}\n`);
    assertEquals(await stage.list("bin"), ["hushcast"]);
    const { mode } = await Deno.stat(stage.at("bin/hushcast"));
    assertEquals((mode ?? 0) & 0o777, 0o755);
  });

  shellTest("installs a FILE with blanks in its name, into a folder with blanks", async (stage) => {
    await stage.addExecutable("work/my hush cast");
    const { code } = await stage.run(["--prefix=../my own", "my hush cast"], { shell });
    assertEquals(code, 0);
    assertEquals(await stage.list("my own/bin"), ["hushcast"]);
  });

  shellTest("installs nothing and runs nothing when the checksum is wrong", async (stage) => {
    await stage.addExecutable(`work/${NAME}`);
    await Deno.writeTextFile(stage.at(`work/${NAME}`), "true\n", { append: true });
    const { code, stdout, stderr } = await stage.run(["--bin", "bin"], { shell });
    assertEquals({ code, stdout }, { code: 1, stdout: "" });
    const expected = `install\\.sh: cannot install \\./${NAME}: its SHA-256 is \\w{64}, ` +
      "SHA256SUMS says \\w{64}; download both again\n";
    assertMatch(stderr, new RegExp(`^${expected}$`));
    assertEquals([await stage.list("work/bin"), await stage.hasRun()], [[], false]);
  });

  shellTest("installs nothing when no executable is for this machine", async (stage) => {
    await stage.addExecutable("work/hushcast-9.9.9-m68k-unknown-amiga");
    const { code, stderr } = await stage.run(["--bin", "bin"], { shell });
    assertEquals(code, 1);
    assertStringIncludes(stderr, `cannot find hushcast-VERSION-${TARGET}`);
    assertEquals(await stage.list("work/bin"), []);
  });

  shellTest("ends with 2 for an option that it does not know", async (stage) => {
    assertEquals(await stage.run(["--bun", "bin"], { shell }), {
      code: 2,
      stdout: "",
      stderr: "install.sh: unknown option --bun; try 'sh install.sh --help'\n",
    });
  });
}

const misused = [
  { args: ["--bin"], message: "--bin needs a folder" },
  { args: ["--bin", ""], message: "--bin needs a folder, got ''" },
  { args: ["--prefix", "--bin"], message: "--prefix needs a folder, got '--bin'" },
  { args: ["--prefix="], message: "--prefix needs a folder, got ''" },
  {
    args: ["--bin", "a", "--prefix", "b"],
    message: "--prefix is one too many: give --bin or --prefix, once",
  },
  { args: ["a", "b"], message: "want one FILE, got 'a' and 'b'" },
  { args: ["--", "-a", "-b"], message: "want one FILE, got './-a' and '-b'" },
  { args: [""], message: "FILE is empty" },
  { args: ["-x"], message: "unknown option -x" },
];

for (const { args, message } of misused) {
  installTest(`ends with 2 for the arguments ${JSON.stringify(args)}`, async (stage) => {
    const stderr = `install.sh: ${message}; try 'sh install.sh --help'\n`;
    assertEquals(await stage.run(args), { code: 2, stdout: "", stderr });
  });
}

for (const args of [["--help"], ["-h"]]) {
  installTest(`${args.join("")} prints how it is used`, async (stage) => {
    const { code, stdout, stderr } = await stage.run(args);
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    for (const word of ["--bin DIR", "--prefix DIR", "--no-verify", "Exit codes: 0"]) {
      assertStringIncludes(stdout, word);
    }
  });
}

for (const folder of ["scripts", "work", "dist"]) {
  installTest(`without FILE finds the executable in ${folder}`, async (stage) => {
    await stage.addExecutable(`${folder}/${NAME}`);
    assertEquals((await stage.run(["--bin", "bin"])).code, 0);
  });
}

installTest("without FILE looks beside itself first", async (stage) => {
  await stage.addExecutable(`work/${NAME}`, "exit 1");
  await stage.addExecutable(`scripts/${NAME}`);
  assertEquals((await stage.run(["--bin", "bin"])).code, 0);
});

installTest("asks which of two versions is meant", async (stage) => {
  await stage.addExecutable(`work/${NAME}`);
  await stage.addExecutable(`work/hushcast-9.10.0-${TARGET}`);
  const { code, stderr } = await stage.run(["--bin", "bin"]);
  assertEquals(code, 1);
  assertEquals(
    stderr,
    "install.sh: more than one executable for this machine: name the FILE to install: " +
      `./hushcast-9.10.0-${TARGET} ./${NAME}\n`,
  );
});

const machines = [
  { system: "Linux", machine: "x86_64", target: "x86_64-unknown-linux-gnu" },
  { system: "Linux", machine: "aarch64", target: "aarch64-unknown-linux-gnu" },
  { system: "Darwin", machine: "x86_64", target: "x86_64-apple-darwin" },
  { system: "Darwin", machine: "arm64", target: "aarch64-apple-darwin" },
];

const unameOf = (system: string, machine: string) =>
  `case $1 in -s) echo '${system}' ;; -m) echo '${machine}' ;; esac`;

for (const { system, machine, target } of machines) {
  installTest(`takes ${target} on ${system} ${machine}`, async (stage) => {
    for (const { target } of machines) {
      await stage.addExecutable(`work/hushcast-1.0.0-${target}`, `echo ${target}`);
    }
    const programs = await stage.programs({ uname: unameOf(system, machine) });
    const env = { PATH: `${programs}:${Deno.env.get("PATH")}` };
    const { code, stdout } = await stage.run(["--bin", "bin"], { env });
    assertEquals(code, 0);
    assertStringIncludes(stdout, `\n${target}\n`);
  });
}

const strangeMachines = [
  { system: "FreeBSD", machine: "amd64", message: "cannot install on FreeBSD amd64" },
  { system: "Linux", machine: "riscv64", message: "cannot install on Linux riscv64" },
  { system: "MINGW64_NT-10.0", machine: "x86_64", message: "cannot install on Windows: copy" },
];

for (const { system, machine, message } of strangeMachines) {
  installTest(`says that it has nothing for ${system} ${machine}`, async (stage) => {
    const programs = await stage.programs({ uname: unameOf(system, machine) });
    const env = { PATH: `${programs}:${Deno.env.get("PATH")}` };
    const { code, stderr } = await stage.run(["--bin", "bin"], { env });
    assertEquals(code, 1);
    assertStringIncludes(stderr, `install.sh: ${message}`);
    assertEquals(stderr.split("\n").length, 2);
  });
}

installTest("names a FILE that is not there", async (stage) => {
  const { code, stderr } = await stage.run(["nowhere"]);
  const expected = "install.sh: cannot install nowhere: there is no such file\n";
  assertEquals({ code, stderr }, { code: 1, stderr: expected });
});

installTest("takes what follows -- for a FILE", async (stage) => {
  await stage.addExecutable("work/-x");
  assertEquals((await stage.run(["--bin", "bin", "--", "-x"])).code, 0);
});

installTest("keeps the former file when the new one does not run", async (stage) => {
  await Deno.mkdir(stage.at("bin"));
  await Deno.writeTextFile(stage.at("bin/hushcast"), "former");
  await stage.addExecutable(`work/${NAME}`, "echo 'no glibc here' >&2\nexit 1");
  const { code, stderr } = await stage.run(["--bin", "../bin"]);
  assertEquals(code, 1);
  assertMatch(stderr, /^no glibc here\ninstall\.sh: cannot install .*: it does not run on this/);
  assertEquals(await stage.list("bin"), ["hushcast"]);
  assertEquals(await Deno.readTextFile(stage.at("bin/hushcast")), "former");
});

installTest("puts nothing into a folder that has the name of the program", async (stage) => {
  await Deno.mkdir(stage.at("bin/hushcast"), { recursive: true });
  await stage.addExecutable(`work/${NAME}`);
  const { code, stderr } = await stage.run(["--bin", "../bin"]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, `cannot install ${stage.at("bin/hushcast")}: it is a folder`);
  assertEquals(await stage.list("bin/hushcast"), []);
});

installTest("names a folder that it cannot make", async (stage) => {
  await stage.addExecutable(`work/${NAME}`);
  const { code, stderr } = await stage.run(["--bin", `${NAME}/bin`]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, `install.sh: cannot make the folder ${NAME}/bin: give another one`);
});

installTest("says how to get the folder into PATH, unless it is there", async (stage) => {
  await stage.addExecutable(`work/${NAME}`);
  const bin = stage.at("bin");
  const missing = await stage.run(["--bin", bin]);
  const hint = `${bin} is not in PATH; add this line to the profile of your shell:\n` +
    `  export PATH="${bin}:$PATH"\n`;
  assertStringIncludes(missing.stdout, hint);
  const env = { PATH: `${Deno.env.get("PATH")}:${bin}` };
  const present = await stage.run(["--bin", bin], { env });
  assertEquals(present.stdout.includes("PATH"), false);
});

installTest("speaks of completions and, on Linux, of the service", async (stage) => {
  await stage.addExecutable(`work/${NAME}`);
  const { stdout } = await stage.run(["--bin", "bin"]);
  assertStringIncludes(stdout, "hushcast completions bash");
  assertEquals(stdout.includes("hushcast-relay.service"), Deno.build.os === "linux");
});

installTest("installs into the folder of the system if that can be written", async (stage) => {
  await Deno.mkdir(stage.at("system/bin"), { recursive: true });
  await stage.addExecutable(`work/${NAME}`);
  assertEquals((await stage.run([])).code, 0);
  assertEquals(await stage.list("system/bin"), ["hushcast"]);
});

const users = [
  { user: "root", uid: 0, folder: "system/bin" },
  { user: "a user", uid: 1000, folder: "home/.local/bin" },
];

for (const { user, uid, folder } of users) {
  installTest(`makes ${folder} for ${user} if there is none for all`, async (stage) => {
    await stage.addExecutable(`work/${NAME}`);
    const PATH = `${await stage.programs({ id: `echo ${uid}` })}:${Deno.env.get("PATH")}`;
    const { code, stdout } = await stage.run([], { env: { PATH } });
    assertEquals(code, 0);
    assertStringIncludes(stdout, `Installed ${stage.at(folder)}/hushcast\n`);
    assertEquals(await stage.list(folder), ["hushcast"]);
  });
}

for (const HOME of [undefined, ""]) {
  installTest(
    `asks for a folder when HOME is ${HOME === "" ? "empty" : "not set"}`,
    async (stage) => {
      await stage.addExecutable(`work/${NAME}`);
      const PATH = `${await stage.programs({ id: "echo 1000" })}:${Deno.env.get("PATH")}`;
      const { code, stderr } = await stage.run([], { env: { PATH, HOME } });
      assertEquals(code, 1);
      const expected = "cannot tell where to install: HOME is not set; give --bin DIR";
      assertEquals(stderr, `install.sh: ${expected}\n`);
      assertEquals(await stage.hasRun(), false);
    },
  );
}

installTest("names a folder that it cannot write to", async (stage) => {
  await stage.addExecutable(`work/${NAME}`);
  const PATH = `${await stage.programs({ mktemp: "exit 1" })}:${Deno.env.get("PATH")}`;
  const { code, stderr } = await stage.run(["--bin", "bin"], { env: { PATH } });
  assertEquals(code, 1);
  assertStringIncludes(stderr, `cannot write to ${stage.at("work/bin")}: give another folder`);
});

programTest("shellcheck", "shellcheck", "install.sh passes shellcheck", async () => {
  const script = fileURLToPath(new URL("../../scripts/install.sh", import.meta.url));
  const { code, stdout } = await new Deno.Command("shellcheck", { args: [script] }).output();
  assertEquals({ code, stdout: new TextDecoder().decode(stdout) }, { code: 0, stdout: "" });
});
