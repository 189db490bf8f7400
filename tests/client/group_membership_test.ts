import { assert, assertEquals, assertMatch } from "@std/assert";
import { GroupMembership } from "../../src/client/group_membership.ts";
import { MAX_TURN_MS, UdpSocket } from "../../src/session/udp_socket.ts";
import type { GroupAddress } from "../../src/wire/group_key.ts";
import { freeGroupAddress } from "../support/client_group_address.ts";
import { waitFor } from "../support/wait_for.ts";

const LOOPBACK = "127.0.0.1";

/** A membership, what it got, and a socket that sends to the group by loopback. */
class Fixture implements AsyncDisposable {
  readonly received: string[] = [];
  readonly failures: string[] = [];
  readonly membership: GroupMembership;
  readonly #sender = UdpSocket.open({ hostname: LOOPBACK, port: 0 });

  /** Called for each datagram. */
  onDatagram: () => void = () => undefined;

  constructor(networkInterface?: string) {
    this.membership = new GroupMembership({
      interface: networkInterface,
      onDatagram: (datagram) => {
        this.received.push(new TextDecoder().decode(datagram));
        this.onDatagram();
      },
      onFailure: (reason) => this.failures.push(reason),
    });
  }

  send(text: string, to: GroupAddress): void {
    this.#sender.send(
      new TextEncoder().encode(text),
      to,
      (error) => this.failures.push(`${error}`),
    );
  }

  /** Sends again and again until something comes: joining takes a moment. */
  async hears(text: string, at: GroupAddress): Promise<void> {
    await waitFor(() => {
      this.send(text, at);
      return this.received.includes(text);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.membership[Symbol.asyncDispose]();
    await this.#sender[Symbol.asyncDispose]();
  }
}

Deno.test("GroupMembership hears the group of a relay on this machine by loopback", async () => {
  await using fixture = new Fixture();
  const address = await freeGroupAddress();
  fixture.membership.join(address, LOOPBACK);
  await fixture.hears("hello", address);
  assertEquals(fixture.failures, []);
});

Deno.test("GroupMembership shares the group with others on this machine", async () => {
  const address = await freeGroupAddress();
  await using first = new Fixture(LOOPBACK);
  await using second = new Fixture(LOOPBACK);
  first.membership.join(address, "192.0.2.1");
  second.membership.join(address, "192.0.2.1");
  await second.hears("to both", address);
  await first.hears("to both", address);
  assertEquals([first.failures, second.failures], [[], []]);
});

Deno.test("GroupMembership hears the newer group alone, also while the older one is being joined", async () => {
  await using fixture = new Fixture(LOOPBACK);
  const [first, second] = [await freeGroupAddress(), await freeGroupAddress()];
  fixture.membership.join(first, LOOPBACK);
  fixture.membership.join(second, LOOPBACK);
  await fixture.hears("second", second);
  fixture.send("first", first);
  await fixture.hears("end", second);
  assertEquals(fixture.received.filter((text) => text === "first"), []);
  fixture.membership.join(first, LOOPBACK);
  await fixture.hears("first again", first);
  assertEquals(fixture.failures, []);
});

Deno.test("GroupMembership.leave() hears nothing any more, and says nothing of what was under way", async () => {
  await using fixture = new Fixture(LOOPBACK);
  const address = await freeGroupAddress();
  fixture.membership.join(address, LOOPBACK);
  await fixture.hears("hello", address);
  fixture.membership.leave();
  const { length } = fixture.received;
  fixture.send("too late", address);
  fixture.membership.join({ ...address, hostname: "10.255.255.255" }, LOOPBACK);
  fixture.membership.leave();
  await fixture.membership[Symbol.asyncDispose]();
  assertEquals([fixture.received.length, fixture.failures], [length, []]);
});

Deno.test("GroupMembership tells why a group can't be joined", async () => {
  await using fixture = new Fixture("192.0.2.250");
  fixture.membership.join(await freeGroupAddress(), LOOPBACK);
  await waitFor(() => fixture.failures.length > 0);
  assertMatch(fixture.failures[0] ?? "", /^Cannot join group 239\.255\.77\.98 on interface/);
});

Deno.test("GroupMembership tells that its port is taken", async () => {
  const address = await freeGroupAddress();
  await using _taken = UdpSocket.open(address);
  await using fixture = new Fixture(LOOPBACK);
  fixture.membership.join(address, LOOPBACK);
  await waitFor(() => fixture.failures.length > 0);
  assert(fixture.failures[0]?.includes("the port is in use"));
});

Deno.test("GroupMembership lets others have their turn in a flood", async () => {
  await using fixture = new Fixture(LOOPBACK);
  const address = await freeGroupAddress();
  fixture.membership.join(address, LOOPBACK);
  await fixture.hears("hello", address);
  let heard = 0;
  let heardAtTurn: number | undefined;
  fixture.onDatagram = () => {
    if (heard++ === 0) {
      setTimeout(() => heardAtTurn = heard, 0);
      for (let sent = 1; sent < 60; sent++) fixture.send(`${sent}`, address);
    }
    const endMs = performance.now() + MAX_TURN_MS / 2;
    while (performance.now() < endMs);
  };
  fixture.send("0", address);
  await waitFor(() => fixture.received.includes("59"));
  assert(heardAtTurn !== undefined && heardAtTurn < 20, `${heardAtTurn} before the timer fired`);
  assertEquals(fixture.failures, []);
});
