import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { openControlPort, openControlPortNear } from "../../src/cli/control_port.ts";
import { UsageError } from "../../src/cli/usage_error.ts";
import type { ControlServerOptions } from "../../src/control/control_server.ts";
import { ControlListenError } from "../../src/control/listen_address.ts";
import { FakeLog, RecordingLogger } from "../control/fake_log.ts";

function options(port: number, hostname = "127.0.0.1") {
  const logger = new RecordingLogger();
  const options: ControlServerOptions = {
    hostname,
    port,
    commands: [],
    logs: new FakeLog(),
    logger,
  };
  return { options, logger };
}

Deno.test("openControlPort() refuses a port that is in use", async () => {
  await using first = openControlPort(options(0).options);
  const error = assertThrows(
    () => openControlPort(options(first.endpoint.port).options),
    ControlListenError,
  );
  assertEquals(error.code, "CONTROL_ADDRESS_IN_USE");
});

for (const open of [openControlPort, openControlPortNear]) {
  Deno.test(`${open.name}() makes it wrong usage to listen to all without a token`, () => {
    assertThrows(() => open(options(0, "0.0.0.0").options), UsageError, "--control-token-file");
  });
}

Deno.test("openControlPortNear() says nothing when it gets what it would like", async () => {
  const { options: wanted, logger } = options(0);
  await using _control = openControlPortNear(wanted);
  assertEquals(logger.lines, []);
});

Deno.test("openControlPortNear() takes a free port for one in use, and warns", async () => {
  await using first = openControlPort(options(0).options);
  const { options: wanted, logger } = options(first.endpoint.port);
  await using second = openControlPortNear(wanted);
  assertNotEquals(second.endpoint.port, first.endpoint.port);
  assertEquals(logger.lines, [{
    level: "warn",
    message: "control port taken, opened another one",
    fields: {
      taken: `127.0.0.1:${first.endpoint.port}`,
      control: `127.0.0.1:${second.endpoint.port}`,
    },
  }]);
});
