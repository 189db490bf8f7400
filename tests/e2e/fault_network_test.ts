import { assertEquals, assertLessOrEqual } from "@std/assert";
import {
  HushcastProcess,
  type RunningRelay,
  startDirect,
  startRelay,
} from "../../scripts/hushcast_process.ts";
import { leaveOut } from "../support/leave_out.ts";
import { type Cable, connectedHosts, whyNoCable } from "../support/fault_network.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const PORT = "47700";

/** A fault of the network: how it comes about, and how it is mended. */
interface Fault {
  readonly name: string;
  begin(cable: Cable): Promise<void>;
  end(cable: Cable): Promise<void>;
}

const FAULTS: readonly Fault[] = [
  { name: "relay-link", begin: ({ left }) => left.down(), end: ({ left }) => left.up() },
  { name: "client-link", begin: ({ right }) => right.down(), end: ({ right }) => right.up() },
  {
    name: "relay-address",
    begin: ({ left }) => left.removeAddress(),
    end: async ({ left }) => {
      await left.addAddress();
      await left.up();
    },
  },
  {
    name: "client-address",
    begin: ({ right }) => right.removeAddress(),
    end: async ({ right }) => {
      await right.addAddress();
      await right.up();
    },
  },
  { name: "card", begin: ({ left }) => left.down(), end: (cable) => cable.replace() },
];

async function startOnCable(cable: Cable, path: string): Promise<RunningRelay> {
  const { left } = cable;
  await Deno.writeTextFile(`${path}/token`, "a token of the control port", { mode: 0o600 });
  const control = ["--control-host", left.address, "--control-token-file", `${path}/token`];
  const group = ["--interface", left.address, "--group-delivery", "multicast"];
  const flags = ["--bind", "0.0.0.0", "--port", PORT, ...group, ...control];
  return await startRelay(path, flags, left);
}

async function test(): Promise<void> {
  await using state = await temporaryDirectory();
  const { path } = state;
  await using cable = await connectedHosts();
  const { left, right } = cable;
  await using relay = await startOnCable(cable, path);
  await using direct = await startDirect(["--bind", "0.0.0.0", "--port", "47710"], left);
  await using stack = new AsyncDisposableStack();
  const start = (name: string, args: readonly string[]) =>
    stack.use(new HushcastProcess([...args, "--name", name, "--state", `${path}/${name}`], right));
  const byGroup = ["--group", `239.255.77.77:${PORT}`, "--interface", right.address];
  const byAddress = ["--relay", `${left.address}:${PORT}`];
  const multi = start("multi", ["listen", "--reliable", "--group-delivery", ...byGroup]);
  const plain = start("plain", ["listen", ...byAddress]);
  const ada = start("ada", ["send", "--reliable", ...byAddress]);
  const place = ["--host", left.address, "--port", `${relay.controlPort}`];
  const control = stack.use(
    new HushcastProcess(["control", ...place, "--token-file", `${path}/token`], right),
  );
  for (const name of ["multi", "plain", "ada"]) {
    await relay.process.errorLine(new RegExp(`client registered id=${name} `));
  }
  for (const { name, begin, end } of FAULTS) {
    await begin(cable);
    await ada.type(`during ${name}`);
    // Long enough that it has been tried, in vain, to send this.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await end(cable);
    await multi.line(new RegExp(`during ${name}$`));
    await ada.type(`after ${name}`);
    await multi.line(new RegExp(`after ${name}$`));
    await plain.line(new RegExp(`after ${name}$`));
    const sent = stack.use(
      new HushcastProcess(["direct-send", "--server", `${left.address}:47710`, name], right),
    );
    await direct.process.line(new RegExp(name));
    assertEquals(await sent.ended(), 0);
  }
  await relay.process.errorLine(/multicast group joined again/);
  const newcomer = start("newcomer", ["listen", ...byGroup]);
  await relay.process.errorLine(/client registered id=newcomer /);
  await control.type("list_clients");
  await control.line(/^newcomer /);
  const heard = multi.stdout.map((line) => line.replace("ada\t", ""));
  assertEquals(heard, FAULTS.flatMap(({ name }) => [`during ${name}`, `after ${name}`]));
  const { stderr } = relay.process;
  assertEquals(stderr.filter((line) => /ERROR|timed_out/.test(line)), []);
  assertLessOrEqual(stderr.length, 20, "a flood of complaints");
  newcomer.kill("SIGINT");
}

const reason = await whyNoCable();
const name = "a network that goes away and comes back is all that relay and clients need";
if (reason === undefined) Deno.test(name, test);
else leaveOut(name, "needs root and iproute2", { isMandatory: false });
