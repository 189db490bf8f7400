import { assertEquals, assertRejects } from "@std/assert";
import { OutputClosedError } from "../../../src/cli/cli_io.ts";
import { span } from "../../../src/cli/top/top_line.ts";
import { TopScreen } from "../../../src/cli/top/top_screen.ts";
import { FakeTerminal } from "./top_fake_terminal.ts";

/** Opens a screen that shows how often it was drawn, and the size. */
async function openScreen(terminal: FakeTerminal) {
  let drawn = 0;
  const screen = await TopScreen.open(terminal.io, terminal, ({ columns, rows }) => [
    [span(`${++drawn} ${columns}x${rows}`)],
  ]);
  return { screen, drawn: () => drawn };
}

/** Lets everything happen that waits for nothing. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("TopScreen takes the terminal over, draws, and leaves it as it was", async () => {
  const terminal = new FakeTerminal();
  const { screen } = await openScreen(terminal);
  assertEquals([terminal.isRaw, [...terminal.screen.modes]], [true, ["1049"]]);
  screen.draw();
  await settle();
  assertEquals(terminal.screen.lines[0], "1 80x12");
  await screen[Symbol.asyncDispose]();
  await screen[Symbol.asyncDispose]();
  assertEquals([terminal.isRestored, terminal.writes], [true, 3]);
});

Deno.test("TopScreen.draw() asks for the size each time", async () => {
  const terminal = new FakeTerminal();
  const { screen } = await openScreen(terminal);
  terminal.resize({ columns: 20, rows: 5 });
  screen.draw();
  await settle();
  assertEquals(terminal.screen.lines[0], "1 20x5");
  await screen[Symbol.asyncDispose]();
});

Deno.test("TopScreen.draw() gives a slow terminal the latest only", async () => {
  const terminal = new FakeTerminal();
  const { screen, drawn } = await openScreen(terminal);
  terminal.isStalled = true;
  for (let turn = 0; turn < 100; turn++) screen.draw();
  await settle();
  assertEquals(drawn(), 1);
  terminal.release();
  await settle();
  assertEquals([drawn(), terminal.screen.lines[0]], [2, "2 80x12"]);
  await screen[Symbol.asyncDispose]();
});

Deno.test("TopScreen.draw() draws nothing once the screen is given back", async () => {
  const terminal = new FakeTerminal();
  const { screen } = await openScreen(terminal);
  await screen[Symbol.asyncDispose]();
  screen.draw();
  await settle();
  assertEquals([terminal.isRestored, terminal.writes], [true, 2]);
});

Deno.test("TopScreen.failed tells that the terminal is gone", async () => {
  const terminal = new FakeTerminal();
  const { screen } = await openScreen(terminal);
  terminal.isClosed = true;
  screen.draw();
  await assertRejects(() => screen.failed, OutputClosedError);
  await screen[Symbol.asyncDispose]();
  assertEquals(terminal.isRaw, false);
});

Deno.test("TopScreen[Symbol.asyncDispose]() leaves a terminal alone that has hung up", async () => {
  const terminal = new FakeTerminal();
  const { screen } = await openScreen(terminal);
  terminal.isHungUp = true;
  await screen[Symbol.asyncDispose]();
  assertEquals(terminal.writes, 1);
});

Deno.test("TopScreen.takeBack() sets the terminal up anew, once", async () => {
  const terminal = new FakeTerminal();
  const { screen } = await openScreen(terminal);
  terminal.stopAndResume();
  assertEquals([...terminal.screen.modes].sort(), ["25", "7"]);
  screen.takeBack();
  await settle();
  assertEquals([terminal.isRaw, [...terminal.screen.modes]], [true, ["1049"]]);
  assertEquals(terminal.screen.lines[0], "1 80x12");
  await screen[Symbol.asyncDispose]();
  assertEquals(terminal.isRestored, true);
});

Deno.test("TopScreen.takeBack() of a terminal that has hung up fails the screen", async () => {
  const terminal = new FakeTerminal();
  const { screen } = await openScreen(terminal);
  terminal.isHungUp = true;
  screen.takeBack();
  await assertRejects(() => screen.failed, OutputClosedError);
  await screen[Symbol.asyncDispose]();
});

Deno.test("TopScreen.open() leaves the keyboard as it was when it fails", async () => {
  const terminal = new FakeTerminal();
  terminal.isClosed = true;
  await assertRejects(() => openScreen(terminal), OutputClosedError);
  assertEquals(terminal.isRaw, false);
});
