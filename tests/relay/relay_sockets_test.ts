import { assertEquals } from "@std/assert";
import { connectedHosts, whyNoCable } from "../support/fault_network.ts";
import { leaveOut } from "../support/leave_out.ts";

const SOCKETS = new URL("../../src/relay/relay_sockets.ts", import.meta.url).href;

/** Opens the sockets of a relay on a machine without a network, and looks after the group once. */
async function openWithoutNetwork(mode: "off" | "multicast"): Promise<string> {
  await using cable = await connectedHosts();
  const { left } = cable;
  await left.down();
  const code = `
    import { RelaySockets } from ${JSON.stringify(SOCKETS)};
    await using sockets = await RelaySockets.open({
      bind: "0.0.0.0",
      port: 0,
      group: "239.255.77.77",
      interface: undefined,
      groupDelivery: { mode: "${mode}", port: 0 },
      onLoopbackOnly: () => undefined,
    });
    const renewed = await sockets.renewGroup().catch(() => "failed");
    console.log(sockets.isLoopbackOnly, renewed);
  `;
  const [command = "ip", ...args] = [...left.within, Deno.execPath(), "eval", code];
  const cwd = new URL("../..", import.meta.url);
  const { stdout } = await new Deno.Command(command, { args, cwd, stderr: "inherit" }).output();
  return new TextDecoder().decode(stdout);
}

async function test(): Promise<void> {
  assertEquals(await openWithoutNetwork("off"), "true failed\n");
  // Whose messages leave by loopback once and for all.
  assertEquals(await openWithoutNetwork("multicast"), "false false\n");
}

const reason = await whyNoCable();
const name = "RelaySockets.isLoopbackOnly tells whether another interface would be better";
if (reason === undefined) Deno.test(name, test);
else leaveOut(name, "needs root and iproute2", { isMandatory: false });
