import { assertEquals } from "@std/assert";
import { SessionLines } from "../../src/cluster/session_lines.ts";

function items(...names: readonly string[]) {
  return names.map((name) => ({ sessionId: name.slice(0, 1), name }));
}

function idleNames(lines: SessionLines<{ sessionId: string; name: string }>): string[] {
  return [...lines.idle()].map(({ name }) => name);
}

Deno.test("SessionLines.idle() gives the first of each line, until it is under way", () => {
  const lines = new SessionLines<{ sessionId: string; name: string }>();
  const all = items("a1", "a2", "b1");
  for (const item of all) lines.push(item);
  assertEquals(idleNames(lines), ["a1", "b1"]);
  for (const item of lines.idle()) lines.begin(item);
  assertEquals(idleNames(lines), []);
  for (const item of items("a3")) lines.push(item);
  assertEquals(idleNames(lines), []);
});

Deno.test("SessionLines.giveUp() lets the same one go again, remove() the next", () => {
  const lines = new SessionLines<{ sessionId: string; name: string }>();
  const [first, second] = items("a1", "a2");
  if (first === undefined || second === undefined) throw new Error("Cannot be");
  for (const item of [first, second]) lines.push(item);
  lines.begin(first);
  lines.giveUp(first);
  assertEquals(idleNames(lines), ["a1"]);
  lines.begin(first);
  lines.remove(first);
  assertEquals(idleNames(lines), ["a2"]);
  lines.remove(second);
  lines.remove(second);
  assertEquals(idleNames(lines), []);
});

Deno.test("SessionLines.remove() of one further back leaves the first under way", () => {
  const lines = new SessionLines<{ sessionId: string; name: string }>();
  const [first, second, third] = items("a1", "a2", "a3");
  if (first === undefined || second === undefined || third === undefined) {
    throw new Error("Cannot be");
  }
  for (const item of [first, second, third]) lines.push(item);
  lines.begin(first);
  lines.remove(second);
  assertEquals(idleNames(lines), []);
  lines.remove(first);
  assertEquals(idleNames(lines), ["a3"]);
  lines.clear();
  assertEquals(idleNames(lines), []);
});
