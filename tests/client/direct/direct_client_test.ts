import { concat } from "@std/bytes";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { DirectClient } from "../../../src/client/direct/direct_client.ts";
import {
  DirectClientError,
  type DirectClientErrorCode,
} from "../../../src/client/direct/direct_client_error.ts";
import { RsaPrivateKey } from "../../../src/crypto/rsa_private_key.ts";
import type { EventLogger } from "../../../src/observe/event_logger.ts";
import { silentLogger } from "../../../src/observe/event_logger.ts";
import { formatEndpoint } from "../../../src/session/endpoint.ts";
import { UdpSocket, UdpSocketError } from "../../../src/session/udp_socket.ts";
import { DirectRealPeer } from "../../support/direct_client_real_peer.ts";
import { fingerprint } from "../../support/fingerprints.ts";
import { assertSameBytes } from "../../support/same_bytes.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { waitFor } from "../../support/wait_for.ts";

function text(payload: Uint8Array | undefined): string {
  return new TextDecoder().decode(payload);
}

async function assertFails(
  action: () => Promise<unknown>,
  code: DirectClientErrorCode,
): Promise<DirectClientError> {
  const error = await assertRejects(action, DirectClientError);
  assertEquals(error.code, code);
  return error;
}

Deno.test("DirectClient sends, and hears what the server sends by itself", async () => {
  await using peer = new DirectRealPeer();
  const lines: string[] = [];
  const logger: EventLogger = { ...silentLogger, info: (message) => void lines.push(message) };
  await using client = await DirectClient.connect({ server: peer.address, logger });
  assertEquals(client.serverFingerprint, peer.fingerprint);
  assertEquals(formatEndpoint(client.server), peer.address);
  await client.send("hello");
  await client.send(Uint8Array.of(0xff, 0));
  assertEquals([text(peer.payloads[0]), peer.payloads[1]], ["hello", Uint8Array.of(0xff, 0)]);
  assertEquals([peer.signatures, client.drops, lines], [0, {}, ["server key received"]]);
  await peer.send("welcome");
  for await (const message of client.messages()) {
    assertEquals(text(message), "welcome");
    break;
  }
});

Deno.test("DirectClient signs with a lasting key, and sends long messages in parts", async () => {
  await using peer = new DirectRealPeer();
  const key = await RsaPrivateKey.generate(2048);
  await using client = await DirectClient.connect({
    server: peer.address,
    serverKey: peer.fingerprint,
    key,
  });
  assertEquals(client.fingerprint, key.fingerprint);
  const payload = new SeededRandom(1).bytes(600_000);
  const sent: number[] = [];
  await client.send(payload, {
    onProgress({ sentBytes, totalBytes }) {
      assertEquals(totalBytes, payload.byteLength);
      sent.push(sentBytes);
    },
  });
  assertEquals(sent.at(-1), payload.byteLength);
  assertEquals(sent, sent.toSorted((a, b) => a - b));
  assertEquals([peer.payloads.length, peer.signatures], [3, 3]);
  assertSameBytes(concat(peer.payloads), payload);
});

Deno.test("DirectClient sends RSA blocks alone when it is told to", async () => {
  await using peer = new DirectRealPeer();
  await using client = await DirectClient.connect({ server: peer.address, plainRsa: true });
  await client.send("short");
  await client.send("long".repeat(2_000));
  assertEquals(peer.payloads.map(text), ["short", "long".repeat(2_000)]);
});

Deno.test("DirectClient counts what it drops", async () => {
  await using peer = new DirectRealPeer();
  await using client = await DirectClient.connect({ server: peer.address });
  await client.send("hello");
  const block = new Uint8Array(256);
  peer.sendBytes(block);
  peer.sendBytes(Uint8Array.of(1));
  await waitFor(() => Object.keys(client.drops).length === 2);
  assertEquals(client.drops, { malformed: 1, undecryptable: 1 });
});

Deno.test("DirectClient.send() waits for room, and keeps the order", async () => {
  await using peer = new DirectRealPeer();
  await using client = await DirectClient.connect({ server: peer.address, maxMessageBytes: 1_000 });
  const messages = Array.from({ length: 10 }, (_, index) => `${index}`.repeat(900));
  await Promise.all(messages.map((message) => client.send(message)));
  assertEquals(peer.payloads.map(text), messages);
});

