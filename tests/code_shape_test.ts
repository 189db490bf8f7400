import { assert, assertEquals } from "@std/assert";
import { basename, dirname, join, relative } from "node:path";

/** The longest file, lines. Past some 300 it mostly has a second reason to change. */
const MAX_FILE_LINES = 350;

/** The longest function without a comment that begins with `Long:` and gives the reason, lines. */
const MAX_FUNCTION_LINES = 60;

const ROOT = new URL("../", import.meta.url).pathname;

/** What is made by a program, not by hand. */
const BUILT = join(ROOT, "src/http/assets/built");

function directoriesOf(directory: string): string[] {
  if (directory === BUILT) return [];
  const below = [...Deno.readDirSync(directory)].filter(({ isDirectory }) => isDirectory);
  return [directory, ...below.flatMap(({ name }) => directoriesOf(join(directory, name)))];
}

function codeFilesOf(folder: string): string[] {
  return directoriesOf(join(ROOT, folder)).flatMap((directory) =>
    [...Deno.readDirSync(directory)]
      .filter(({ name }) => /\.tsx?$/.test(name))
      .map(({ name }) => join(directory, name))
  );
}

const codeFiles = ["src", "scripts", "tests"].flatMap(codeFilesOf);

function nameOf(path: string): string {
  return relative(ROOT, path);
}

/** Where the functions of a file are that are too long and give no reason. */
function longFunctions(fileName: string, text: string): string[] {
  const found: string[] = [];
  const look = (node: Deno.lint.Node) => {
    const [start, end] = node.range;
    const lines = text.slice(start, end).split("\n").length;
    const above = text.slice(0, start).split("\n").slice(-4, -1).join("\n");
    if (lines <= MAX_FUNCTION_LINES || /(?:\/\/|\*) Long: \w/.test(above)) return;
    found.push(`${fileName}:${text.slice(0, start).split("\n").length} has ${lines} lines`);
  };
  const rule: Deno.lint.Rule = {
    create: () => ({
      FunctionDeclaration: look,
      FunctionExpression: look,
      ArrowFunctionExpression: look,
    }),
  };
  Deno.lint.runPlugin({ name: "shape", rules: { "function-length": rule } }, fileName, text);
  return found;
}

Deno.test("no file is longer than 350 lines", () => {
  const long = codeFiles
    .map((path) => ({ path, lines: Deno.readTextFileSync(path).split("\n").length - 1 }))
    .filter(({ lines }) => lines > MAX_FILE_LINES)
    .map(({ path, lines }) => `${nameOf(path)} has ${lines}`);
  assertEquals(long, []);
});

Deno.test("no function is longer than 60 lines without a reason", () => {
  const long = codeFiles.flatMap((path) =>
    longFunctions(basename(path), Deno.readTextFileSync(path)).map((what) =>
      join(dirname(nameOf(path)), what)
    )
  );
  assertEquals(long, []);
});

Deno.test("a long function is found, whatever form it has, and a reason is heard", () => {
  const body = "{\n" + "  step();\n".repeat(MAX_FUNCTION_LINES) + "}";
  const forms = [
    `function long() ${body}`,
    `const long = () => ${body};`,
    `class Long {\n  method() ${body}\n}`,
  ];
  for (const form of forms) assertEquals(longFunctions("a.ts", form).length, 1, form);
  assertEquals(longFunctions("a.ts", `// Long: one table.\nfunction long() ${body}`), []);
});

Deno.test("each folder's README tells what it is for, and names files that are there", () => {
  const folders = [
    ...directoriesOf(join(ROOT, "src")),
    ...directoriesOf(join(ROOT, "scripts")),
    ...["", "e2e", "fuzz", "interop", "support"].map((name) => join(ROOT, "tests", name)),
  ];
  const wrong = folders.flatMap((folder) => {
    const path = join(folder, "README.md");
    const text = textOf(path);
    if (text === undefined) return [`${nameOf(folder)} has no README.md`];
    assert(/^# `[^`]+`/.test(text), `${nameOf(path)} begins with the folder's name`);
    return namedFiles(text)
      .filter((file) => !isThere(join(folder, file)) && !isThere(join(ROOT, file)))
      .map((file) => `${nameOf(path)} names ${file}, which is not there`);
  });
  assertEquals(wrong, []);
});

function textOf(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** The files that a page names in code marks; `*` stands for some of them, and is passed over. */
function namedFiles(text: string): string[] {
  const names = Array.from(text.matchAll(/`([\w./-]+\.(?:tsx?|css|sh|json|md|service))`/g));
  return names.map(([, name = ""]) => name);
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
