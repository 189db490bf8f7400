import { assertEquals, assertNotEquals } from "@std/assert";
import { NetworkPath } from "../../../../scripts/soak/fleet/network_path.ts";
import { SeededRandom } from "../../../../scripts/seeded_random.ts";
import { type Endpoint, formatEndpoint } from "../../../../src/session/endpoint.ts";
import { UdpSocket } from "../../../../src/session/udp_socket.ts";
import { waitFor } from "../../../support/wait_for.ts";

const open = () => UdpSocket.open({ hostname: "127.0.0.1", port: 0 });

/** A relay that answers each datagram with the same, a client, and the path between them. */
class Stage implements AsyncDisposable {
  readonly relay = open();
  readonly client = open();
  readonly tapped: string[] = [];
  readonly atRelay: string[] = [];
  readonly atClient: string[] = [];
  readonly sources: string[] = [];
  readonly path = new NetworkPath(this.relay.local, (datagram) => {
    this.tapped.push(datagram.toString());
  });

  constructor() {
    this.relay.receive((datagram, from) => {
      this.atRelay.push(datagram.toString());
      this.sources.push(formatEndpoint(from));
      this.relay.send(datagram.slice(), from, () => undefined);
    });
    this.client.receive((datagram) => void this.atClient.push(datagram.toString()));
  }

  say(number: number, to: Endpoint = this.path.local): void {
    this.client.send(Uint8Array.of(number), to, () => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      [this.path, this.client, this.relay].map((each) => each[Symbol.asyncDispose]()),
    );
  }
}

Deno.test("NetworkPath carries datagrams both ways, and shows what the client sends", async () => {
  await using stage = new Stage();
  stage.say(1);
  await waitFor(() => stage.atClient.length === 1);
  assertEquals([stage.atRelay, stage.atClient, stage.tapped], [["1"], ["1"], ["1"]]);
});

Deno.test("NetworkPath.move() shows the relay another address, and answers still come", async () => {
  await using stage = new Stage();
  stage.say(1);
  await waitFor(() => stage.atClient.length === 1);
  stage.path.move();
  stage.say(2);
  await waitFor(() => stage.atClient.length === 2);
  assertNotEquals(stage.sources[0], stage.sources[1]);
});

Deno.test("NetworkPath.cut() lets nothing through until heal()", async () => {
  await using stage = new Stage();
  stage.path.cut();
  assertEquals(stage.path.isCut, true);
  stage.say(1);
  stage.path.inject(Uint8Array.of(2));
  // Straight to the relay: what was sent before has been cut by the time that this is back.
  stage.say(3, stage.relay.local);
  await waitFor(() => stage.atClient.length === 1);
  stage.path.heal();
  stage.say(4);
  await waitFor(() => stage.atClient.length === 2);
  assertEquals([stage.atRelay, stage.atClient], [["3", "4"], ["3", "4"]]);
});

Deno.test("NetworkPath.replay() sends again what the client sent, from where the relay sees it", async () => {
  await using stage = new Stage();
  const random = new SeededRandom(1);
  assertEquals(stage.path.replay(random), false, "nothing was sent yet");
  stage.say(1);
  await waitFor(() => stage.atClient.length === 1);
  assertEquals(stage.path.replay(random), true);
  await waitFor(() => stage.atRelay.length === 2);
  stage.path.move();
  assertEquals(stage.path.replay(random), true);
  await waitFor(() => stage.atRelay.length === 3);
  assertEquals([stage.atRelay, stage.tapped], [["1", "1", "1"], ["1"]]);
  assertEquals(stage.sources[0], stage.sources[1]);
  assertNotEquals(stage.sources[0], stage.sources[2]);
  stage.path.cut();
  assertEquals(stage.path.replay(random), false, "nothing gets through");
});

Deno.test("NetworkPath.inject() sends from where the relay sees the client, and shows nothing", async () => {
  await using stage = new Stage();
  stage.say(1);
  await waitFor(() => stage.atClient.length === 1);
  stage.path.inject(Uint8Array.of(9));
  await waitFor(() => stage.atRelay.length === 2);
  assertEquals([stage.atRelay, stage.tapped], [["1", "9"], ["1"]]);
  assertEquals(stage.sources[0], stage.sources[1]);
});
