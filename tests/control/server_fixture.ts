import { ControlServer, type ControlServerOptions } from "../../src/control/control_server.ts";
import { relayCommands } from "../../src/control/relay_commands.ts";
import { FakeAdmin } from "./fake_admin.ts";
import { FakeLog, RecordingLogger } from "./fake_log.ts";

/** A control server on a free port of this machine, and the fakes around it. */
export class ServerFixture implements AsyncDisposable {
  readonly admin = new FakeAdmin();
  readonly log = new FakeLog();
  readonly logger = new RecordingLogger();
  readonly server: ControlServer;

  constructor(options: Partial<ControlServerOptions> = {}) {
    this.server = new ControlServer({
      hostname: "127.0.0.1",
      port: 0,
      commands: relayCommands(this.admin),
      logs: this.log,
      logger: this.logger,
      ...options,
    });
  }

  /** Where the server listens. */
  get endpoint(): { readonly hostname: string; readonly port: number } {
    return this.server.endpoint;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close("test is over");
  }
}

/** Waits until something is so, 10 s at most. */
export async function until(isSo: () => boolean): Promise<void> {
  const giveUpMs = performance.now() + 10_000;
  while (!isSo()) {
    if (performance.now() > giveUpMs) throw new Error(`Waited in vain until ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
