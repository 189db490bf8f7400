import { assert, assertEquals, assertMatch } from "@std/assert";
import { relayCommands } from "../../src/control/relay_commands.ts";
import { CONTROL_PORT, RELAY_PORT } from "../../src/settings/well_known_addresses.ts";
import { FakeAdmin } from "../control/fake_admin.ts";

const CONTAINERFILE = new URL("../../scripts/Containerfile", import.meta.url);
const text = await Deno.readTextFile(CONTAINERFILE);

/** What stands behind an instruction, in the order of the file; continued lines are joined. */
function instructions(name: string): string[] {
  const code = text.replaceAll(/^#.*\n/gm, "").replaceAll(/\\\n\s*/g, "");
  const lines = code.split("\n").filter((line) => line.startsWith(`${name} `));
  return lines.map((line) => line.slice(name.length + 1));
}

/** The value of a variable that the image sets. */
function variable(name: string): string | undefined {
  return new RegExp(`(?:^| )${name}=(\\S+)`).exec(instructions("ENV").join(" "))?.[1];
}

Deno.test("Containerfile is based on a release of Debian, by name", () => {
  assertEquals(instructions("FROM").length, 1);
  assertMatch(instructions("FROM").join(), /^docker\.io\/library\/debian:[a-z]+-slim$/);
});

Deno.test("Containerfile takes an executable that is named, or `hushcast`", () => {
  assertEquals(instructions("ARG"), ["EXECUTABLE=hushcast"]);
  assertEquals(instructions("COPY"), ["--chmod=0755 ${EXECUTABLE} /usr/local/bin/hushcast"]);
});

Deno.test("Containerfile runs as a number that is not root's", () => {
  assertEquals(instructions("USER"), ["47700:47700"]);
});

Deno.test("Containerfile keeps the state in a volume of that user's", () => {
  const state = variable("HUSHCAST_STATE");
  assertEquals(instructions("VOLUME"), [state]);
  const run = instructions("RUN").join();
  assert(run.endsWith(`install --directory --owner=47700 --group=47700 --mode=0700 ${state}`));
});

Deno.test("Containerfile fills the cache as root, where the user finds it", () => {
  assertEquals(variable("HUSHCAST_CACHE"), "/var/cache/hushcast");
  assertMatch(instructions("RUN").join(), /^hushcast --version && /);
  assert(text.indexOf("\nENV ") < text.indexOf("\nRUN "));
  assert(text.indexOf("\nRUN ") < text.indexOf("\nUSER "));
});

Deno.test("Containerfile names the ports of a relay", () => {
  assertEquals(instructions("EXPOSE"), [`${RELAY_PORT}/udp ${CONTROL_PORT}/tcp`]);
});

Deno.test("Containerfile runs the relay with the control port on loopback", () => {
  assertEquals(instructions("ENTRYPOINT"), ['["hushcast"]']);
  assertEquals(instructions("CMD"), ['["relay"]']);
  assertEquals(variable("HUSHCAST_CONTROL_HOST"), undefined);
});

Deno.test("Containerfile ends the relay by the signal that it knows", () => {
  assertEquals(instructions("STOPSIGNAL"), ["SIGTERM"]);
});

Deno.test("Containerfile checks health by a command of the control port", () => {
  const [, command] = /CMD \["hushcast", "control", "(\w+)"\]$/
    .exec(instructions("HEALTHCHECK").join()) ?? [];
  const known = relayCommands(new FakeAdmin()).map(({ name }) => name);
  assert(command !== undefined && known.includes(command), `no command ${command}`);
});
