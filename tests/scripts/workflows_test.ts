import { assert, assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import project from "../../deno.json" with { type: "json" };
import { parseCompileOptions } from "../../scripts/compile/compile_options.ts";
import { TARGETS } from "../../scripts/compile/targets.ts";
import { VERSION } from "../../src/cli/version.ts";
import { programTest } from "../support/test_with_program.ts";

/** What is looked at of a workflow; GitHub's documentation has the rest. */
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly needs?: string;
  readonly uses?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly steps?: readonly Step[];
}

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

const ROOT = new URL("../../", import.meta.url);

async function readWorkflow(name: string): Promise<Workflow> {
  return parse(await readText(`.github/workflows/${name}`));
}

function readText(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, ROOT));
}

const workflows = {
  ci: await readWorkflow("ci.yml"),
  release: await readWorkflow("release.yml"),
};

function stepsOf({ jobs }: Workflow): readonly Step[] {
  return Object.values(jobs).flatMap(({ steps }) => steps ?? []);
}

function scriptsOf(workflow: Workflow): readonly string[] {
  return stepsOf(workflow).flatMap(({ run }) => run === undefined ? [] : [run]);
}

for (const [name, workflow] of Object.entries(workflows)) {
  Deno.test(`${name}.yml may read the repository, and nothing else by default`, () => {
    assertEquals(workflow.permissions, { contents: "read" });
  });

  Deno.test(`${name}.yml bounds the time of each job`, () => {
    for (const job of Object.values(workflow.jobs)) {
      assert(job.uses !== undefined || job["timeout-minutes"] !== undefined);
    }
  });

  Deno.test(`${name}.yml uses actions of GitHub's, pinned by major version`, () => {
    const used = stepsOf(workflow).flatMap(({ uses }) => uses === undefined ? [] : [uses]);
    assert(used.length > 0);
    for (const action of used) assertMatch(action, /^actions\/[a-z-]+@v\d+$/);
  });

  Deno.test(`${name}.yml leaves no credentials in the checkout`, () => {
    const checkouts = stepsOf(workflow).filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    assertEquals(checkouts.map((step) => step.with), [{ "persist-credentials": false }]);
  });

  Deno.test(`${name}.yml names only files that exist`, async () => {
    const called = Object.values(workflow.jobs).flatMap(({ uses = "" }) => uses);
    const text = [...scriptsOf(workflow), ...called].join("\n");
    const paths = text.match(/(?:scripts|\.ci|\.github)\/[\w./-]+/g) ?? [];
    assert(paths.length > 0);
    for (const path of paths) assert((await Deno.stat(new URL(path, ROOT))).isFile, path);
  });

  programTest(
    "shellcheck",
    "shellcheck",
    `${name}.yml has shell scripts that pass shellcheck`,
    async () => {
      for (const script of scriptsOf(workflow)) {
        assertEquals(await pipe("shellcheck", ["--shell=bash", "-"], script), "");
      }
    },
  );
}

Deno.test("ci.yml runs for each push and pull request", () => {
  assertEquals(workflows.ci.on, {
    push: { branches: ["**"] },
    pull_request: null,
    workflow_call: null,
  });
});

Deno.test("ci.yml runs .ci/run as root", () => {
  assertEquals(scriptsOf(workflows.ci), ['sudo --set-home env "PATH=$PATH" bash .ci/run']);
});

Deno.test("release.yml runs for tags of versions", () => {
  assertEquals(workflows.release.on, { push: { tags: ["v*"] } });
});

Deno.test("release.yml releases what has passed the tests, and only that job may write", () => {
  const { test, release } = workflows.release.jobs;
  assertEquals(test, { uses: "./.github/workflows/ci.yml" });
  assertEquals(release?.needs, "test");
  assertEquals(release?.permissions, { contents: "write" });
});

Deno.test("release.yml builds all targets by a task, with the Deno that all use", async () => {
  const scripts = scriptsOf(workflows.release).join("\n");
  const [, deno, task = "", ...args] = /deno@(\S+) task (\S+) (\S+)/.exec(scripts) ?? [];
  assert(Object.keys(project.tasks).includes(task), `no task ${task}`);
  const options = parseCompileOptions(args, "x86_64-unknown-linux-gnu");
  assertEquals(options, { task: "compile", targets: TARGETS });
  for (const path of [".ci/run", "README.md"]) {
    const versions = (await readText(path)).matchAll(/deno@(\d[\w.]*\w)/g);
    assertEquals(new Set(Array.from(versions, ([, version]) => version)), new Set([deno]), path);
  }
});

for (const { tag, code } of [{ tag: `v${VERSION}`, code: 0 }, { tag: "v0.0.0", code: 1 }]) {
  programTest("node", "nodejs", `release.yml ends with ${code} for the tag ${tag}`, async () => {
    const check = stepsOf(workflows.release).find(({ name }) => name?.includes("the tag"));
    const output = await new Deno.Command("bash", {
      args: ["-e", "-c", check?.run ?? "exit 2"],
      cwd: fileURLToPath(ROOT),
      env: { GITHUB_REF_NAME: tag },
    }).output();
    assertEquals(output.code, code);
  });
}

/** Standard output of a program that reads `input`. */
async function pipe(program: string, args: readonly string[], input: string): Promise<string> {
  const command = new Deno.Command(program, { args: [...args], stdin: "piped", stdout: "piped" });
  await using process = command.spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  return new TextDecoder().decode((await process.output()).stdout);
}
