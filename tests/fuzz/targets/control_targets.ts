import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import fc from "fast-check";
import type { ControlCommand } from "../../../src/control/command.ts";
import { relayCommands } from "../../../src/control/relay_commands.ts";
import { CoreDriver } from "../../control/core_driver.ts";
import { FakeAdmin } from "../../control/fake_admin.ts";
import { logEntry } from "../../control/fake_log.ts";
import { CONTROL_TOKEN, expectReplies, wireLine } from "./control_lines.ts";
import type { FuzzTarget } from "./fuzz_target.ts";

/** Something that the server tells by itself, behind a line. */
interface Told {
  readonly behind: number;
  readonly kind: "log" | "joined" | "left";
  readonly text: string;
}

/** A connection: what is sent, in which pieces, and what is told meanwhile. */
interface LinesInput {
  readonly hasToken: boolean;
  readonly lines: readonly Uint8Array[];
  readonly told: readonly Told[];
  readonly cuts: readonly number[];
  readonly readBytes: number;
}

/** One long enough for all delays of wrong tokens. */
const PATIENCE_MS = 30_000;

const told = fc.record({
  behind: fc.nat({ max: 12 }),
  kind: fc.constantFrom("log" as const, "joined" as const, "left" as const),
  text: fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("\nOK\n", "= x", "ERR X y")),
});

/** Control connections: the same replies however the bytes come, one for each line, in promised forms. */
export const CONTROL_LINES: FuzzTarget<LinesInput> = {
  name: "control-lines",
  about: "commands as text and JSON with odd arguments, cut anywhere, beside log lines and events",
  inputs: fc.record({
    hasToken: fc.boolean(),
    lines: fc.array(wireLine, { maxLength: 12 }),
    told: fc.array(told, { maxLength: 4 }),
    cuts: fc.array(fc.nat({ max: 20_000 }), { maxLength: 12 }),
    readBytes: fc.oneof(fc.constant(0), fc.nat({ max: 300 })),
  }),
  check: (input) => {
    const whole = talk(input, [], Infinity);
    const split = talk(input, input.cuts, Infinity);
    assertEquals(split.written, whole.written);
    assertEquals(split.admin.calls, whole.admin.calls);
    const slow = talk(input, input.cuts, input.readBytes);
    const replies = repliesIn(whole.written);
    assertEquals(repliesIn(slow.written), replies);
    assertEquals(slow.admin.calls, whole.admin.calls);
    if (input.hasToken) return assertGuarded(input, whole);
    const expected = expectReplies(concat([...input.lines]));
    const endings = replies.filter((line) => !line.startsWith("= "));
    assertEquals(endings.length, expected.replies, whole.written);
  },
};

/** Talks to a connection to the end of what is sent, and past all time-outs. */
function talk(input: LinesInput, cuts: readonly number[], readBytes: number): CoreDriver {
  const admin = new FakeAdmin();
  const driver = new CoreDriver({
    ...(input.hasToken && { token: CONTROL_TOKEN }),
    commands: relayCommands(admin).map((command) => atOnce(command, admin)),
    streamLimits: { maxLines: 3, maxBytes: 2_000 },
  });
  for (const [index, line] of input.lines.entries()) {
    for (const piece of pieces(line, cuts)) {
      driver.sendBytes(piece);
      driver.read(readBytes);
    }
    for (const it of input.told) if (it.behind === index && !input.hasToken) tell(driver, it);
    driver.read(readBytes);
  }
  driver.end();
  // Time passes while the reader takes everything: nobody is cut off for reading nothing.
  for (let step = 0; step < 10 && driver.core.stage !== "closed"; step++) {
    driver.read();
    driver.advance(PATIENCE_MS / 10);
  }
  driver.read();
  assertEquals(driver.core.stage, "closed");
  assertEquals(driver.core.nextDeadline(), undefined);
  driver.admin.calls.push(...admin.calls);
  return driver;
}

/** What takes its time in a server is done at once, so that no reply has to be awaited. */
function atOnce(command: ControlCommand, admin: FakeAdmin): ControlCommand {
  if (!["ban", "unban", "rotate_keys"].includes(command.name)) return command;
  return {
    ...command,
    run: (args) => {
      admin.calls.push(`${command.name} ${args.join(" ")}`);
      return { lines: [...args], data: [...args] };
    },
  };
}

function tell({ core }: CoreDriver, { kind, text }: Told): void {
  if (kind === "log") core.log(logEntry(text));
  else core.publish({ event: kind, id: text, address: text, reason: text });
}

function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = cuts.map((cut) => cut % (bytes.byteLength + 1)).toSorted((a, b) => a - b);
  return [0, ...places].map((start, index) => bytes.subarray(start, places[index]));
}

/** The lines of replies alone; asserts that every line has one of the promised forms. */
function repliesIn(written: string): string[] {
  const [greeting, ...lines] = written.split("\n").slice(0, -1);
  assertEquals(greeting, "# hushcast control 1");
  return lines.filter((line) => {
    assert(/^\P{Cc}*$/u.test(line), JSON.stringify(line));
    if (line.startsWith("{")) return jsonType(line) === "reply";
    if (/^(?:= |OK$|ERR [A-Z][A-Z0-9_]* )/.test(line)) return true;
    assert(/^(?:# \d+ log lines? dropped$|2026-\d\d-\d\dT)/.test(line), JSON.stringify(line));
    return false;
  });
}

function jsonType(line: string): unknown {
  const { type, ok, id } = JSON.parse(line);
  assert(["reply", "log", "event"].includes(type), line);
  assertEquals(typeof ok === "boolean", type === "reply");
  assert(id === undefined || ["string", "number"].includes(typeof id), line);
  return type;
}

/** Who has not sent the token changes nothing and learns nothing. */
function assertGuarded({ lines }: LinesInput, { written, admin }: CoreDriver): void {
  const text = new TextDecoder().decode(concat([...lines]));
  if (text.includes(CONTROL_TOKEN)) return;
  assertEquals(admin.calls, []);
  assert(!written.includes("uptime_ms") && !written.includes("0011223344556677"), written);
}
