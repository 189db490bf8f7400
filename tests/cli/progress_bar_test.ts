import { assert, assertEquals } from "@std/assert";
import type { CliIo } from "../../src/cli/cli_io.ts";
import { openProgressBar } from "../../src/cli/progress_bar.ts";
import { fakeCliIo } from "../support/fake_cli_io.ts";

/** A process whose standard error is a terminal that keeps what is drawn. */
function terminal(columns = 80) {
  const fake = fakeCliIo({ columns });
  const drawn: string[] = [];
  const write = (text: string) => {
    drawn.push(text);
    return Promise.resolve();
  };
  const io: CliIo = { ...fake, stderr: { isTerminal: true, write } };
  return { io, drawn };
}

Deno.test("openProgressBar() shows each percent once, and takes the bar away", async () => {
  const { io, drawn } = terminal();
  {
    await using bar = openProgressBar(io, { label: "big.iso", minTotal: 200 });
    for (let done = 0; done <= 1_000; done++) bar.show({ done, total: 1_000 });
  }
  assertEquals(drawn.length, 102);
  assertEquals(drawn[50], `\r\x1b[K[${"#".repeat(15)}${".".repeat(15)}]  50% big.iso`);
  assertEquals(drawn.at(-1), "\r\x1b[K");
});

Deno.test("openProgressBar() stays within the terminal", async () => {
  const { io, drawn } = terminal(20);
  {
    await using bar = openProgressBar(io, { label: "a-file-with-a-long-name", minTotal: 200 });
    bar.show({ done: 500, total: 1_000 });
  }
  for (const line of drawn) assert(line.replace("\r\x1b[K", "").length < 20, line);
});

Deno.test("openProgressBar() shows nothing below its fewest units", async () => {
  const { io, drawn } = terminal();
  {
    await using bar = openProgressBar(io, { label: "line", minTotal: 200 });
    bar.show({ done: 199, total: 199 });
  }
  assertEquals(drawn, []);
});

Deno.test("openProgressBar() shows nothing where standard error is no terminal", async () => {
  const io = fakeCliIo();
  {
    await using bar = openProgressBar(io, { label: "big.iso", minTotal: 200 });
    bar.show({ done: 500, total: 1_000 });
  }
  assertEquals(io.stderr.text, "");
});
