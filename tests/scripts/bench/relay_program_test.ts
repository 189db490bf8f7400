import { assert, assertEquals, assertThrows } from "@std/assert";
import { canDeliver, relayProgram, startCommand } from "../../../scripts/bench/relay_program.ts";

Deno.test("relayProgram() names relays A, B, ... in their order", () => {
  assertEquals(relayProgram("python3 relay.py", 1), {
    letter: "B",
    command: "python3 relay.py",
    words: ["python3", "relay.py"],
  });
});

Deno.test("relayProgram() refuses an empty command, and an open quote", () => {
  assertThrows(() => relayProgram("  ", 0), SyntaxError, "empty");
  assertThrows(() => relayProgram("'a", 0), SyntaxError);
});

Deno.test("relayProgram() takes `this` for the relay of this checkout, on loopback", () => {
  const program = relayProgram("this", 0);
  const command = startCommand(program, "group-multicast", "/tmp/state");
  assert(command.includes("relay"));
  for (const flag of ["--bind", "--interface"]) {
    assertEquals(command[command.indexOf(flag) + 1], "127.0.0.1");
  }
  assertEquals(command[command.indexOf("--state") + 1], "/tmp/state");
  assertEquals(command[command.indexOf("--group-delivery") + 1], "multicast");
});

for (
  const { delivery, word } of [
    { delivery: "per-recipient", word: "off" },
    { delivery: "group-unicast", word: "unicast" },
    { delivery: "group-multicast", word: "multicast" },
  ] as const
) {
  Deno.test(`startCommand() puts ${word} in the place of {delivery} for ${delivery}`, () => {
    const program = relayProgram("relay -d={delivery} '{state}/x' {other}", 0);
    assertEquals(
      startCommand(program, delivery, "/a $& b"),
      ["relay", `-d=${word}`, "/a $& b/x", "{other}"],
    );
  });
}

Deno.test("canDeliver() is per recipient only for a command without {delivery}", () => {
  const plain = relayProgram("relay", 0);
  const able = relayProgram("relay {delivery}", 0);
  assertEquals([canDeliver(plain, "per-recipient"), canDeliver(plain, "group-unicast")], [
    true,
    false,
  ]);
  assertEquals([canDeliver(able, "per-recipient"), canDeliver(able, "group-multicast")], [
    true,
    true,
  ]);
});