Deno.test("DirectClient.send() refuses what is too long, and goes on", async () => {
  await using peer = new DirectRealPeer();
  await using client = await DirectClient.connect({ server: peer.address, maxMessageBytes: 10 });
  await assertFails(() => client.send("x".repeat(11)), "MESSAGE_TOO_LARGE");
  await client.send("x".repeat(10));
  assertEquals(peer.payloads.length, 1);
});

Deno.test("DirectClient.send() fails alone when its listener throws", async () => {
  await using peer = new DirectRealPeer();
  await using client = await DirectClient.connect({ server: peer.address });
  const onProgress = () => {
    throw new Error("listener");
  };
  await assertRejects(() => client.send("one", { onProgress }), Error, "listener");
  await client.send("two");
});

Deno.test("DirectClient.send() fails when the server is silent, and can try again", async () => {
  await using peer = new DirectRealPeer();
  await using client = await DirectClient.connect({ server: peer.address, timeoutMs: 300 });
  peer.isSilent = true;
  const both = [client.send("one"), client.send("two")];
  for (const send of both) await assertFails(() => send, "SERVER_SILENT");
  peer.isSilent = false;
  await client.send("three");
  assertEquals(peer.payloads.map(text), ["three"]);
});

Deno.test("DirectClient.connect() fails when nobody answers", async () => {
  await using socket = UdpSocket.open({ hostname: "127.0.0.1", port: 0 });
  const server = socket.local;
  await assertFails(() => DirectClient.connect({ server, timeoutMs: 100 }), "SERVER_SILENT");
});

Deno.test("DirectClient.connect() refuses another key than the pinned one", async () => {
  await using peer = new DirectRealPeer();
  const options = { server: peer.address, serverKey: fingerprint(1), timeoutMs: 200 };
  const error = await assertFails(() => DirectClient.connect(options), "SERVER_KEY_MISMATCH");
  assert(error.message.includes(peer.fingerprint));
});

Deno.test("DirectClient.connect() refuses a key that is none", async () => {
  await using socket = UdpSocket.open({ hostname: "127.0.0.1", port: 0 });
  const pem = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";
  void socket.receive((_, from) => {
    socket.send(new TextEncoder().encode(pem), from, () => undefined);
  });
  const options = { server: socket.local, timeoutMs: 200 };
  await assertFails(() => DirectClient.connect(options), "SERVER_KEY_UNUSABLE");
});

Deno.test("DirectClient.connect() fails when its host or interface is not there", async () => {
  const host = { server: { hostname: "no such name", port: 5 } };
  await assertFails(() => DirectClient.connect(host), "HOST_NOT_FOUND");
  const elsewhere = { server: "127.0.0.1", interface: "192.0.2.1" };
  await assertRejects(() => DirectClient.connect(elsewhere), UdpSocketError);
});

Deno.test("DirectClient.close() fails what is under way, and ends messages()", async () => {
  await using peer = new DirectRealPeer();
  await using client = await DirectClient.connect({ server: peer.address });
  peer.isSilent = true;
  const sending = assertFails(() => client.send("hello"), "CLIENT_CLOSED");
  const reading = Array.fromAsync(client.messages());
  await client.close();
  await client.close();
  await sending;
  assertEquals(await reading, []);
  await assertFails(() => client.send("too late"), "CLIENT_CLOSED");
});

Deno.test("DirectClient ends with the reason of its signal", async () => {
  await using peer = new DirectRealPeer();
  const controller = new AbortController();
  const { signal } = controller;
  await using client = await DirectClient.connect({ server: peer.address, signal });
  peer.isSilent = true;
  const sending = assertRejects(() => client.send("hello"), Error, "enough");
  const reading = assertRejects(() => Array.fromAsync(client.messages()), Error, "enough");
  controller.abort(new Error("enough"));
  await sending;
  await reading;
  await assertRejects(() => client.send("too late"), Error, "enough");
  await assertRejects(
    () => DirectClient.connect({ server: peer.address, signal }),
    Error,
    "enough",
  );
});

Deno.test("DirectClient.connect() ends with the reason of its signal", async () => {
  await using socket = UdpSocket.open({ hostname: "127.0.0.1", port: 0 });
  const controller = new AbortController();
  let hasAsked = false;
  void socket.receive(() => void (hasAsked = true));
  const { signal } = controller;
  const connecting = assertRejects(
    () => DirectClient.connect({ server: socket.local, signal }),
    Error,
    "enough",
  );
  await waitFor(() => hasAsked);
  controller.abort(new Error("enough"));
  await connecting;
});
